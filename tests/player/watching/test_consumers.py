"""The watch socket: who gets in, what it says, why it closes."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from lms.accounts.models import User
from player.models import WatchSession
from player.routing import websocket_urlpatterns
from player.watching import protocol
from player.watching.actions import OpenSession, close_session
from player.watching.protocol import CloseCode
from tests.player.watching.conftest import Seals, in_test_thread, make_video, open_with_keys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("write_at_once")]
application = URLRouter(websocket_urlpatterns)
START = timedelta(seconds=20)  # opened so long ago, that the first beats find server time


@dataclass
class Scene:
    learner: User
    outsider: User
    session: OpenSession

    def __post_init__(self) -> None:
        self.seals = Seals(self.session)


@pytest.fixture
def scene() -> Scene:
    learner, outsider = (User.objects.create(username=name, name=name) for name in ("holder", "outsider"))
    at = timezone.now() - START
    return Scene(
        learner,
        outsider,
        open_with_keys(learner_id=learner.pk, video_id=make_video(at).pk, subject_uuid=uuid4(), at=at),
    )


@asynccontextmanager
async def socket(user: User | AnonymousUser | None, session: UUID | str) -> AsyncIterator[WebsocketCommunicator]:
    communicator = WebsocketCommunicator(application, f"/ws/watch/{session}/")
    communicator.scope["user"] = user
    connected, _ = await communicator.connect(timeout=5)
    assert connected, "a socket is always accepted, so that it can be closed with a code of ours"
    yield communicator
    await communicator.disconnect()


async def close_code(communicator: WebsocketCommunicator) -> int:
    message = await communicator.receive_output(timeout=5)
    while message["type"] != "websocket.close":
        message = await communicator.receive_output(timeout=5)
    code: int = message["code"]
    return code


def beat(scene: Scene, seq: int, position_ms: int) -> str:
    return scene.seals.text(seq, position_ms)


async def receive(communicator: WebsocketCommunicator) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await communicator.receive_from(timeout=5))
    return frame


@in_test_thread
async def test_the_learner_is_greeted(scene: Scene) -> None:
    async with socket(scene.learner, scene.session.uuid) as communicator:
        hello = await receive(communicator)
    assert hello["type"] == "hello"
    assert hello["session_uuid"] == str(scene.session.uuid)
    assert (hello["last_seq"], hello["counted_ms"], hello["spans"]) == (0, 0, [])
    assert hello["duration_ms"] == 600_000
    assert hello["policy"]["beat_interval_ms"] == 5_000


@in_test_thread
async def test_nobody_else_is(scene: Scene) -> None:
    cases: list[tuple[User | AnonymousUser | None, UUID | str, CloseCode]] = [
        (AnonymousUser(), scene.session.uuid, CloseCode.NOT_SIGNED_IN),
        (None, scene.session.uuid, CloseCode.NOT_SIGNED_IN),
        (scene.outsider, scene.session.uuid, CloseCode.NOT_YOURS),
        (scene.learner, uuid4(), CloseCode.UNKNOWN_SESSION),
        (scene.learner, "7F3A", CloseCode.UNKNOWN_SESSION),
    ]
    for user, session, code in cases:
        async with socket(user, session) as communicator:
            assert await close_code(communicator) == code


@in_test_thread
async def test_a_closed_session_says_so(scene: Scene) -> None:
    await sync_to_async(close_session)(session_uuid=scene.session.uuid, learner_id=scene.learner.pk, at=timezone.now())
    async with socket(scene.learner, scene.session.uuid) as communicator:
        assert await close_code(communicator) == CloseCode.SESSION_CLOSED


@in_test_thread
async def test_beats_are_answered_after_their_commit(scene: Scene) -> None:
    async with socket(scene.learner, scene.session.uuid) as communicator:
        await receive(communicator)
        await communicator.send_to(beat(scene, 1, 0))
        first = await receive(communicator)
        assert (first["type"], first["seq"], first["result"]) == ("reply", 1, "accepted")
        await communicator.send_to(beat(scene, 2, 1_500))
        second = await receive(communicator)
        assert (second["counted_ms"], second["spans"]) == (1_500, [[0, 1_500]])
        stored = await WatchSession.objects.aget()
        assert stored.last_seq == 2


@in_test_thread
async def test_a_new_connection_is_told_where_the_session_stands(scene: Scene) -> None:
    async with socket(scene.learner, scene.session.uuid) as communicator:
        await receive(communicator)
        await communicator.send_to(beat(scene, 1, 0))
        second = beat(scene, 2, 1_500)
        await communicator.send_to(second)
        await receive(communicator)
        await receive(communicator)
    async with socket(scene.learner, scene.session.uuid) as communicator:
        hello = await receive(communicator)
        assert (hello["last_seq"], hello["counted_ms"], hello["resume_ms"]) == (2, 1_500, 1_500)
        assert hello["last_mac"] == scene.seals.last.hex()
        await communicator.send_to(second)
        assert (await receive(communicator))["counted_ms"] == 1_500


@pytest.mark.parametrize("kind", ["an empty object", "brackets", "too long", "an unknown key"])
@in_test_thread
async def test_a_frame_that_is_none_closes_the_socket_and_no_other(scene: Scene, kind: str) -> None:
    text = {
        "an empty object": "{}",
        "brackets": "[" * 4_000,
        "too long": Seals(scene.session).text(1, 0) + " " * 5_000,
        "an unknown key": Seals(scene.session).text(1, 0, counted_ms=3_600_000),
    }[kind]
    async with socket(scene.learner, scene.session.uuid) as good, socket(scene.learner, scene.session.uuid) as bad:
        await receive(good)
        await receive(bad)
        await bad.send_to(text)
        assert await close_code(bad) == CloseCode.BAD_FRAME
        await good.send_to(beat(scene, 1, 0))
        assert (await receive(good))["result"] == "accepted"


@in_test_thread
async def test_bytes_are_no_frame(scene: Scene) -> None:
    async with socket(scene.learner, scene.session.uuid) as communicator:
        await receive(communicator)
        await communicator.send_to(bytes_data=beat(scene, 1, 0).encode())
        assert await close_code(communicator) == CloseCode.BAD_FRAME


@in_test_thread
async def test_a_flood_is_cut_off(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "FRAMES_PER_SECOND", 0)
    async with socket(scene.learner, scene.session.uuid) as communicator:
        await receive(communicator)
        text = beat(scene, 1, 0)
        for _ in range(protocol.BURST_FRAMES):
            await communicator.send_to(text)
            assert (await receive(communicator))["seq"] == 1
        await communicator.send_to(text)
        assert await close_code(communicator) == CloseCode.TOO_MANY_FRAMES


@in_test_thread
async def test_a_beat_after_the_takeover_is_refused_and_closes(scene: Scene) -> None:
    """Even when the message of the channel layer is lost."""
    async with socket(scene.learner, scene.session.uuid) as communicator:
        await receive(communicator)
        await WatchSession.objects.aupdate(closed_at=timezone.now() - START / 2, close_reason="taken_over")
        await communicator.send_to(beat(scene, 1, 0))
        assert (await receive(communicator))["reason"] == "lease_lost"
        assert await close_code(communicator) == CloseCode.TAKEN_OVER


@in_test_thread
async def test_a_session_unheard_too_long_is_refused_and_closes(scene: Scene) -> None:
    async with socket(scene.learner, scene.session.uuid) as communicator:
        await receive(communicator)
        await WatchSession.objects.aupdate(heard_at_ms=0)
        await communicator.send_to(beat(scene, 1, 0))
        assert (await receive(communicator))["reason"] == "session_closed"
        assert await close_code(communicator) == CloseCode.SESSION_CLOSED


class TestWithTheRealWriterAndRealCommits:
    pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("stop_batcher")]

    @pytest.fixture
    def write_at_once(self) -> None:
        """Nothing stands in for the batcher here."""

    async def test_opening_elsewhere_tells_the_old_page_at_once(self, scene: Scene) -> None:
        async with socket(scene.learner, scene.session.uuid) as communicator:
            await receive(communicator)
            await communicator.send_to(beat(scene, 1, 0))
            assert (await receive(communicator))["result"] == "accepted"
            assert (await WatchSession.objects.aget()).last_seq == 1
            await sync_to_async(open_with_keys)(
                learner_id=scene.learner.pk,
                video_id=scene.session.video_id,
                subject_uuid=uuid4(),
                at=timezone.now(),
            )
            assert (await receive(communicator)) == {"type": "taken_over"}
            assert await close_code(communicator) == CloseCode.TAKEN_OVER
