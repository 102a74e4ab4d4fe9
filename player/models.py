"""The tables of this app, gathered for Django, which looks for them here; they live in their rooms."""

from player.videos.models import Rendition, Video

__all__ = ["Rendition", "Video"]
