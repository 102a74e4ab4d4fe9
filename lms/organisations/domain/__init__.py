"""Credit codes and areas. No Django, no clock."""
