"""The tables of this app, gathered for Django, which looks for them here; they live in their rooms."""

from player.videos.captions_models import CaptionVersion, Chapter
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
    "CaptionVersion",
    "Chapter",
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
