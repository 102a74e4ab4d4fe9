"""A Stripe of one's own: the part of the API that selling course seats needs, as a server that the official library speaks to.

`python -m infra.stripe_simulator --port 8200 --webhook-url … --webhook-secret …`. It declines cards, asks for the bank's
confirmation, limits refunds, honours idempotency keys, signs its events, and sends them twice, late and out of order when
told to. It holds no money and knows no bank: for demonstrations and tests only.
"""
