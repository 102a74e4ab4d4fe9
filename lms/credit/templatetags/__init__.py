"""Filters of the pages of hours: `{% load credit %}`."""
