"""The film that measured learners watch: segments that generator and server both know, as large as real ones."""

from functools import lru_cache
from hashlib import shake_128

SEGMENT_MS = 4_000
STRETCH_MS = 24_000  # of one key
DURATION_MS = 900_000
RENDITION = 360  # the one that is fetched; what a question costs grows with the length of its segments
SEGMENT_BYTES = 300_000  # four seconds at 600 kbit/s


@lru_cache(maxsize=DURATION_MS // SEGMENT_MS)
def plain_segment(number: int) -> bytes:
    """Return a segment in the clear: no picture, but as long and as dense as one."""
    return shake_128(b"segment %d" % number).digest(SEGMENT_BYTES)
