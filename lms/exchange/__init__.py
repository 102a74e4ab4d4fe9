"""The outbox to, and the inbox from, other installations: signed messages, each sent until it is answered, each done once.

A platform asks its issuer here; an issuer tells its platforms here what changed. The room carries and repeats; what a message
means is done by the room that it is for, through its actions. Protocol: docs/protocols/exchange.md.
"""
