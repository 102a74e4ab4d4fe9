"""What this installation accepts and how hard it encodes, from its settings."""

from django.conf import settings

from player.domain.source import Limits
from player.videos.ffmpeg_gateway import Encoder


def limits() -> Limits:
    return Limits(
        bytes=settings.VIDEO_MAX_UPLOAD_BYTES,
        duration_ms=settings.VIDEO_MAX_DURATION_MINUTES * 60_000,
    )


def encoder() -> Encoder:
    """Return how to encode. A faster preset costs the reader bandwidth; a slower one costs the server time."""
    return Encoder(
        preset=getattr(settings, "VIDEO_X264_PRESET", "veryfast"),
        crf=getattr(settings, "VIDEO_X264_CRF", 23),
        threads=getattr(settings, "VIDEO_THREADS", 1),
        nice=getattr(settings, "VIDEO_NICE", 5),
        memory_bytes=getattr(settings, "VIDEO_MEMORY_BYTES", 3 * 1024**3),
        seconds_per_second=getattr(settings, "VIDEO_WALL_SECONDS_PER_SECOND", 12),
    )
