"""Filters for the player's templates."""
