"""Real films through the real ffmpeg, seen as a learner's browser would see them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from player.domain.source import SNIFF_BYTES, container_of
from player.videos import actions, ffmpeg_gateway, media_store, queries, scratch
from player.videos.actions import processing
from player.videos.models import State, Video
from player.videos.tasks import transcode
from tests.media import clips
from tests.player.videos import watcher
from tests.player.videos.conftest import NOON, files_below

pytestmark = [pytest.mark.media, pytest.mark.django_db]
Take = Callable[[Path | bytes], Video]


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """26 seconds of slides with sound, at 720p: six whole segments, which are one stretch, and a half one of the next."""
    return clips.film(tmp_path_factory.mktemp("films") / "lesson.mp4", seconds=26, rate="5")


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds in one size, for what has nothing to do with the picture."""
    return clips.film(tmp_path_factory.mktemp("films") / "short.mp4", seconds=3, size="640x360", rate="10")


def processed(video: Video) -> Video:
    assert actions.process_video(video.pk)
    return Video.objects.get(pk=video.pk)


def ready(video: Video) -> Video:
    done = processed(video)
    assert (done.state, done.failure_code) == (State.READY, "")
    return done


def test_a_lesson_becomes_three_encrypted_sizes(take_in: Take, lesson: Path, tmp_path: Path) -> None:
    video = ready(take_in(lesson))
    assert watcher.codes(video.pk) == ["540", "360", "720", "slides"]
    assert abs((video.duration_ms or 0) - 26_000) <= 200
    assert (video.width, video.height) == (1280, 720)
    for height in (360, 540, 720):
        seen = watcher.watch(video.pk, str(height))
        assert (seen.frames, seen.width, seen.height) == (130, height * 16 // 9, height)
        assert abs(seen.listed_ms - 26_000) <= 200
        assert abs(seen.sound_seconds - 26) <= 0.2
        assert seen.first_is_key, "a player that jumps to a segment must be able to begin there"
    assert queries.stretch_count(video.pk) == 2
    assert_all_sizes_are_cut_alike(video)
    assert_nothing_readable_is_served(video, tmp_path / "media")
    assert files_below(tmp_path / "scratch") == set()


def assert_all_sizes_are_cut_alike(video: Video) -> None:
    lengths = {tuple(rendition.segment_ms) for rendition in video.renditions.all()}
    assert lengths == {(4000,) * 6 + (2000,)}
    assert list(video.renditions.order_by("bandwidth").values_list("code", flat=True)) == [
        "slides",
        "360",
        "540",
        "720",
    ]
    assert all(rendition.codecs.startswith("avc1.64") for rendition in video.renditions.all())


def assert_nothing_readable_is_served(video: Video, media: Path) -> None:
    served = files_below(media)
    assert {Path(name).parts[:2] for name in served} == {("videos", video.folder)}
    assert len(served) == 4 * 7 + 2
    pictures = {f"videos/{video.folder}/{name}" for name in ("poster.jpg", "sheet-01.jpg")}
    assert pictures < served
    for name in served - pictures:
        sealed = (media / name).read_bytes()
        assert len(sealed) % 16 == 0
        assert container_of(sealed[:SNIFF_BYTES]) is None
    with Image.open(media / "videos" / video.folder / media_store.POSTER) as poster:
        assert poster.size == (1280, 720)


def test_progress_rises_to_a_hundred(take_in: Take, lesson: Path) -> None:
    heard: list[int] = []
    video = take_in(lesson)
    done = actions.process_now(video.pk, heard.append)
    assert done.state == State.READY
    assert heard == sorted(set(heard))
    assert heard[-1] == 100
    assert any(0 < percent < 95 for percent in heard)


def test_a_run_that_ends_slowly_keeps_what_it_published(
    take_in: Take, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign of life after the publication once found the row no longer its own, and removed the published folder."""
    monkeypatch.setattr(processing, "_ROW_EVERY_SECONDS", 0.0)
    video = ready(take_in(short))
    assert watcher.watch(video.pk, "360").frames == 30


def test_the_task_delivered_twice_does_the_work_once(take_in: Take, short: Path) -> None:
    video = take_in(short)
    transcode(video.pk)
    first = Video.objects.get(pk=video.pk)
    transcode(video.pk)
    second = Video.objects.get(pk=video.pk)
    assert first.state == State.READY
    assert (second.attempt, second.folder) == (1, first.folder)


def test_a_worker_that_is_overtaken_stops_and_cleans_up(take_in: Take, short: Path, tmp_path: Path) -> None:
    video = take_in(short)

    def overtake(_percent: int) -> None:
        if Video.objects.get(pk=video.pk).attempt == 1:
            actions.requeue_stalled(at=NOON + timedelta(days=10000))
            assert actions.claim_video(video_id=video.pk, at=NOON) is not None

    assert actions.process_video(video.pk, on_progress=overtake)
    row = Video.objects.get(pk=video.pk)
    assert (row.state, row.attempt) == (State.PROBING, 2)
    assert files_below(tmp_path / "media") == files_below(tmp_path / "scratch") == set()


def test_a_worker_told_to_stop_gives_the_video_back(take_in: Take, short: Path, tmp_path: Path) -> None:
    video = take_in(short)

    def stop(_percent: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.process_video(video.pk, on_progress=stop)
    assert Video.objects.get(pk=video.pk).state == State.UPLOADED
    assert files_below(tmp_path / "scratch") == set()
    ready(video)


def test_a_full_disk_is_told_and_the_file_kept(take_in: Take, short: Path) -> None:
    video = take_in(short)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scratch, "free_bytes", lambda: 1000)  # a disk cannot be filled in a test
        failed = processed(video)
    assert (failed.state, failed.failure_code) == (State.FAILED, "no_space")
    actions.retry_video(video_id=video.pk, by=None, at=NOON)
    ready(video)


def test_a_pass_that_takes_too_much_is_ended(take_in: Take, short: Path, settings: Settings, tmp_path: Path) -> None:
    settings.VIDEO_MEMORY_BYTES = 60 * 1024**2
    video = processed(take_in(short))
    assert (video.state, video.failure_code) == (State.FAILED, "too_costly")
    assert files_below(tmp_path / "scratch") == files_below(tmp_path / "media") == set()


def test_a_new_run_replaces_the_streams_and_the_key(
    take_in: Take, short: Path, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    video = ready(take_in(short))
    old_key = queries.stretch_key(video.pk, 0)
    Video.objects.filter(pk=video.pk).update(state=State.UPLOADED)
    with django_capture_on_commit_callbacks(execute=True):
        again = ready(video)
    assert again.folder != video.folder
    assert queries.stretch_key(video.pk, 0) != old_key
    assert {Path(name).parts[1] for name in files_below(tmp_path / "media")} == {again.folder}
    assert watcher.watch(video.pk, "360").frames == 30


Shape = tuple[str, dict[str, object], list[tuple[int, int]], int]
SHAPES: list[Shape] = [
    ("portrait", {"size": "540x960"}, [(360, 640), (540, 960)], 75),
    ("odd", {"size": "641x363", "extra": ("-pix_fmt", "yuv444p")}, [(636, 360)], 75),
    ("small", {"size": "320x180"}, [(320, 180)], 75),
    ("silent", {"size": "640x360", "sound": False}, [(640, 360)], 75),
    ("sixty", {"size": "640x360", "rate": "60"}, [(640, 360)], 90),
    ("slides", {"size": "640x360", "rate": "10"}, [(640, 360)], 30),
    ("broadcast", {"size": "640x360", "rate": "30000/1001"}, [(640, 360)], 90),
]


@pytest.mark.parametrize("shape", SHAPES, ids=[case[0] for case in SHAPES])
def test_films_of_every_shape_are_watched_in_their_own(shape: Shape, take_in: Take, tmp_path: Path) -> None:
    name, drawn, sizes, frames = shape
    video = ready(take_in(clips.film(tmp_path / "film.mp4", seconds=3, **drawn)))  # type: ignore[arg-type]  # a table
    found = list(video.renditions.exclude(code="slides").order_by("height").values_list("width", "height"))
    assert found == sizes
    seen = watcher.watch(video.pk, str(sizes[0][1]))
    assert (seen.width, seen.height) == sizes[0]
    assert abs(seen.frames - frames) <= 1
    assert (seen.sound_seconds == 0) == (name == "silent")
    assert ("mp4a" in video.renditions.get(code=str(sizes[0][1])).codecs) == (name != "silent")


def test_a_film_turned_by_its_phone_is_watched_upright(take_in: Take, tmp_path: Path) -> None:
    lying = clips.film(tmp_path / "lying.mp4", seconds=2, size="640x360")
    video = ready(take_in(clips.turned(tmp_path / "turned.mp4", lying, degrees=90)))
    assert list(video.renditions.exclude(code="slides").values_list("width", "height")) == [(360, 640)]


def test_pictures_at_uneven_times_become_even_and_last_as_long(take_in: Take, tmp_path: Path) -> None:
    video = ready(take_in(clips.uneven_rate(tmp_path / "uneven.mp4")))
    assert abs((video.duration_ms or 0) - 6000) <= 450, "the last picture of such a film has no known end"


def test_the_first_picture_stream_is_taken(take_in: Take, tmp_path: Path) -> None:
    video = ready(take_in(clips.two_pictures(tmp_path / "two.mp4")))
    assert list(video.renditions.exclude(code="slides").values_list("width", "height")) == [(640, 360)]


CONTAINERS = [
    ("mkv", "libx264"),
    ("webm", "libvpx"),
    ("mov", "libx264"),
    ("ts", "libx264"),
    ("avi", "mpeg4"),
    ("flv", "flv"),
]


@pytest.mark.parametrize(("ending", "codec"), CONTAINERS, ids=[case[0] for case in CONTAINERS])
def test_every_promised_container_is_read(ending: str, codec: str, take_in: Take, tmp_path: Path) -> None:
    extra = ("-c:a", "libmp3lame", "-ar", "44100") if ending == "flv" else ()
    film = clips.film(tmp_path / f"film.{ending}", seconds=2, size="320x180", codec=codec, extra=extra)
    video = ready(take_in(film))
    assert abs((video.duration_ms or 0) - 2000) <= 200
    assert watcher.watch(video.pk, "180").frames in {50, 51}


def test_a_recording_without_a_length_is_measured(take_in: Take, tmp_path: Path) -> None:
    """Browsers record webm without a length, because they do not know it yet."""
    path = tmp_path / "recorded.webm"
    film = clips.film(tmp_path / "film.webm", seconds=3, size="320x180", codec="libvpx", sound=False)
    clips.ffmpeg("-i", str(film), "-c", "copy", "-f", "webm", "-live", "1", str(path))
    video = ready(take_in(path))
    assert abs((video.duration_ms or 0) - 3000) <= 200


def test_sound_that_outlasts_the_picture_is_no_damage(take_in: Take, tmp_path: Path) -> None:
    path = tmp_path / "long_sound.mkv"
    film = clips.film(tmp_path / "film.mp4", seconds=2, size="320x180", sound=False)
    clips.ffmpeg("-i", str(film), "-f", "lavfi", "-i", "sine=duration=4", "-c:v", "copy", str(path))
    assert (ready(take_in(path)).duration_ms or 0) >= 1900


def test_the_command_that_runs_lets_in_one_reader_and_local_files_only(tmp_path: Path) -> None:
    from fractions import Fraction

    from player.domain.ladder import Size, rungs, sprite
    from player.domain.source import Container

    job = ffmpeg_gateway.Job(
        source=tmp_path / "source",
        container=Container.MOV,
        video_index=2,
        audio_index=1,
        rungs=rungs(Size(1280, 720)),
        sprite=sprite(rungs(Size(1280, 720))[0], 60_000),
        frames_per_second=Fraction(25),
        duration_ms=60_000,
        most_duration_ms=3_600_000,
        most_pixels=4096 * 2304,
        folder=tmp_path,
    )
    line = ffmpeg_gateway.command(job, ffmpeg_gateway.Encoder(preset="faster", crf=20, threads=2))
    source_at = line.index("-i")
    before = line[:source_at]
    for option, value in (("-f", "mov"), ("-format_whitelist", "mov"), ("-protocol_whitelist", "file")):
        assert before[before.index(option) + 1] == value
    assert line[source_at + 1] == str(tmp_path / "source")
    assert line.count("-i") == 1
    assert line.count("aac") == 2, "sound is encoded once for all sizes, and once for the slides"
    assert "-nostdin" in line
    assert line[line.index("-preset:v:0") + 1] == "faster"
    assert settings.MEDIA_KEY not in " ".join(line)
