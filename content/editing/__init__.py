"""The editors' side of the catalogue in Wagtail's admin: forms, lists, and the deeds that publish and file."""
