"""Template tags of accounts: `{% load accounts %}`."""
