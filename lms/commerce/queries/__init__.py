"""The reading door of orders, seats and money."""
