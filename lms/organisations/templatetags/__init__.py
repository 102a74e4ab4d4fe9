"""Template tags of organisations: `{% load organisations %}`."""
