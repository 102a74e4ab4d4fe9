"""Money in: price lists, orders, payments, refunds and the seats they buy.

Companies order for their staff, finance staff watch the books. Amounts come from the server's price list alone, are whole
minor units with a currency, and never change once an order is placed. This room grants seats and enrols who is assigned
one; it never grants an hour.
"""
