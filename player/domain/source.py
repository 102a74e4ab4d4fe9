"""What an uploaded file says it is, and whether it may become a video.

A name proves nothing: a playlist called lesson.mp4 makes ffmpeg open whatever the playlist names,
`-protocol_whitelist file` or not. So the container is told by its first bytes, and only that container's reader is
ever let near the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from player.domain.ladder import Size

SNIFF_BYTES = 4096
_TS_PACKET = 188
_M2TS_PACKET = 192  # Blu-ray and camcorders put four bytes of time before each packet
_TS_SYNC = 0x47
_HEADER_BYTES = 8
_FIRST_ATOMS = frozenset({b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})
# Pictures that share the QuickTime wrapping: HEIC and AVIF.
_STILL_BRANDS = frozenset({b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif", b"avis", b"crx "})


class Container(StrEnum):
    """The five containers that are read; each value is the name of ffmpeg's reader, which is all that the whitelist
    lets in.
    """

    MOV = "mov"
    MATROSKA = "matroska"
    MPEGTS = "mpegts"
    AVI = "avi"
    FLV = "flv"


class Refusal(StrEnum):
    """Why a file did not become a video. The last four are about us, not the file: trying again may help."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_VIDEO = "not_video"
    BROKEN = "broken"
    NO_PICTURE = "no_picture"
    UNKNOWN_CODEC = "unknown_codec"
    TOO_MANY_STREAMS = "too_many_streams"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_TOO_SMALL = "picture_too_small"
    FRAME_RATE = "frame_rate"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TOO_COSTLY = "too_costly"
    NO_SPACE = "no_space"
    INTERRUPTED = "interrupted"
    INTERNAL = "internal"

    @property
    def may_pass_later(self) -> bool:
        return self in {Refusal.TOO_COSTLY, Refusal.NO_SPACE, Refusal.INTERRUPTED, Refusal.INTERNAL}


@dataclass(frozen=True, slots=True)
class Limits:
    """What an installation accepts."""

    bytes: int
    duration_ms: int
    least_duration_ms: int = 1_000
    streams: int = 16
    # 4096 × 2304 holds every phone and camera; 16384 × 16384 alone would take a gigabyte a frame.
    pixels: int = 4096 * 2304
    long_side: int = 8192
    least_side: int = 32
    frames_per_second: int = 240


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the reader found in a file, before anything is encoded.

    video_index, audio_index: numbers of the chosen streams in the file; audio None = silent. `size` is None when
    there is no picture, or none that could be decoded. decodable: a first frame was really seen. plain_h264: its first
    frame is H.264 in 4:2:0 with 8 bits, whole (not interlaced), upright, of square pixels. plain_aac: its sound is
    AAC-LC in one or two channels.
    """

    container: Container
    streams: int
    video_index: int | None
    audio_index: int | None
    size: Size | None
    frames_per_second: Fraction | None
    duration_ms: int
    codec_known: bool = True
    decodable: bool = True
    plain_h264: bool = False
    plain_aac: bool = False


def container_of(head: bytes) -> Container | None:
    """Return the container that the first bytes (up to SNIFF_BYTES) belong to, or None: text, playlists, pictures,
    archives.

    >>> container_of(b"#EXTM3U\\n#EXTINF:4,\\nfile:///etc/passwd\\n") is None
    True
    """
    if _begins_with_atom(head):
        return Container.MOV
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return Container.MATROSKA
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return Container.AVI
    if head[:4] == b"FLV\x01":
        return Container.FLV
    if _has_sync(head, _TS_PACKET, 0) or _has_sync(head, _M2TS_PACKET, 4):
        return Container.MPEGTS
    return None


def refusal_of_file(*, length: int, head: bytes, limits: Limits) -> Refusal | None:
    """Return why a file is refused by its length and first bytes alone, or None if it is worth reading."""
    if length == 0:
        return Refusal.EMPTY
    if length > limits.bytes:
        return Refusal.TOO_LARGE
    if container_of(head) is None:
        return Refusal.NOT_VIDEO
    return None


def refusal_of_source(facts: SourceFacts, limits: Limits) -> Refusal | None:
    """Return why what was found in a file is refused, or None if it may be encoded.

    The first of all objections, in the order of cost: what could hurt the server before what merely cannot be used.
    """
    return next(_objections(facts, limits), None)


def _objections(facts: SourceFacts, limits: Limits) -> Iterator[Refusal]:
    if facts.streams > limits.streams:
        yield Refusal.TOO_MANY_STREAMS
    if facts.video_index is None:
        yield Refusal.NO_PICTURE
    if not facts.codec_known:
        yield Refusal.UNKNOWN_CODEC
    if facts.size is None:
        yield Refusal.BROKEN
        return
    sides = (facts.size.width, facts.size.height)
    if sides[0] * sides[1] > limits.pixels or max(sides) > limits.long_side:
        yield Refusal.PICTURE_TOO_LARGE
    if min(sides) < limits.least_side:
        yield Refusal.PICTURE_TOO_SMALL
    if facts.frames_per_second is not None and facts.frames_per_second > limits.frames_per_second:
        yield Refusal.FRAME_RATE
    if facts.duration_ms > limits.duration_ms:
        yield Refusal.TOO_LONG
    if not facts.decodable:
        yield Refusal.BROKEN
    if facts.duration_ms < limits.least_duration_ms:
        yield Refusal.TOO_SHORT


def is_cut_short(*, promised_ms: int, produced_ms: int) -> bool:
    """Return whether so much of a file is missing that it must have been damaged on its way to us.

    A file cut in the middle of an upload still decodes up to the cut, and ffmpeg calls that a success. Half a second
    and 2 % are allowed for headers that round.
    """
    return produced_ms + 500 + promised_ms // 50 < promised_ms


def _begins_with_atom(head: bytes) -> bool:
    """Return whether a QuickTime atom stands first that a video may begin with (ISO/IEC 14496-12, and its elders).

    Its length may be 0 (to the end of the file), 1 (a 64-bit length follows), or that of atom and header.
    """
    length, kind = int.from_bytes(head[:4], "big"), head[4:8]
    if kind == b"ftyp":
        return _HEADER_BYTES <= length <= SNIFF_BYTES and head[8:12] not in _STILL_BRANDS
    return kind in _FIRST_ATOMS and (length in {0, 1} or length >= _HEADER_BYTES)


def _has_sync(head: bytes, packet: int, offset: int) -> bool:
    """Return whether at least three packets stand in a row: sync byte, no error mark, a payload or an adaptation field.

    One byte would not do: 0x47 is the letter G. ISO/IEC 13818-1 section 2.4.3.2.
    """
    starts = range(offset, len(head) - 3, packet)
    return len(starts) >= 3 and all(  # noqa: PLR2004 — named in the sentence above
        head[at] == _TS_SYNC and not head[at + 1] & 0x80 and head[at + 3] & 0x30 for at in starts
    )
