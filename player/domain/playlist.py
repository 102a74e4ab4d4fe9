"""HLS playlists as text (RFC 8216): one that lists the sizes, and one for each size.

All addresses of playlists and keys are relative: served at `/watch/<session>/master.m3u8`, they resolve to that
session's own `<code>.m3u8` and `key/<n>`. Segments are absolute and the same for everybody: they are ciphertext.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# 3: decimal lengths. IVs came with 2.
_VERSION = 3


@dataclass(frozen=True, slots=True)
class Variant:
    """One size in the list of sizes. bandwidth: bits per second of its heaviest segment; codecs: RFC 6381.

    code: the name of its playlist, and its NAME, by which a page tells the slides from a size of the same height.
    """

    code: str
    width: int
    height: int
    bandwidth: int
    codecs: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of a size. stretch: the number of its key; iv: 16 bytes; url: absolute."""

    url: str
    duration_ms: int
    stretch: int
    iv: bytes


def peak_bandwidth(segments: Sequence[tuple[int, int]]) -> int:
    """Return the bits per second of the heaviest segment, for BANDWIDTH; segments are (bytes, milliseconds).

    Segments shorter than half the longest are left out, as section 4.3.4.2 allows: a last one of two pictures is all
    key frame, and would make the size look too heavy for most connections.
    """
    longest = max(duration_ms for _, duration_ms in segments)
    return max(-(-8000 * length // duration_ms) for length, duration_ms in segments if 2 * duration_ms >= longest)


def multivariant(variants: Iterable[Variant]) -> str:
    """Return the list of sizes, in the order given: a player begins with the first.

    Raises ValueError for no sizes.
    """
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    head = len(lines)
    for variant in variants:
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={variant.bandwidth},RESOLUTION={variant.width}x{variant.height},"
            f"CODECS={_quoted(variant.codecs)},NAME={_quoted(variant.code)}"
        )
        lines.append(_line(f"{variant.code}.m3u8"))
    if len(lines) == head:
        raise ValueError("a video has at least one size")
    return "\n".join(lines) + "\n"


def media(segments: Iterable[Segment]) -> str:
    """Return the playlist of one size, complete and unchanging: every segment with its own IV and the key of its
    stretch.

    The key address is repeated with each segment, because the IV belongs to the same tag; players fetch it once.
    Raises ValueError for no segments.
    """
    listed = tuple(segments)
    if not listed:
        raise ValueError("a size has at least one segment")
    # Section 4.3.3.1: no segment, rounded to whole seconds, may pass it. Half a second rounds up, so that no
    # reader's rounding does.
    target = max(1, *((segment.duration_ms + 500) // 1000 for segment in listed))
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION}",
        f"#EXT-X-TARGETDURATION:{target}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    for segment in listed:
        lines.append(f'#EXT-X-KEY:METHOD=AES-128,URI="key/{segment.stretch}",IV=0x{segment.iv.hex().upper()}')
        lines.append(f"#EXTINF:{segment.duration_ms // 1000}.{segment.duration_ms % 1000:03d},")
        lines.append(_line(segment.url))
    lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    if '"' in text:
        raise ValueError("a quoted string holds no quotation mark")
    return f'"{_line(text)}"'


def _line(text: str) -> str:
    """Return it, unless it would begin a line of its own and so be read as a tag or an address."""
    if "\n" in text or "\r" in text:
        raise ValueError("a line break would begin a new tag")
    return text
