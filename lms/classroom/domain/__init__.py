"""Where watching and presence meet: plain rules, no Django."""
