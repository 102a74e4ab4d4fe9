"""Rules of face checks: plain Python."""
