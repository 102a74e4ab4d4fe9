"""The tables of this app, gathered for Django, which looks for them here; they live in their rooms."""

from player.videos.models import Rendition, Video
from player.watching.models import (
    Coverage,
    KeyRelease,
    PolicyInForce,
    WatchChunk,
    WatchLease,
    WatchPolicy,
    WatchRefusal,
    WatchSession,
)

__all__ = [
    "Coverage",
    "KeyRelease",
    "PolicyInForce",
    "Rendition",
    "Video",
    "WatchChunk",
    "WatchLease",
    "WatchPolicy",
    "WatchRefusal",
    "WatchSession",
]
