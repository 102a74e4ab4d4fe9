"""Files that mean harm, or are merely broken: each is refused with its reason, costs nothing, and opens no other file."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from player.domain.ladder import Size, rungs, sprite
from player.domain.source import Container, Limits, Refusal, SourceFacts
from player.videos import actions, policy
from player.videos.ffmpeg_gateway import Encoder, EncodingFailed, Job, encode
from player.videos.models import State, Video
from player.videos.probe_gateway import probe
from tests.media import clips
from tests.player.videos.conftest import NOON, files_below

pytestmark = [pytest.mark.media, pytest.mark.django_db]
Take = Callable[[Path | bytes], Video]

LIMITS = Limits(bytes=10**9, duration_ms=3_600_000)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good little film, from which the bad ones are made. Its boxes stand at its end."""
    return clips.film(tmp_path_factory.mktemp("films") / "film.mp4", seconds=4, size="320x180")


@pytest.fixture(scope="module")
def streamable(tmp_path_factory: pytest.TempPathFactory, film: Path) -> Path:
    """The same with its boxes at its beginning: cut off, it still looks whole to a hasty reader."""
    path = tmp_path_factory.mktemp("films") / "streamable.mp4"
    clips.ffmpeg("-i", str(film), "-c", "copy", "-movflags", "+faststart", str(path))
    return path


def refused(take_in: Take, source: Path | bytes, tmp_path: Path) -> str:
    """Return why it was refused, at the door or after a look inside, having seen that nothing of it is left."""
    try:
        video = take_in(source)
    except actions.UploadRefused as refusal:
        code = refusal.refusal.value
    else:
        actions.process_video(video.pk)
        row = Video.objects.get(pk=video.pk)
        assert row.state == State.FAILED, f"it became a video: {row.state}"
        assert not row.source
        code = row.failure_code
    assert files_below(tmp_path / "scratch") == files_below(tmp_path / "media") == set()
    return str(code)


def playlists(other: Path) -> dict[str, str]:
    """Return texts by which ffmpeg can be led to another file of the server, if it is let."""
    return {
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:4,\n{other}\n#EXT-X-ENDLIST\n",
        "hls-file-url": f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:4,\nfile://{other}\n#EXT-X-ENDLIST\n",
        "hls-relative": f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:4,\n{other.name}\n#EXT-X-ENDLIST\n",
        "hls-variants": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{other}\n",
        "hls-concat": f"#EXTM3U\n#EXTINF:4,\nconcat:{other}|/etc/passwd\n#EXT-X-ENDLIST\n",
        "hls-http": "#EXTM3U\n#EXTINF:4,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
        "ffconcat": f"ffconcat version 1.0\nfile {other.name}\n",
        "ffconcat-absolute": f"ffconcat version 1.0\nfile '{other}'\n",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
        "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT4S">'
        f'<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>file://{other}</BaseURL>'
        "</Representation></AdaptationSet></Period></MPD>",
        "imf": '<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"/>',
    }


PLAYLISTS = sorted(playlists(Path("/x")))


@pytest.mark.parametrize("kind", PLAYLISTS)
@pytest.mark.parametrize("ending", ["mp4", "ts", "txt"])
def test_a_playlist_under_any_name_is_no_video(kind: str, ending: str, film: Path, tmp_path: Path, db: None) -> None:
    text = playlists(film)[kind].encode()
    with unread(film), pytest.raises(actions.UploadRefused) as caught:
        actions.upload_video(title="诱饵", file=ContentFile(text, name=f"lesson.{ending}"), by=None, at=NOON)
    assert caught.value.refusal is Refusal.NOT_VIDEO
    assert files_below(tmp_path) == set()


@pytest.mark.parametrize("kind", PLAYLISTS)
@pytest.mark.parametrize("container", list(Container))
def test_even_unsniffed_a_playlist_opens_no_other_file(
    kind: str, container: Container, film: Path, tmp_path: Path
) -> None:
    """Behind the first bytes stands the whitelist: were the sniffing fooled, ffmpeg would still not follow."""
    bait = tmp_path / "lesson.m3u8"  # the name that ffmpeg itself would trust most
    bait.write_text(playlists(film)[kind], encoding="utf-8")
    clips.renamed(tmp_path / film.name, film)
    folder = tmp_path / "job"
    folder.mkdir()
    with unread(film), unread(tmp_path / film.name), pytest.raises(EncodingFailed):
        encode(job_of(bait, container, folder), Encoder(), on_position=lambda _ms: None)
    assert files_below(folder) == set()


def test_the_whitelist_is_what_stops_it(film: Path, tmp_path: Path) -> None:
    """The planted breach: without the whitelist the real ffmpeg does read the other film (else the test above proves nothing)."""
    bait = tmp_path / "lesson.m3u8"
    other = clips.film(tmp_path / "other.ts", seconds=1, size="64x64")
    bait.write_text(playlists(other)["hls"], encoding="utf-8")
    if not atime_tells(other):
        pytest.skip("this disk does not note when files are read")
    forget_reading(other)
    clips.ffmpeg("-protocol_whitelist", "file", "-i", str(bait), "-f", "null", "-")
    assert was_read(other)


STRANGERS: list[tuple[str, Callable[[Path], bytes], str]] = [
    ("empty", lambda _: b"", "empty"),
    ("text", lambda _: "今天的课讲高支模。".encode() * 400, "not_video"),
    ("noise", lambda _: random.Random(7).randbytes(100_000), "not_video"),  # noqa: S311 — noise, not a secret
    ("png", lambda folder: clips.picture(folder / "p.png").read_bytes(), "not_video"),
    ("zip", lambda folder: clips.archive(folder / "a.zip", clips.picture(folder / "p.png")).read_bytes(), "not_video"),
    ("mp3", lambda folder: clips.sound_only(folder / "s.mp3").read_bytes(), "not_video"),
    ("wav", lambda folder: clips.sound_only(folder / "s.wav").read_bytes(), "not_video"),
    ("m4a", lambda folder: clips.sound_only(folder / "s.m4a").read_bytes(), "no_picture"),
    ("sound in mkv", lambda folder: clips.sound_only(folder / "s.mka").read_bytes(), "no_picture"),
    ("song with a cover", lambda folder: clips.sound_with_cover(folder / "s.m4a").read_bytes(), "no_picture"),
    (
        "ftyp and noise",
        lambda _: b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(range(256)) * 40,
        "broken",
    ),
    ("ebml and noise", lambda _: b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 40, "broken"),
    ("packets of nothing", lambda _: (b"\x47\x1f\xff\x10" + bytes(184)) * 400, "broken"),
    (
        "moov within moov",
        lambda _: b"".join((80_000 - 8 * n).to_bytes(4, "big") + b"moov" for n in range(9_999)),
        "broken",
    ),
]


@pytest.mark.parametrize(("made", "code"), [case[1:] for case in STRANGERS], ids=[case[0] for case in STRANGERS])
def test_what_is_no_film_is_refused(made: Callable[[Path], bytes], code: str, take_in: Take, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    assert refused(take_in, made(work), tmp_path) == code


def test_a_film_cut_off_before_its_boxes_is_broken(take_in: Take, film: Path, tmp_path: Path) -> None:
    assert refused(take_in, clips.cut_off(tmp_path / "cut.mp4", film, keep=0.6), tmp_path) == "broken"


def test_a_film_cut_off_in_its_middle_is_broken_though_ffmpeg_is_content(
    take_in: Take, streamable: Path, tmp_path: Path
) -> None:
    assert refused(take_in, clips.cut_off(tmp_path / "cut.mp4", streamable, keep=0.6), tmp_path) == "broken"


def test_a_picture_of_16k_by_16k_is_refused_before_it_is_decoded(take_in: Take, film: Path, tmp_path: Path) -> None:
    bomb = clips.film(tmp_path / "bomb.mkv", seconds=1, size="8200x2000", rate="2", codec="mjpeg", sound=False)
    assert refused(take_in, bomb, tmp_path) == "picture_too_large"
    claimed = clips.says_it_has_size(tmp_path / "claimed.mp4", film, width=16384, height=16384)
    assert refused_or_ready(take_in, claimed, tmp_path) in {"picture_too_large", "broken", "ready"}


def test_ten_years_are_too_long(take_in: Take, film: Path, tmp_path: Path) -> None:
    """A hundred pictures, a month and more apart: every one would be repeated millions of times."""
    long = tmp_path / "long.mkv"
    clips.ffmpeg("-i", str(film), "-an", "-c", "copy", "-bsf:v", "setts=ts=N*3200000000", str(long))
    assert refused(take_in, long, tmp_path) == "too_long"
    claimed = clips.says_it_lasts(tmp_path / "claimed.mp4", film, seconds=10 * 366 * 86_400)
    assert refused_or_ready(take_in, claimed, tmp_path) in {"too_long", "ready"}


def test_a_million_pictures_a_second_are_refused(take_in: Take, film: Path, tmp_path: Path) -> None:
    quick = tmp_path / "quick.mp4"
    options = ("-an", "-c", "copy", "-bsf:v", "setts=ts=N:duration=1", "-video_track_timescale", "1000000")
    clips.ffmpeg("-i", str(film), *options, str(quick))
    assert refused(take_in, quick, tmp_path) in {"frame_rate", "too_short"}
    fast = clips.film(tmp_path / "fast.mp4", seconds=2, size="64x64", rate="500", sound=False)
    assert refused(take_in, fast, tmp_path) == "frame_rate"


def test_a_film_of_many_streams_is_refused(take_in: Take, tmp_path: Path) -> None:
    assert refused(take_in, clips.many_streams(tmp_path / "many.mkv", count=20), tmp_path) == "too_many_streams"


def test_a_single_picture_and_a_stamp_are_no_lesson(take_in: Take, tmp_path: Path) -> None:
    one = clips.film(tmp_path / "one.mp4", seconds=0.04, size="320x180", sound=False)
    assert refused(take_in, one, tmp_path) == "too_short"
    stamp = clips.film(tmp_path / "stamp.mp4", seconds=2, size="16x16", sound=False)
    assert refused(take_in, stamp, tmp_path) == "picture_too_small"


def test_a_codec_that_nobody_knows_is_named_as_the_reason(take_in: Take, film: Path, tmp_path: Path) -> None:
    data = film.read_bytes().replace(b"avc1", b"zzzz").replace(b"avcC", b"zzzC")
    assert refused(take_in, data, tmp_path) in {"unknown_codec", "broken"}


def test_a_film_longer_or_larger_than_the_limits_is_refused(film: Path, tmp_path: Path) -> None:
    assert probe(film, Limits(bytes=100, duration_ms=10**6), folder=tmp_path) is Refusal.TOO_LARGE
    facts = probe(film, LIMITS, folder=tmp_path)
    assert isinstance(facts, SourceFacts)
    assert abs(facts.duration_ms - 4000) < 100


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "avi", "flv"])
def test_spoiled_films_end_as_a_video_or_with_a_reason(ending: str, film: Path, take_in: Take, tmp_path: Path) -> None:
    """Bits flipped anywhere: no crash, no hang, nothing left behind."""
    whole = tmp_path / f"whole.{ending}"
    codecs = ("-c:v", "flv", "-an") if ending == "flv" else ("-c", "copy")
    clips.ffmpeg("-i", str(film), *codecs, str(whole))
    chance = random.Random(ending)  # noqa: S311 — the same noise each time
    for number in range(4):
        data = bytearray(whole.read_bytes())
        for _ in range(len(data) // 200):
            data[chance.randrange(40, len(data))] = chance.randrange(256)
        spoiled = tmp_path / f"spoiled{number}"
        spoiled.write_bytes(data)
        assert refused_or_ready(take_in, spoiled, tmp_path) in {"ready", *(refusal.value for refusal in Refusal)} - {
            "internal"
        }


def refused_or_ready(take_in: Take, source: Path, tmp_path: Path) -> str:
    try:
        video = take_in(source)
    except actions.UploadRefused as refusal:
        return refusal.refusal.value
    actions.process_video(video.pk)
    row = Video.objects.get(pk=video.pk)
    assert files_below(tmp_path / "scratch") == set()
    assert row.state in {State.READY, State.FAILED}
    return row.failure_code or "ready"


def job_of(source: Path, container: Container, folder: Path) -> Job:
    return Job(
        source=source,
        container=container,
        video_index=0,
        audio_index=None,
        rungs=rungs(Size(320, 180)),
        sprite=sprite(rungs(Size(320, 180))[0], 4000),
        frames_per_second=Fraction(25),
        duration_ms=4000,
        most_duration_ms=3_600_000,
        most_pixels=policy.limits().pixels,
        folder=folder,
    )


LONG_AGO = 1_000_000_000


def forget_reading(path: Path) -> None:
    """Set the time of last reading before that of last writing: then even a disk mounted `relatime` notes the next."""
    os.utime(path, (LONG_AGO, LONG_AGO + 1000))


def was_read(path: Path) -> bool:
    return path.stat().st_atime != LONG_AGO


def atime_tells(path: Path) -> bool:
    forget_reading(path)
    path.read_bytes()
    return was_read(path)


@contextmanager
def unread(path: Path) -> Iterator[None]:
    """Fail if the file is read meanwhile, on disks that note it."""
    noted = atime_tells(path)
    forget_reading(path)
    yield
    if noted:
        assert not was_read(path), f"{path} was read"
