"""Makes learners who are signed in and have a lesson open.

Given back: a seat for each, in the order of their ids. Accounts, sign-ins and the video are written in bulk; watch
sessions are opened by the product's own action.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from infra.bench.load import film

if TYPE_CHECKING:
    from lms.accounts.models import User
    from player.models import Video

AT_ONCE = 500
MASTER_KEY = bytes(range(32))
Seat = dict[str, object]


def main(
    *,
    count: int,
    duration_ms: int = film.DURATION_MS,
    covered: bool = False,
    opened: bool = False,
    filmed: bool = False,
) -> dict[str, object]:
    """Make so many seats before one lesson.

    covered: all of it has been watched before, so that every key may be had. opened: every key has been given already
    (what that costs is measured by a row of its own). filmed: its segments exist, so that questions can be answered.
    """
    from django.utils import timezone

    from lms.accounts.models import User
    from player.domain.spans import Span
    from player.models import Coverage, WatchSession

    now = timezone.now()
    video = ready_video(now, duration_ms)
    if filmed:
        write_segments(video)
    mark = uuid4().hex[:6]
    User.objects.bulk_create(
        [User(username=f"bench-{mark}-{number:06d}", name="学员", password="!") for number in range(count)],  # noqa: S106 — "!" is no password
        batch_size=AT_ONCE,
    )
    users = list(User.objects.filter(username__startswith=f"bench-{mark}-").order_by("pk"))
    seats = sit_down(users, video.pk, sign_in(users, now))
    whole = (Span(0, duration_ms),)
    if covered:
        Coverage.objects.filter(learner__in=users).update(spans=whole, counted_ms=duration_ms)
    if opened:
        WatchSession.objects.filter(learner__in=users).update(opened=whole)
    return {"seats": seats, "keys": keys_of(video.pk, duration_ms)}


def sit_down(users: "list[User]", video_id: int, cookies: dict[int, str]) -> list[Seat]:
    """Open a session for each, a few hundred in one transaction."""
    from django.db import transaction
    from django.utils import timezone

    from player.watching.actions import open_session

    seats: list[Seat] = []
    for begin in range(0, len(users), AT_ONCE):
        with transaction.atomic():
            for user in users[begin : begin + AT_ONCE]:
                session = open_session(learner_id=user.pk, video_id=video_id, subject_uuid=uuid4(), at=timezone.now())
                seats.append(
                    {
                        "learner_id": user.pk,
                        "session": str(session.uuid),
                        "subject": str(session.subject_uuid),
                        "beat_key": session.beat_key.hex(),
                        "cookie": cookies[user.pk],
                    }
                )
    return seats


# How folders of the bench begin, so that they are known again; 32 hexadecimal digits in all, as nginx wants them.
FOLDER_MARK = "bec4" * 4


def ready_video(at: datetime, duration_ms: int) -> "Video":
    """Publish a video whose segments do not exist yet."""
    from player.models import Rendition, Video
    from player.videos import key_safe

    video = Video.objects.create(title="高支模的搭设与验收", uploaded_at=at)
    Video.objects.filter(pk=video.pk).update(
        state="ready",
        folder=FOLDER_MARK + video.uuid.hex[len(FOLDER_MARK) :],
        master_key_encrypted=key_safe.seal(MASTER_KEY, video_uuid=video.uuid),
        duration_ms=duration_ms,
        width=1280,
        height=720,
        published_at=at,
    )
    lengths = [film.SEGMENT_MS] * (duration_ms // film.SEGMENT_MS)
    for width, height in ((640, 360), (960, 540), (1280, 720)):
        Rendition.objects.create(
            video=video,
            code=str(height),
            width=width,
            height=height,
            bandwidth=600_000,
            codecs="avc1.64001F,mp4a.40.2",
            segment_ms=lengths,
        )
    video.refresh_from_db()
    return video


def write_segments(video: "Video") -> None:
    """Store the rendition that learners fetch, encrypted as the worker does it; what earlier runs have stored is removed."""
    import shutil
    from pathlib import Path

    from django.conf import settings

    from player.domain.stretch_keys import encrypt_segment
    from player.videos import media_store

    for old in Path(settings.MEDIA_ROOT).glob(f"videos/{FOLDER_MARK}*"):
        shutil.rmtree(old)
    for number in range((video.duration_ms or 0) // film.SEGMENT_MS):
        plain = film.plain_segment(number)
        sealed = encrypt_segment(MASTER_KEY, code=str(film.RENDITION), segment=number, plain=plain)
        media_store.write(video.folder, media_store.segment_name(str(film.RENDITION), number), sealed)


def keys_of(video_id: int, duration_ms: int) -> list[str]:
    """Return the key of each stretch as hexadecimal, as the product derives it."""
    from player.videos import queries as videos

    return [videos.stretch_key(video_id, n).hex() for n in range(duration_ms // film.STRETCH_MS)]


def sign_in(users: "list[User]", at: datetime) -> dict[int, str]:
    """Return a session cookie for each, by id. They lie in the database; the first request takes them into the cache."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.models import Session

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    rows = {
        user.pk: Session(
            session_key=uuid4().hex,
            session_data=store.encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            ),
            expire_date=at + timedelta(days=1),
        )
        for user in users
    }
    Session.objects.bulk_create(rows.values(), batch_size=AT_ONCE)
    return {user_id: row.session_key for user_id, row in rows.items()}


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
