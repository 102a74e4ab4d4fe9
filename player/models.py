"""The tables of this app, gathered for Django, which looks for them here; they live in their rooms."""

from player.videos.models import Rendition, Video
from player.watching.models import Coverage, WatchChunk, WatchLease, WatchSession

__all__ = ["Coverage", "Rendition", "Video", "WatchChunk", "WatchLease", "WatchSession"]
