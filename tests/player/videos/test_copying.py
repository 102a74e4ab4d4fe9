"""Pictures that fit are copied; all ways to watch are cut where the source has its key frames. Slides, thumbnails."""

import random
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import pytest
from django.conf import settings
from PIL import Image

from player.domain.cuts import are_cut_alike
from player.domain.ladder import Size
from player.domain.source import Limits, SourceFacts
from player.videos import actions, media_store, probe_gateway, queries
from player.videos.models import State, Video
from player.videos.probe_gateway import pictures_of, probe
from tests.media import clips
from tests.player.videos import watcher

pytestmark = [pytest.mark.media, pytest.mark.django_db]
Take = Callable[[Path | bytes], Video]

LIMITS = Limits(bytes=10**9, duration_ms=3_600_000)
# Irregular, as a lecturer's own encoder may have set them, and cuttable.
KEYS = (0, 3.2, 5.4, 6.0, 9.92, 13, 13.4, 17, 21.4)


def filmed(path: Path, *extra: str, seconds: float = 26, **drawn: str) -> Path:
    """Draw a film at 540p whose only key frames are at KEYS."""
    keys = ("-force_key_frames", ",".join(map(str, KEYS)), "-g", "9999", "-sc_threshold", "0")
    return clips.film(path, seconds=seconds, size=drawn.pop("size", "960x540"), extra=(*keys, *extra), **drawn)  # type: ignore[arg-type]  # texts


@pytest.fixture(scope="module")
def fitting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filmed(tmp_path_factory.mktemp("films") / "fitting.mp4")


def ready(video: Video) -> Video:
    assert actions.process_video(video.pk)
    done = Video.objects.get(pk=video.pk)
    assert (done.state, done.failure_code) == (State.READY, "")
    return done


def pictures_in(data: BytesIO | Path, container: str) -> list[bytes]:
    """Return the brightness of each picture, decoded, every tenth of them."""
    with av.open(str(data) if isinstance(data, Path) else data, mode="r", format=container) as film:
        frames = list(film.decode(video=0))[::10]
        return [bytes(frame.planes[0]) for frame in frames]


def begins_ms(video: Video, code: str) -> list[int]:
    """Return when the first picture of each segment is shown, counted from that of the first."""
    begins = []
    for segment in watcher.plain_segments(video.pk, code):
        with av.open(BytesIO(segment), mode="r", format="mpegts") as film:
            first = next(film.decode(video=0))
            assert first.key_frame
            begins.append(round((first.time or 0) * 1000))
    return [begin - begins[0] for begin in begins]


def is_copy(video: Video, source: Path, code: str) -> bool:
    stream = BytesIO(b"".join(watcher.plain_segments(video.pk, code)))
    return pictures_in(stream, "mpegts") == pictures_in(source, "matroska" if source.suffix == ".mkv" else "mov")


def test_pictures_that_fit_are_copied_and_the_others_follow_their_cuts(take_in: Take, fitting: Path) -> None:
    video = ready(take_in(fitting))
    assert is_copy(video, fitting, "540")
    assert not is_copy(video, clips.film(fitting.with_name("small.mp4"), seconds=26, size="640x360"), "360")
    starts = (0, 3200, 6000, 9920, 13_400, 17_000, 21_400)
    assert queries.segment_starts_ms(video.pk) == starts
    assert queries.stretch_starts_ms(video.pk) == (0, 21_400)
    for code in ("540", "360", "slides"):
        assert begins_ms(video, code) == list(starts), code
    seen = {code: watcher.watch(video.pk, code) for code in ("540", "360", "slides")}
    assert {(code, s.width, s.height) for code, s in seen.items()} == {
        ("540", 960, 540),
        ("360", 640, 360),
        ("slides", 640, 360),
    }
    assert seen["540"].frames == seen["360"].frames == 650
    assert 26 <= seen["slides"].frames <= 26 + len(KEYS)
    assert all(abs(s.sound_seconds - 26) <= 0.2 and s.first_is_key for s in seen.values())
    assert all(abs(s.listed_ms - 26_000) <= 100 for s in seen.values())


def test_sound_and_picture_of_a_copy_stay_together(take_in: Take, fitting: Path) -> None:
    video = ready(take_in(fitting))
    for code in ("540", "slides"):
        for segment in watcher.plain_segments(video.pk, code):
            with av.open(BytesIO(segment), mode="r", format="mpegts") as film:
                times = {
                    stream.type: float((stream.start_time or 0) * (stream.time_base or 0)) for stream in film.streams
                }
            assert abs(times["video"] - times["audio"]) < 0.15, code


def test_a_copy_tells_nothing_that_the_encoder_wrote_between_the_pictures(take_in: Take, fitting: Path) -> None:
    assert b"x264" in fitting.read_bytes()
    video = ready(take_in(fitting))
    assert b"x264" not in b"".join(watcher.plain_segments(video.pk, "540"))


@pytest.mark.parametrize("ending", ["mkv", "mov"])
def test_other_wrappings_are_copied_too(ending: str, take_in: Take, tmp_path: Path) -> None:
    film = filmed(tmp_path / f"film.{ending}", seconds=14, size="640x360")
    video = ready(take_in(film))
    assert is_copy(video, film, "360")
    assert begins_ms(video, "slides") == begins_ms(video, "360") == [0, 3200, 6000, 9920]


NOT_COPIED: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("between two sizes", {"size": "854x480"}, ()),
    ("sixty a second", {"size": "640x360", "rate": "60"}, ()),
    ("ten bits", {"size": "640x360"}, ("-pix_fmt", "yuv420p10le")),
    ("full colour", {"size": "640x360"}, ("-pix_fmt", "yuv444p")),
    ("not square", {"size": "640x360"}, ("-vf", "setsar=4/3")),
    ("heavy", {"size": "640x360"}, ("-b:v", "4M", "-vf", "noise=alls=90:allf=t")),
    ("key frames too far apart", {"size": "640x360"}, ("-force_key_frames", "0,7")),
]


@pytest.mark.parametrize(("drawn", "extra"), [case[1:] for case in NOT_COPIED], ids=[case[0] for case in NOT_COPIED])
def test_what_does_not_fit_is_encoded(
    drawn: dict[str, str], extra: tuple[str, ...], take_in: Take, tmp_path: Path
) -> None:
    video = ready(take_in(filmed(tmp_path / "film.mp4", *extra, seconds=10, **drawn)))
    assert queries.segment_starts_ms(video.pk) == (0, 4000, 8000)


def test_an_open_group_cannot_be_cut(tmp_path: Path) -> None:
    """Its key frames are followed by pictures that need earlier ones: a player that jumps there would show mud."""
    extra = ("-g", "50", "-bf", "2", "-x264-params", "open-gop=1")
    film = clips.film(tmp_path / "open.mkv", seconds=10, size="640x360", extra=("-preset", "fast", *extra))
    facts = probe(film, LIMITS, folder=tmp_path)
    assert isinstance(facts, SourceFacts)
    pictures = pictures_of(film, facts, folder=tmp_path)
    assert pictures is None or len(pictures.groups) == 1


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_spoiled_film_that_fits_ends_as_a_video_or_with_a_reason(
    ending: str, take_in: Take, fitting: Path, tmp_path: Path
) -> None:
    """Lengths, times and marks of key frames may say anything: no crash, no hang, and what is published is cut alike."""
    whole = tmp_path / f"whole.{ending}"
    clips.ffmpeg(
        "-i", str(fitting), "-c", "copy", *(("-movflags", "+faststart") if ending == "mp4" else ()), str(whole)
    )
    chance = random.Random(ending)  # noqa: S311 — the same noise each time
    for number in range(6):
        data = bytearray(whole.read_bytes())
        # Half of them where the boxes are, in which times and key frames are told; the others anywhere.
        reach = 6000 if number % 2 else len(data)
        for _ in range(10):
            data[chance.randrange(40, reach)] = chance.randrange(256)
        video = take_in(bytes(data))
        actions.process_video(video.pk)
        row = Video.objects.get(pk=video.pk)
        assert row.failure_code != "internal"
        if row.state == State.READY:
            assert are_cut_alike([rendition.segment_ms for rendition in row.renditions.all()])
        else:
            assert row.state == State.FAILED


def test_more_key_frames_than_we_care_for_are_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = clips.film(tmp_path / "intra.mp4", seconds=4, size="640x360", extra=("-g", "1"))
    facts = probe(film, LIMITS, folder=tmp_path)
    assert isinstance(facts, SourceFacts)
    listed = pictures_of(film, facts, folder=tmp_path)
    assert listed is not None
    assert len(listed.groups) == 100
    monkeypatch.setattr(probe_gateway, "_MOST_KEY_FRAMES", 98)  # twenty thousand would be a film of ten minutes
    assert pictures_of(film, facts, folder=tmp_path) is None


def test_a_moving_noisy_picture_still_fits_a_weak_network(take_in: Take, tmp_path: Path) -> None:
    film = clips.film(
        tmp_path / "noise.mp4", seconds=50, size="640x360", rate="10", extra=("-vf", "noise=alls=100:allf=t+u")
    )
    video = ready(take_in(film))
    lengths = [len(segment) for segment in watcher.plain_segments(video.pk, "slides")]
    milliseconds = [b - a for a, b in pairwise((*queries.segment_starts_ms(video.pk), video.duration_ms or 0))]
    for first in range(len(lengths) - 5):
        bits = 8000 * sum(lengths[first : first + 6])
        assert bits // sum(milliseconds[first : first + 6]) < 100_000
    assert watcher.watch(video.pk, "slides").frames == 50


def test_thumbnails_show_the_pictures_of_their_times(take_in: Take, tmp_path: Path) -> None:
    """A film that turns from black to white after 9 s: thumbnails 0 to 4 are dark, 5 to 9 bright, the rest is empty."""
    film = tmp_path / "dawn.mp4"
    clips.ffmpeg(
        *("-f", "lavfi", "-i", "color=black:size=640x360:rate=10:duration=9"),
        *("-f", "lavfi", "-i", "color=white:size=640x360:rate=10:duration=11"),
        *("-filter_complex", "[0][1]concat=n=2", "-c:v", "libx264", "-preset", "ultrafast", str(film)),
    )
    video = ready(take_in(film))
    sprite = queries.sprite_of(video.pk)
    assert sprite is not None
    assert (sprite.interval_ms, sprite.count, sprite.columns, sprite.rows) == (2000, 10, 10, 10)
    assert (sprite.width, sprite.height) == (160, 90)
    (url,) = sprite.urls
    with Image.open(BytesIO(watcher.served(url))) as sheet:
        assert sheet.size == (1600, 900)
        light = [sheet.convert("L").getpixel((160 * n + 80, 45)) for n in range(10)]
        below = sheet.convert("L").getpixel((80, 135))
    assert [level > 128 for level in light] == [False] * 5 + [True] * 5  # type: ignore[operator]  # one channel
    assert below == 0


def test_a_size_of_1080_is_made_when_the_source_has_it(take_in: Take, tmp_path: Path) -> None:
    film = clips.film(tmp_path / "large.mp4", seconds=2, size="1920x1080", rate="5", sound=False)
    video = ready(take_in(film))
    assert watcher.codes(video.pk) == ["720", "360", "540", "1080", "slides"]
    assert watcher.watch(video.pk, "1080").height == 1080


def test_the_probe_sees_what_can_be_copied(fitting: Path, tmp_path: Path) -> None:
    facts = probe(fitting, LIMITS, folder=tmp_path)
    assert isinstance(facts, SourceFacts)
    assert (facts.plain_h264, facts.plain_aac, facts.size) == (True, True, Size(960, 540))
    pictures = pictures_of(fitting, facts, folder=tmp_path)
    assert pictures is not None
    assert [group.at_us for group in pictures.groups] == [round(second * 1_000_000) for second in KEYS]
    assert (pictures.count, pictures.end_us, pictures.steady) == (650, 26_000_000, True)


def test_what_is_published_lies_under_names_that_the_web_server_knows(take_in: Take, fitting: Path) -> None:
    """infra/nginx/zhuxue.conf keeps these for a year; whatever had another name would be asked for again and again."""
    video = ready(take_in(fitting))
    folder = Path(settings.MEDIA_ROOT) / "videos" / video.folder
    names = {path.name for path in folder.iterdir()}
    assert names == {"360", "540", "slides", media_store.POSTER, "sheet-01.jpg"}
