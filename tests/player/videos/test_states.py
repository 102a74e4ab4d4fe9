"""Who holds a video, and what becomes of it when a worker dies. No ffmpeg here."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import IntegrityError
from pytest_django import DjangoCaptureOnCommitCallbacks

from player.domain.ladder import Size
from player.domain.source import Refusal
from player.videos import actions, media_store, queries
from player.videos.actions import states
from player.videos.models import FailureCode, Rendition, State, Video
from tests.player.videos.conftest import FILM_LIKE, NOON, files_below, logged

Take = Callable[[Path | bytes], Video]
SIZE = states.Published(code="360", width=640, height=360, bandwidth=1, codecs="avc1", segment_ms=(4000, 4000))


def claim(video: Video, **kwargs: bool) -> actions.Claim:
    found = actions.claim_video(video_id=video.pk, at=NOON, **kwargs)
    assert found is not None
    return found


def publish(held: actions.Claim) -> None:
    actions.publish_video(held, size=Size(640, 360), duration_ms=8000, master_key=bytes(32), renditions=[SIZE], at=NOON)


def fresh(video: Video) -> Video:
    return Video.objects.get(pk=video.pk)


def test_only_one_worker_gets_a_video(take_in: Take) -> None:
    video = take_in(FILM_LIKE)
    assert claim(video).attempt == 1
    assert actions.claim_video(video_id=video.pk, at=NOON) is None
    assert fresh(video).state == State.PROBING


def test_a_video_that_is_done_is_not_taken_again(take_in: Take) -> None:
    video = take_in(FILM_LIKE)
    publish(claim(video))
    assert actions.claim_video(video_id=video.pk, at=NOON) is None
    assert actions.claim_video(video_id=video.pk, at=NOON, take_over=True) is None


def test_publishing_shows_the_folder_and_is_logged(take_in: Take) -> None:
    video = take_in(FILM_LIKE)
    held = claim(video)
    publish(held)
    done = fresh(video)
    assert (done.state, done.folder, done.draft_folder, done.progress_percent) == (
        State.READY,
        held.draft_folder,
        "",
        100,
    )
    facts = queries.video_facts(video.pk)
    assert facts is not None
    assert facts.is_ready
    assert facts.poster_url == f"/media/videos/{held.draft_folder}/poster.jpg"
    assert logged("player.video_published", video) == [
        {"video_uuid": str(video.uuid), "attempt": 1, "duration_ms": 8000, "heights": [360]}
    ]


def test_a_worker_that_lost_its_claim_changes_nothing(take_in: Take) -> None:
    video = take_in(FILM_LIKE)
    slow = claim(video)
    actions.requeue_stalled(at=NOON + timedelta(seconds=61))
    quick = claim(video)
    with pytest.raises(actions.ClaimLost):
        actions.report_progress(slow, state=State.TRANSCODING, percent=50, at=NOON)
    with pytest.raises(actions.ClaimLost):
        publish(slow)
    with pytest.raises(actions.ClaimLost):
        actions.fail_video(slow, refusal=Refusal.BROKEN, at=NOON)
    publish(quick)
    assert fresh(video).folder == quick.draft_folder


def test_a_worker_that_shows_signs_of_life_is_left_alone(take_in: Take) -> None:
    video = take_in(FILM_LIKE)
    held = claim(video)
    actions.report_progress(held, state=State.TRANSCODING, percent=42, at=NOON + timedelta(minutes=5))
    assert actions.requeue_stalled(at=NOON + timedelta(minutes=5, seconds=59)) == ()
    assert fresh(video).progress_percent == 42


def test_what_a_dead_worker_wrote_is_removed_by_the_next(
    take_in: Take, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    video = take_in(FILM_LIKE)
    dead = claim(video)
    media_store.write(dead.draft_folder, "360/00000.ts", b"half done")
    assert actions.requeue_stalled(at=NOON + timedelta(seconds=61)) == (video.pk,)
    with django_capture_on_commit_callbacks(execute=True):
        claim(video)
    assert files_below(Path(settings.MEDIA_ROOT)) == set()


def test_a_video_that_kills_three_workers_is_failed(take_in: Take) -> None:
    video = take_in(FILM_LIKE)
    at = NOON
    for _ in range(2):
        claim(video)
        at += timedelta(seconds=61)
        assert actions.requeue_stalled(at=at) == (video.pk,)
        Video.objects.filter(pk=video.pk).update(progress_at=NOON)
    claim(video)
    assert actions.requeue_stalled(at=at) == ()
    failed = fresh(video)
    assert (failed.state, failed.failure_code) == (State.FAILED, FailureCode.INTERRUPTED)
    assert failed.source, "a person may still try again"


def test_a_video_that_nobody_rang_for_is_found_once_in_ten_minutes(take_in: Take) -> None:
    video = take_in(FILM_LIKE)
    assert actions.requeue_stalled(at=NOON + timedelta(minutes=9)) == ()
    assert actions.requeue_stalled(at=NOON + timedelta(minutes=11)) == (video.pk,)
    assert actions.requeue_stalled(at=NOON + timedelta(minutes=12)) == ()


def test_a_refused_file_is_removed_and_its_reason_logged(
    take_in: Take, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    video = take_in(FILM_LIKE)
    assert len(files_below(tmp_path / "private")) == 1
    with django_capture_on_commit_callbacks(execute=True):
        actions.fail_video(claim(video), refusal=Refusal.NO_PICTURE, at=NOON)
    assert files_below(tmp_path / "private") == set()
    facts = queries.video_facts(video.pk)
    assert facts is not None
    assert facts.failure_sentence.startswith("文件里只有声音")
    assert not facts.may_be_retried
    with pytest.raises(actions.NothingToRetry):
        actions.retry_video(video_id=video.pk, by=None, at=NOON)
    assert [payload["reason"] for payload in logged("player.video_failed", video)] == ["no_picture"]


def test_after_a_trouble_of_ours_the_file_is_kept_and_may_be_tried_again(take_in: Take, tmp_path: Path) -> None:
    video = take_in(FILM_LIKE)
    actions.fail_video(claim(video), refusal=Refusal.NO_SPACE, at=NOON)
    assert len(files_below(tmp_path / "private")) == 1
    actions.retry_video(video_id=video.pk, by=None, at=NOON)
    assert fresh(video).state == State.UPLOADED
    assert claim(video).attempt == 2


def test_a_new_folder_replaces_the_old_one_after_the_commit(
    take_in: Take, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    video = take_in(FILM_LIKE)
    first = claim(video)
    media_store.write(first.draft_folder, "poster.jpg", b"first")
    publish(first)
    Video.objects.filter(pk=video.pk).update(state=State.UPLOADED)
    second = claim(video)
    media_store.write(second.draft_folder, "poster.jpg", b"second")
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        publish(second)
        assert len(files_below(Path(settings.MEDIA_ROOT))) == 2, "learners are still watching the first"
    assert callbacks
    assert files_below(Path(settings.MEDIA_ROOT)) == {f"videos/{second.draft_folder}/poster.jpg"}
    assert Rendition.objects.filter(video=video).count() == 1


def test_every_reason_has_a_code_and_a_sentence() -> None:
    from player.videos import policy, reasons

    assert {code.value for code in FailureCode} == {refusal.value for refusal in Refusal}
    sentences = {reasons.sentence(refusal, policy.limits()) for refusal in Refusal}
    assert len(sentences) == len(Refusal)
    assert all(sentence.endswith("。") for sentence in sentences)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "ready"},
        {"state": "failed"},
        {"failure_code": "broken"},
        {"state": "lost"},
        {"progress_percent": 101},
    ],
)
def test_the_database_forbids_what_must_never_be(take_in: Take, change: dict[str, object]) -> None:
    video = take_in(FILM_LIKE)
    with pytest.raises(IntegrityError), connection.cursor():
        Video.objects.filter(pk=video.pk).update(**change)


def test_a_size_without_segments_is_forbidden(ready_video: Video) -> None:
    with pytest.raises(IntegrityError):
        Rendition.objects.create(video=ready_video, code="2", width=2, height=2, bandwidth=1, codecs="x", segment_ms=[])
