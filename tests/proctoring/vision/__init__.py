"""The eye itself, on pictures of heads."""
