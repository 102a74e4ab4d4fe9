"""What a file is, by its first bytes, and whether it may become a video."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.domain.ladder import Size
from player.domain.source import (
    Container,
    Limits,
    Refusal,
    SourceFacts,
    container_of,
    is_cut_short,
    refusal_of_file,
    refusal_of_source,
)

LIMITS = Limits(bytes=1_000_000, duration_ms=60 * 60_000)
GOOD = SourceFacts(
    container=Container.MOV,
    streams=2,
    video_index=0,
    audio_index=1,
    size=Size(1280, 720),
    frames_per_second=Fraction(25),
    duration_ms=60_000,
)

VIDEOS = [
    ("mp4", b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", Container.MOV),
    ("an old QuickTime without ftyp", b"\x00\x00\x00\x08wide\x00\x12\x34\x56mdat", Container.MOV),
    ("an atom of 64-bit length", b"\x00\x00\x00\x01mdat\x00\x00\x00\x00", Container.MOV),
    ("matroska and webm", b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81", Container.MATROSKA),
    ("avi", b"RIFF\x24\x00\x00\x00AVI LIST", Container.AVI),
    ("flv", b"FLV\x01\x05\x00\x00\x00\x09", Container.FLV),
    ("transport stream", (b"\x47\x40\x00\x10" + bytes(184)) * 4, Container.MPEGTS),
    ("transport stream of a camcorder", (bytes(4) + b"\x47\x40\x00\x10" + bytes(184)) * 4, Container.MPEGTS),
]
STRANGERS = [
    ("HLS playlist", b"#EXTM3U\n#EXTINF:4,\n/var/lib/other.mp4\n"),
    ("HLS playlist after a mark of order", b"\xef\xbb\xbf#EXTM3U\n"),
    ("ffconcat", b"ffconcat version 1.0\nfile other.mp4\n"),
    ("SDP", b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"),
    ("DASH", b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>'),
    ("text", b"This is not a video.\n" * 50),
    ("text full of G", b"G" * 186 + b"\n\n" + b"G" * 376),
    ("PNG", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    ("zip", b"PK\x03\x04\x14\x00"),
    ("PDF", b"%PDF-1.7\n"),
    ("ELF", b"\x7fELF\x02\x01\x01"),
    ("mp3", b"ID3\x04\x00\x00\x00\x00\x00\x00"),
    ("wav", b"RIFF\x24\x00\x00\x00WAVEfmt "),
    ("ogg", b"OggS\x00\x02"),
    ("HEIC photograph", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"),
    ("AVIF picture", b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00"),
    ("a word where an atom would be", b"textftypisom"),
    ("two packets only", (b"\x47\x40\x00\x10" + bytes(184)) * 2),
]


@pytest.mark.parametrize(("head", "container"), [case[1:] for case in VIDEOS], ids=[case[0] for case in VIDEOS])
def test_a_container_is_known_by_its_first_bytes(head: bytes, container: Container) -> None:
    assert container_of(head) is container


@pytest.mark.parametrize("head", [case[1] for case in STRANGERS], ids=[case[0] for case in STRANGERS])
def test_anything_else_is_not_a_video_whatever_its_name(head: bytes) -> None:
    assert refusal_of_file(length=len(head), head=head, limits=LIMITS) is Refusal.NOT_VIDEO


@given(st.binary(max_size=600))
def test_no_bytes_at_all_confuse_the_sniffing(head: bytes) -> None:
    assert container_of(head) in {None, *Container}


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0xD7FF), max_size=150))
def test_no_short_text_is_a_video(text: str) -> None:
    """Longer ones may have a G at every 188th place; the reader of transport streams then finds nothing in them."""
    assert container_of(text.encode()) in {None, Container.AVI}


def test_length_is_judged_before_content() -> None:
    assert refusal_of_file(length=0, head=b"", limits=LIMITS) is Refusal.EMPTY
    assert refusal_of_file(length=1_000_001, head=b"text", limits=LIMITS) is Refusal.TOO_LARGE
    assert refusal_of_file(length=1_000_000, head=VIDEOS[0][1], limits=LIMITS) is None


def test_an_ordinary_source_is_accepted() -> None:
    assert refusal_of_source(GOOD, LIMITS) is None


BAD = [
    (replace(GOOD, streams=17), Refusal.TOO_MANY_STREAMS),
    (replace(GOOD, video_index=None, size=None), Refusal.NO_PICTURE),
    (replace(GOOD, codec_known=False, size=None), Refusal.UNKNOWN_CODEC),
    (replace(GOOD, size=None), Refusal.BROKEN),
    (replace(GOOD, decodable=False), Refusal.BROKEN),
    (replace(GOOD, size=Size(16384, 16384), decodable=False), Refusal.PICTURE_TOO_LARGE),
    (replace(GOOD, size=Size(8193, 100)), Refusal.PICTURE_TOO_LARGE),
    (replace(GOOD, size=Size(1280, 31)), Refusal.PICTURE_TOO_SMALL),
    (replace(GOOD, frames_per_second=Fraction(1_000_000)), Refusal.FRAME_RATE),
    (replace(GOOD, duration_ms=60 * 60_000 + 1), Refusal.TOO_LONG),
    (replace(GOOD, duration_ms=999), Refusal.TOO_SHORT),
    (replace(GOOD, duration_ms=0), Refusal.TOO_SHORT),
]


@pytest.mark.parametrize(("facts", "refusal"), BAD, ids=[str(case[1]) + str(n) for n, case in enumerate(BAD)])
def test_a_bad_source_is_refused_with_its_reason(facts: SourceFacts, refusal: Refusal) -> None:
    assert refusal_of_source(facts, LIMITS) is refusal


def test_an_unknown_rate_is_no_objection() -> None:
    assert refusal_of_source(replace(GOOD, frames_per_second=None), LIMITS) is None


@pytest.mark.parametrize(
    ("promised_ms", "produced_ms", "cut"),
    [
        (60_000, 60_000, False),
        (60_000, 58_400, False),
        (60_000, 58_299, True),
        (60_000, 20_000, True),
        (1_000, 500, False),
        (60_000, 61_000, False),
    ],
)
def test_a_file_that_ends_before_its_header_says_is_cut_short(promised_ms: int, produced_ms: int, cut: bool) -> None:
    assert is_cut_short(promised_ms=promised_ms, produced_ms=produced_ms) is cut


def test_only_our_own_troubles_may_pass_later() -> None:
    passing = {refusal for refusal in Refusal if refusal.may_pass_later}
    assert passing == {Refusal.TOO_COSTLY, Refusal.NO_SPACE, Refusal.INTERRUPTED, Refusal.INTERNAL}
