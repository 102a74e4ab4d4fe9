"""Template tags of the house: `{% load house %}` is all that a room's template needs."""
