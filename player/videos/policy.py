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
        preset=settings.VIDEO_X264_PRESET,
        crf=settings.VIDEO_X264_CRF,
        threads=settings.VIDEO_THREADS,
        nice=settings.VIDEO_NICE,
        memory_bytes=settings.VIDEO_MEMORY_BYTES,
        seconds_per_second=settings.VIDEO_WALL_SECONDS_PER_SECOND,
    )
