"""HLS playlists as text, by RFC 8216."""

import pytest

from player.domain.playlist import Segment, Variant, media, multivariant, peak_bandwidth

SMALL = Variant(code="360", width=640, height=360, bandwidth=800_000, codecs="avc1.64001E,mp4a.40.2")
LARGE = Variant(code="720", width=1280, height=720, bandwidth=2_800_000, codecs="avc1.64001F")


def segment(number: int, duration_ms: int = 4000) -> Segment:
    return Segment(
        url=f"/media/videos/f/360/{number:05d}.ts",
        duration_ms=duration_ms,
        stretch=number // 6,
        iv=bytes([number]) * 16,
    )


def test_the_list_of_sizes_is_exactly_this() -> None:
    assert multivariant([SMALL, LARGE]) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:3\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="avc1.64001E,mp4a.40.2",NAME="360"\n'
        "360.m3u8\n"
        '#EXT-X-STREAM-INF:BANDWIDTH=2800000,RESOLUTION=1280x720,CODECS="avc1.64001F",NAME="720"\n'
        "720.m3u8\n"
    )


def test_the_playlist_of_a_size_is_exactly_this() -> None:
    assert media([segment(5), segment(6, 3_960)]) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:3\n"
        "#EXT-X-TARGETDURATION:4\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-KEY:METHOD=AES-128,URI="key/0",IV=0x05050505050505050505050505050505\n'
        "#EXTINF:4.000,\n"
        "/media/videos/f/360/00005.ts\n"
        '#EXT-X-KEY:METHOD=AES-128,URI="key/1",IV=0x06060606060606060606060606060606\n'
        "#EXTINF:3.960,\n"
        "/media/videos/f/360/00006.ts\n"
        "#EXT-X-ENDLIST\n"
    )


@pytest.mark.parametrize(("longest_ms", "target"), [(4000, 4), (4004, 4), (4499, 4), (4500, 5), (300, 1)])
def test_no_segment_rounded_to_seconds_passes_the_target(longest_ms: int, target: int) -> None:
    assert f"#EXT-X-TARGETDURATION:{target}\n" in media([segment(0, longest_ms), segment(1, 100)])


@pytest.mark.parametrize("bad", ["/a\n#EXT-X-KEY:METHOD=NONE", "/a\r\nb"])
def test_an_address_cannot_begin_a_tag_of_its_own(bad: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        media([Segment(url=bad, duration_ms=4000, stretch=0, iv=bytes(16))])


def test_codecs_cannot_leave_their_quotation_marks() -> None:
    with pytest.raises(ValueError, match="quotation mark"):
        multivariant([Variant(code="2", width=2, height=2, bandwidth=1, codecs='avc1",URI="x')])


def test_a_video_without_sizes_or_segments_has_no_playlist() -> None:
    with pytest.raises(ValueError, match="at least one size"):
        multivariant([])
    with pytest.raises(ValueError, match="at least one segment"):
        media([])


def test_the_heaviest_segment_gives_the_bandwidth_rounded_up() -> None:
    assert peak_bandwidth([(400_000, 4000), (500_001, 4000)]) == 1_000_002


def test_a_last_segment_of_two_pictures_does_not_make_a_size_look_heavy() -> None:
    assert peak_bandwidth([(400_000, 4000), (90_000, 80)]) == 800_000
