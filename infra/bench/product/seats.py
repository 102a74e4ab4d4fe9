"""Makes learners who are signed in and have a lesson open: `{"count": 500, "covered": false}`.

Given back: a seat for each, in the order of their ids. Accounts, sign-ins and the video are written in bulk; watch
sessions are opened by the product's own action.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from lms.accounts.models import User

AT_ONCE = 500
Seat = dict[str, object]


def main(*, count: int, covered: bool = False, duration_ms: int = 3_600_000) -> dict[str, object]:
    """covered: the whole lesson has been watched before, so that every key may be had."""
    from django.db import transaction
    from django.utils import timezone

    from lms.accounts.models import User
    from player.domain.spans import Span
    from player.models import Coverage
    from player.watching.actions import open_session

    now = timezone.now()
    video_id = ready_video(now, duration_ms)
    mark = uuid4().hex[:6]
    User.objects.bulk_create(
        [User(username=f"bench-{mark}-{number:06d}", name="学员", password="!") for number in range(count)],  # noqa: S106 — "!" is no password
        batch_size=AT_ONCE,
    )
    users = list(User.objects.filter(username__startswith=f"bench-{mark}-").order_by("pk"))
    cookies = sign_in(users, now)
    seats: list[Seat] = []
    for begin in range(0, count, AT_ONCE):
        with transaction.atomic():
            for user in users[begin : begin + AT_ONCE]:
                opened = open_session(learner_id=user.pk, video_id=video_id, subject_uuid=uuid4(), at=timezone.now())
                session, subject = str(opened.uuid), str(opened.subject_uuid)
                cookie = cookies[user.pk]
                seats.append({"learner_id": user.pk, "session": session, "subject": subject, "cookie": cookie})
    if covered:
        whole = (Span(0, duration_ms),)
        Coverage.objects.filter(learner__in=users).update(spans=whole, counted_ms=duration_ms)
    return {"seats": seats, "keys": keys_of(video_id, duration_ms)}


def ready_video(at: datetime, duration_ms: int) -> int:
    """Publish a video whose segments do not exist; return its id."""
    from player.models import Rendition, Video
    from player.videos import key_safe

    video = Video.objects.create(title="高支模的搭设与验收", uploaded_at=at)
    Video.objects.filter(pk=video.pk).update(
        state="ready",
        folder=f"bench-{video.pk}",
        master_key_encrypted=key_safe.seal(bytes(range(32)), video_uuid=video.uuid),
        duration_ms=duration_ms,
        width=1280,
        height=720,
        published_at=at,
    )
    lengths = [4000] * (duration_ms // 4000)
    for width, height in ((640, 360), (960, 540), (1280, 720)):
        Rendition.objects.create(
            video=video,
            width=width,
            height=height,
            bandwidth=500_000,
            codecs="avc1.64001F,mp4a.40.2",
            segment_ms=lengths,
        )
    return video.pk


def keys_of(video_id: int, duration_ms: int) -> list[str]:
    """Return the key of each stretch as hexadecimal, as the product derives it."""
    from player.domain.stretch_keys import SEGMENT_MS, SEGMENTS_PER_STRETCH
    from player.videos import queries as videos

    return [videos.stretch_key(video_id, n).hex() for n in range(duration_ms // (SEGMENT_MS * SEGMENTS_PER_STRETCH))]


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
