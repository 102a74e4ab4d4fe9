"""Wagtail looks for an app's hooks here; they live in their rooms."""

from player.videos import wagtail_hooks

__all__ = ["wagtail_hooks"]
