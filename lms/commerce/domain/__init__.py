"""Plain rules of money and seats."""
