"""The deeds of face checks."""
