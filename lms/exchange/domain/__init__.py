"""Messages between installations, and when they are sent again."""
