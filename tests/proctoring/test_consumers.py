"""The socket of a check: who may open it, what it refuses, and a whole check with real pictures and the real detector."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from lms.accounts.models import User
from proctoring import actions, protocol
from proctoring.consumers import HANDED_OVER, FaceConsumer
from proctoring.face_store import keep_template
from proctoring.models import FaceCheck, FaceSession, FaceTemplate, FaceTry, Hold
from proctoring.policy import policy_of, stored
from proctoring.protocol import BadFrame, CloseCode, parse_picture, parse_text
from proctoring.queries import person_standing
from proctoring.vision.embedder import GeometryEmbedder
from tests import people
from tests.proctoring import puppet
from tests.proctoring.conftest import SHORT, agree_and_enrol

BEGIN = {"type": "begin", "camera": {"label": "HD Webcam", "width": 640, "height": 480}}


class Socket(WebsocketCommunicator):  # type: ignore[misc]  # channels has no types
    """A socket as the routing would open it, with this person and this session."""

    def __init__(self, check: UUID | str, user: User | None, session: dict[str, str] | None = None) -> None:
        super().__init__(FaceConsumer.as_asgi(), f"/ws/face/{check}/")
        self.scope["url_route"] = {"kwargs": {"check": str(check)}}
        self.scope["user"] = user or AnonymousUser()
        self.scope["session"] = session or {}

    async def opened(self) -> dict[str, Any]:
        await self.connect()
        return await self.frame()

    async def frame(self, timeout: float = 10) -> dict[str, Any]:
        message = await self.receive_output(timeout)
        if message["type"] == "websocket.close":
            return {"type": "closed", "code": message["code"]}
        found: dict[str, Any] = json.loads(message["text"])
        return found

    async def says(self, frame: dict[str, Any]) -> None:
        await self.send_to(text_data=json.dumps(frame))


def packed(nonce: str, seq: int, jpeg: bytes) -> bytes:
    return struct.pack(">16sIQ", bytes.fromhex(nonce), seq, seq * 125) + jpeg


@pytest.fixture
def waiting(transactional_db: None) -> tuple[User, FaceCheck]:
    """A learner, and a check that waits for him now."""
    person = people.learner("验小真")
    at = timezone.now()
    agree_and_enrol(person, at)
    return person, ask(person, at)


def ask(person: User, at: datetime) -> FaceCheck:
    actions.set_policy(code="test", policy=SHORT, at=at)
    began = at - timedelta(seconds=20)
    session = actions.open_session(
        learner_id=person.pk, purpose="lesson", at=began, codes=["test"], counterpart_uuid=uuid4(), left_ms=100_000
    )
    assert session is not None
    actions.follow(session_uuid=session.uuid, learner_id=person.pk, counted_ms=15_000, at=at)
    return FaceCheck.objects.get(session=session)


async def test_a_stranger_is_told_why_the_socket_closes(waiting: tuple[User, FaceCheck]) -> None:
    person, check = waiting
    stranger = await database_sync_to_async(people.outsider)()
    cases: list[tuple[UUID | str, User | None, CloseCode]] = [
        (check.uuid, None, CloseCode.NOT_SIGNED_IN),
        (check.uuid, stranger, CloseCode.NOT_YOURS),
        (uuid4(), person, CloseCode.UNKNOWN_CHECK),
        ("nonsense", person, CloseCode.UNKNOWN_CHECK),
    ]
    for which, who, code in cases:
        socket = Socket(which, who)
        assert (await socket.opened()) == {"type": "closed", "code": code.value}
        await socket.disconnect()


async def test_a_phone_that_was_handed_the_check_may_open_it_and_another_check_not(
    waiting: tuple[User, FaceCheck],
) -> None:
    _person, check = waiting
    phone = Socket(check.uuid, None, {HANDED_OVER: str(check.uuid)})
    assert (await phone.opened())["type"] == "hello"
    await phone.disconnect()
    other = Socket(check.uuid, None, {HANDED_OVER: str(uuid4())})
    assert (await other.opened())["code"] == CloseCode.NOT_SIGNED_IN
    await other.disconnect()


async def test_a_check_that_is_over_opens_no_socket(waiting: tuple[User, FaceCheck]) -> None:
    person, check = waiting
    await database_sync_to_async(FaceCheck.objects.filter(pk=check.pk).update)(deadline_at=timezone.now())
    socket = Socket(check.uuid, person)
    assert (await socket.opened())["code"] == CloseCode.OVER
    await socket.disconnect()


@pytest.fixture
async def begun(waiting: tuple[User, FaceCheck]) -> AsyncIterator[tuple[Socket, dict[str, Any]]]:
    person, check = waiting
    socket = Socket(check.uuid, person)
    assert (await socket.opened())["type"] == "hello"
    await socket.says(BEGIN)
    yield socket, await socket.frame()
    await socket.disconnect()


async def test_what_is_no_picture_closes_the_socket(begun: tuple[Socket, dict[str, Any]]) -> None:
    socket, challenge = begun
    await socket.send_to(bytes_data=packed(challenge["nonce"], 1, b"GIF89a" + b"x" * 500))
    assert await socket.frame() == {"type": "closed", "code": CloseCode.BAD_FRAME.value}


async def test_a_picture_with_an_earlier_number_closes_the_socket(begun: tuple[Socket, dict[str, Any]]) -> None:
    socket, challenge = begun
    jpeg = puppet.jpeg_of(puppet.photograph())
    await socket.send_to(bytes_data=packed(challenge["nonce"], 5, jpeg))
    await socket.frame()
    await socket.send_to(bytes_data=packed(challenge["nonce"], 5, jpeg))
    assert await socket.frame() == {"type": "closed", "code": CloseCode.BAD_FRAME.value}


async def test_a_flood_closes_the_socket(begun: tuple[Socket, dict[str, Any]]) -> None:
    socket, _challenge = begun
    for _ in range(protocol.BURST_FRAMES + 10):
        await socket.says({"type": "end", "nonce": "00"})
    assert (await socket.frame())["code"] == CloseCode.TOO_MANY_FRAMES


async def test_pictures_of_another_nonce_are_not_looked_at(begun: tuple[Socket, dict[str, Any]]) -> None:
    socket, _challenge = begun
    await socket.send_to(bytes_data=packed("ab" * 16, 1, puppet.jpeg_of(puppet.photograph())))
    assert await socket.receive_nothing(0.5)


async def play(socket: Socket, challenge: dict[str, Any], moves: list[puppet.Pose], *, seed: int = 1) -> dict[str, Any]:
    """Send the film at a camera's pace until a verdict comes."""
    for seq, jpeg in enumerate(puppet.film(moves, seed=seed), 1):
        await socket.send_to(bytes_data=packed(challenge["nonce"], seq, jpeg))
        await asyncio.sleep(0.1)
    await socket.says({"type": "end", "nonce": challenge["nonce"]})
    while (frame := await socket.frame(30))["type"] == "guide":
        pass
    return frame


def asked_of(challenge: dict[str, Any]) -> list[str]:
    return [step["action"] for step in challenge["steps"]]


def enrol_the_puppet(person: User) -> None:
    """Keep the puppet's own face, so that what is seen in a check can be like it."""
    own = GeometryEmbedder().embed(puppet.photograph(), puppet.landmarks())
    with transaction.atomic():
        keep_template(person.pk, own, model=("geometry", "1"), lighting="usual", quality={}, at=timezone.now())


@pytest.fixture
def turn_and_nod(settings: Any) -> None:
    """The puppet can turn and nod; blinking and its mouth are judged in tests of the domain."""
    settings.DEMO, settings.FACE_CHALLENGE = True, ["turn_left", "nod"]


@pytest.mark.media
async def test_a_person_who_turns_and_nods_passes(turn_and_nod: None, waiting: tuple[User, FaceCheck]) -> None:
    person, check = waiting
    await database_sync_to_async(enrol_the_puppet)(person)
    socket = Socket(check.uuid, person)
    await socket.opened()
    await socket.says(BEGIN)
    challenge = await socket.frame()
    verdict = await play(socket, challenge, puppet.poses(asked_of(challenge)))
    assert verdict["passed"], verdict
    assert (await socket.frame())["code"] == CloseCode.DONE
    found = await database_sync_to_async(lambda: FaceTry.objects.get(check_asked=check))()
    assert found.passed and found.frames >= 16 and found.fingerprint
    assert found.scores["likeness"] > GeometryEmbedder.threshold
    await socket.disconnect()


@pytest.mark.media
async def test_a_photograph_fails_three_times_and_the_time_is_held(
    turn_and_nod: None, waiting: tuple[User, FaceCheck]
) -> None:
    person, check = waiting
    socket = Socket(check.uuid, person)
    await socket.opened()
    for number in (1, 2, 3):
        await socket.says(BEGIN)
        challenge = await socket.frame()
        verdict = await play(socket, challenge, [puppet.Pose()] * 24, seed=number)
        assert not verdict["passed"] and "actions_missing" in verdict["reasons"]
        assert verdict["tries_left"] == 3 - number
    held = await database_sync_to_async(Hold.objects.get)()
    assert (held.state, held.reason) == ("held", "failed")
    await socket.disconnect()


@pytest.mark.media
async def test_enrolling_in_two_lightings_makes_templates(turn_and_nod: None, transactional_db: None) -> None:
    person = await database_sync_to_async(people.learner)("新人")
    at = timezone.now()
    await database_sync_to_async(actions.give_consent)(learner=person, version="2026-1", at=at)
    for seed, lighting in enumerate(actions.LIGHTINGS, 1):
        check = await database_sync_to_async(actions.ask_to_enrol)(learner=person, lighting=lighting, at=timezone.now())
        socket = Socket(check.uuid, person)
        await socket.opened()
        await socket.says(BEGIN)
        challenge = await socket.frame()
        moves = puppet.poses(
            asked_of(challenge), rest_seconds=0.6 * seed, seconds=1 + 0.5 * seed, reach=0.8 + 0.2 * seed
        )
        verdict = await play(socket, challenge, moves, seed=seed)
        assert verdict["passed"], verdict
        await socket.disconnect()
    standing = await database_sync_to_async(person_standing)(person.pk)
    assert standing.can_check and set(standing.lightings) == set(actions.LIGHTINGS)
    kept = await database_sync_to_async(lambda: list(FaceTemplate.objects.filter(learner=person)))()
    assert len(kept) >= 2 and {row.model_name for row in kept} == {"geometry"}


async def test_colours_are_shown_where_the_policy_has_them_and_not_to_who_wants_none(
    waiting: tuple[User, FaceCheck],
) -> None:
    """The policy of the session asks for them; a person who wants less motion gets as many actions as there ever are."""
    person, check = waiting

    def with_lights() -> None:
        policy = replace(policy_of(check.session.policy_id), lights=True)
        FaceSession.objects.filter(pk=check.session_id).update(policy_id=stored(policy, timezone.now()))

    await database_sync_to_async(with_lights)()
    socket = Socket(check.uuid, person)
    await socket.opened()
    await socket.says(BEGIN)
    shining = await socket.frame()
    assert len(shining["lights"]) == 5 and all(light["ms"] >= 1_000 for light in shining["lights"])
    await socket.says({**BEGIN, "still": True})
    still = await socket.frame()
    assert "lights" not in still and len(still["steps"]) == 3
    await socket.disconnect()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"type":"begin"}',
        '{"type":"end"}',
        '{"type":"begin","camera":{"label":1,"width":1,"height":1}}',
        "x" * 3000,
        '{"type":"end","nonce":"a","more":1}',
        '{"type":"begin","camera":{"label":"c","width":1,"height":1},"still":1}',
    ],
)
def test_a_text_that_is_none_of_the_protocol_is_refused(text: str) -> None:
    with pytest.raises(BadFrame):
        parse_text(text)


@pytest.mark.parametrize(
    "data", [b"", b"x" * 40, b"x" * 100_000, packed("ab" * 16, 0, b"\xff\xd8\xff" + b"x" * 200 + b"\xff\xd9")]
)
def test_a_picture_that_is_none_of_the_protocol_is_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        parse_picture(data)
