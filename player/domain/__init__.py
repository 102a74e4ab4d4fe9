"""What the player decides, as plain Python: no Django, no clock, no files."""
