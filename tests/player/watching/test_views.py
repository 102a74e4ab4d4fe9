"""Playlists, keys and beats over HTTP: to the session's learner, while it is open, and to nobody else."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from player.domain.stretch_keys import stretch_key
from player.models import Video
from player.watching.actions import OpenSession, close_session, open_session
from player.watching.queries import player_config

MASTER = bytes(range(32))


class Answer(Protocol):
    """What is looked at in a response of the test client."""

    status_code: int

    @property
    def content(self) -> bytes: ...

    def json(self) -> Any: ...


@pytest.fixture
def session(learner: User, video: Video, subject: UUID) -> OpenSession:
    at = timezone.now() - timedelta(seconds=20)
    return open_session(learner_id=learner.pk, video_id=video.pk, subject_uuid=subject, at=at)


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
    open_session(learner_id=learner.pk, video_id=video.pk, subject_uuid=uuid4(), at=now)
    assert refusal(as_learner.get(address(session, what)), 403) == "lease_lost"
    other = open_session(learner_id=learner.pk, video_id=video.pk, subject_uuid=uuid4(), at=now)
    close_session(session_uuid=other.uuid, learner_id=learner.pk, at=now)
    assert refusal(as_learner.get(address(other, what)), 403) == "session_closed"


def test_a_last_beat_by_post_counts(as_learner: Client, session: OpenSession) -> None:
    post(as_learner, session, frame(1, 0))
    answer = post(as_learner, session, frame(2, 1_800, playing=False, leaving=True))
    assert answer.json()["counted_ms"] == 1_800


def test_a_beat_as_a_form_field_counts_for_send_beacon(as_learner: Client, session: OpenSession) -> None:
    answer = as_learner.post(address(session, "beat"), {"beat": json.dumps(frame(1, 0))})
    assert answer.json()["result"] == "accepted"


def test_a_beacon_from_another_site_is_refused(learner: User, session: OpenSession) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(learner)
    assert careful.post(address(session, "beat"), {"beat": json.dumps(frame(1, 0))}).status_code == 403


def test_strangers_post_no_beats(client: Client, outsider: User, session: OpenSession) -> None:
    assert refusal(post(client, session, frame(1, 0)), 403) == "not_signed_in"
    client.force_login(outsider)
    answer = post(client, session, frame(1, 0)).json()
    assert (answer["result"], answer["reason"]) == ("refused", "session_closed")


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[" * 5_000, json.dumps({"type": "finish"}).encode()])
def test_garbage_is_refused_in_words(as_learner: Client, session: OpenSession, body: bytes) -> None:
    answer = as_learner.post(address(session, "beat"), body, content_type="application/json")
    assert refusal(answer, 400) == "bad_frame"


def test_a_beat_is_not_got(as_learner: Client, session: OpenSession) -> None:
    assert as_learner.get(address(session, "beat")).status_code == 405


def test_the_player_is_told_all_it_needs(
    session: OpenSession, django_assert_num_queries: Callable[..., Any], now: datetime
) -> None:
    with django_assert_num_queries(2):
        config = player_config(session, title="立杆底部与扫地杆", watermark="砖小明")
    assert config.master_url == reverse("player:multivariant_playlist", args=[session.uuid])
    assert config.socket_path == f"/ws/watch/{session.uuid}/"
    assert json.loads(json.dumps(config.data))["duration_ms"] == 600_000


def frame(seq: int, position_ms: int, **declared: bool) -> dict[str, object]:
    made = {"type": "beat", "seq": seq, "position_ms": position_ms, "playing": True, "visible": True}
    return {**made, "rate_percent": 100, **declared}


def post(client: Client, session: OpenSession, beat: dict[str, object]) -> Answer:
    return client.post(address(session, "beat"), json.dumps(beat), content_type="application/json")


def refusal(response: Answer, status: int) -> str:
    """Return the reason code, after checking that the status is right and that there is a sentence for a person."""
    assert response.status_code == status
    told: dict[str, str] = json.loads(response.content)
    assert told["message"]
    return told["reason"]


def test_the_player_template_shows_what_it_was_given(session: OpenSession, as_learner: Client) -> None:
    config = player_config(session, title="立杆底部与扫地杆", watermark="砖小明")
    page = render_to_string("player/_player.html", {"player": config})
    told = re.search(r'<script id="player-data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert told
    assert json.loads(told[1]) == config.data
    assert f"砖小明 · {str(session.uuid)[:4].upper()}" in page
    assert "服务器已记" in page
