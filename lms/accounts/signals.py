"""What this room tells rooms above it."""

from django.dispatch import Signal

# A browser was locked. session_key: under which it was signed in until now; user: who is signed in there.
browser_locked = Signal()
