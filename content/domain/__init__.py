"""The catalogue's rules and fixed lists as plain values: no Django, no clock."""
