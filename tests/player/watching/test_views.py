"""Playlists, keys and beats over HTTP: to the session's learner, while it is open, and to nobody else."""

import contextlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from lms.accounts.models import User
from player.domain.spans import Span
from player.domain.stretch_keys import stretch_key
from player.models import Coverage, KeyRelease, Video, WatchSession
from player.watching import budget
from player.watching.actions import OpenSession, close_session, open_session, release_key
from tests.player.watching.conftest import Seals, open_with_keys

MASTER = bytes(range(32))
Frame = Callable[..., dict[str, object]]


class Answer(Protocol):
    """What is looked at in a response of the test client."""

    status_code: int

    @property
    def content(self) -> bytes: ...

    def json(self) -> Any: ...


@pytest.fixture
def session(learner: User, video: Video, subject: UUID) -> OpenSession:
    at = timezone.now() - timedelta(seconds=20)
    return open_with_keys(learner_id=learner.pk, video_id=video.pk, subject_uuid=subject, at=at)


@pytest.fixture
def frame(session: OpenSession) -> Frame:
    return Seals(session).frame


@pytest.fixture
def as_learner(client: Client, learner: User) -> Client:
    client.force_login(learner)
    return client


def address(session: OpenSession, what: str) -> str:
    return f"/watch/{session.uuid}/{what}"


STREAMS = ["master.m3u8", "360.m3u8", "key/0"]


def test_the_learner_gets_playlists_that_lead_to_keys(as_learner: Client, session: OpenSession) -> None:
    master = as_learner.get(address(session, "master.m3u8"))
    assert master.status_code == 200
    assert master["Content-Type"] == "application/vnd.apple.mpegurl"
    assert "360.m3u8" in master.content.decode().splitlines()
    media = as_learner.get(address(session, "360.m3u8"))
    assert 'URI="key/24"' in media.content.decode()
    assert "no-store" in media["Cache-Control"]


def test_a_key_is_sixteen_bytes_and_never_stored(as_learner: Client, session: OpenSession) -> None:
    response = as_learner.get(address(session, "key/3"))
    assert response.content == stretch_key(MASTER, 3)
    assert len(response.content) == 16
    assert "no-store" in response["Cache-Control"]


def test_a_key_is_given_when_the_learner_has_come_near_it(
    as_learner: Client, learner: User, video: Video, subject: UUID
) -> None:
    paced = open_session(learner_id=learner.pk, video_id=video.pk, subject_uuid=subject, at=timezone.now())
    assert as_learner.get(address(paced, "key/1")).status_code == 200
    assert refusal(as_learner.get(address(paced, "key/2")), 403) == "too_early"
    Coverage.objects.filter(subject_uuid=subject).update(spans=(Span(0, 1),), counted_ms=1)
    assert as_learner.get(address(paced, "key/2")).status_code == 200
    assert as_learner.get(address(paced, "key/2")).status_code == 200
    assert list(KeyRelease.objects.order_by("stretch").values_list("stretch", flat=True)) == [1, 2]
    assert tuple(WatchSession.objects.get(uuid=paced.uuid).opened) == (Span(24_000, 72_000),)


def test_a_key_costs_one_statement(
    as_learner: Client,
    learner: User,
    video: Video,
    subject: UUID,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    paced = open_session(learner_id=learner.pk, video_id=video.pk, subject_uuid=subject, at=timezone.now())
    ask = partial(release_key, session_uuid=paced.uuid, learner_id=learner.pk, at=timezone.now())
    ask(stretch=0)
    with django_assert_num_queries(2):  # the release; the video's sealed key, met for the first time
        ask(stretch=1)
    with django_assert_num_queries(1):
        ask(stretch=1)


@pytest.mark.parametrize("change", ["UPDATE player_keyrelease SET stretch = 7", "DELETE FROM player_keyrelease"])
def test_a_release_is_never_changed(as_learner: Client, session: OpenSession, change: str) -> None:
    WatchSession.objects.update(opened=())
    assert as_learner.get(address(session, "key/0")).status_code == 200
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize("what", ["key/25", "key/99999999999999999999", "1080.m3u8"])
def test_what_the_video_has_not_is_not_found(as_learner: Client, session: OpenSession, what: str) -> None:
    assert refusal(as_learner.get(address(session, what)), 404) == "no_such_stream"


@pytest.mark.parametrize("what", STREAMS)
def test_strangers_get_a_reason_and_not_a_byte(client: Client, outsider: User, session: OpenSession, what: str) -> None:
    assert refusal(client.get(address(session, what)), 403) == "not_signed_in"
    client.force_login(outsider)
    assert refusal(client.get(address(session, what)), 403) == "not_yours"
    assert refusal(client.get(f"/watch/{uuid4()}/{what}"), 404) == "unknown_session"


@pytest.mark.parametrize("what", STREAMS)
def test_a_session_that_is_over_gives_no_more_keys(
    as_learner: Client, session: OpenSession, what: str, video: Video, learner: User
) -> None:
    now = timezone.now()
    open_with_keys(learner_id=learner.pk, video_id=video.pk, subject_uuid=uuid4(), at=now)
    assert refusal(as_learner.get(address(session, what)), 403) == "lease_lost"
    other = open_with_keys(learner_id=learner.pk, video_id=video.pk, subject_uuid=uuid4(), at=now)
    close_session(session_uuid=other.uuid, learner_id=learner.pk, at=now)
    assert refusal(as_learner.get(address(other, what)), 403) == "session_closed"


def test_a_last_beat_by_post_counts(as_learner: Client, session: OpenSession, frame: Frame) -> None:
    post(as_learner, session, frame(1, 0))
    answer = post(as_learner, session, frame(2, 1_800, playing=False, leaving=True))
    assert answer.json()["counted_ms"] == 1_800


def test_a_beat_as_a_form_field_counts_for_send_beacon(as_learner: Client, session: OpenSession, frame: Frame) -> None:
    answer = as_learner.post(address(session, "beat"), {"beat": json.dumps(frame(1, 0))})
    assert answer.json()["result"] == "accepted"


def test_a_beacon_from_another_site_is_refused(learner: User, session: OpenSession, frame: Frame) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(learner)
    assert careful.post(address(session, "beat"), {"beat": json.dumps(frame(1, 0))}).status_code == 403


def test_strangers_post_no_beats(client: Client, outsider: User, session: OpenSession, frame: Frame) -> None:
    assert refusal(post(client, session, frame(1, 0)), 403) == "not_signed_in"
    client.force_login(outsider)
    answer = post(client, session, frame(1, 0)).json()
    assert (answer["result"], answer["reason"]) == ("refused", "session_closed")


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[" * 5_000, json.dumps({"type": "finish"}).encode()])
def test_garbage_is_refused_in_words(as_learner: Client, session: OpenSession, body: bytes) -> None:
    answer = as_learner.post(address(session, "beat"), body, content_type="application/json")
    assert refusal(answer, 400) == "bad_frame"


def test_a_player_without_a_socket_is_greeted(as_learner: Client, session: OpenSession, frame: Frame) -> None:
    post(as_learner, session, frame(1, 0))
    hello = as_learner.get(address(session, "beat")).json()
    assert (hello["type"], hello["version"], hello["last_seq"]) == ("hello", 2, 1)


def test_beats_that_waited_are_posted_together(as_learner: Client, session: OpenSession, frame: Frame) -> None:
    beats = [frame(1, 0), frame(2, 1_000), frame(3, 2_000)]
    replies = post(as_learner, session, {"type": "beats", "beats": beats}).json()["replies"]
    assert [reply["seq"] for reply in replies] == [1, 2, 3]
    assert replies[-1]["counted_ms"] == 2_000
    again = post(as_learner, session, {"type": "beats", "beats": beats}).json()["replies"]
    assert [reply.get("reason") for reply in again] == ["wrong_seq", "wrong_seq", None]
    assert again[-1] == replies[-1]


@pytest.mark.parametrize("count", [0, 401])
def test_nobody_posts_no_beats_or_too_many(as_learner: Client, session: OpenSession, frame: Frame, count: int) -> None:
    body = {"type": "beats", "beats": [frame(1, 0)] * count}
    assert refusal(post(as_learner, session, body), 400) == "bad_frame"


def test_a_flood_of_posts_is_refused(as_learner: Client, session: OpenSession, frame: Frame) -> None:
    statuses = {post(as_learner, session, frame(1, 0)).status_code for _ in range(budget.POSTS + 40)}
    assert 429 in statuses


def test_long_posts_are_bounded_for_one_person_over_all_sessions(
    as_learner: Client, learner: User, session: OpenSession, frame: Frame
) -> None:
    with pytest.raises(budget.TooMany):  # the window may turn once meanwhile
        for _ in range(2 * budget.BEATS // 400 + 1):
            budget.spend_beats(learner.pk, 400)
    budget.spend_beats(learner.pk + 1, 400)
    body = {"type": "beats", "beats": [frame(1, 0), frame(2, 1_000)]}
    statuses = set()
    for _ in range(2):
        with contextlib.suppress(budget.TooMany):
            budget.spend_beats(learner.pk, budget.BEATS)
        statuses.add(post(as_learner, session, body).status_code)
    assert 429 in statuses


def post(client: Client, session: OpenSession, beat: Mapping[str, object]) -> Answer:
    return client.post(address(session, "beat"), json.dumps(beat), content_type="application/json")


def refusal(response: Answer, status: int) -> str:
    """Return the reason code, after checking that the status is right and that there is a sentence for a person."""
    assert response.status_code == status
    told: dict[str, str] = json.loads(response.content)
    assert told["message"]
    return told["reason"]
