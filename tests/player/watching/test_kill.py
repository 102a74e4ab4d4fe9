"""The real processes, killed while beats flow: what was answered is kept, nothing is counted twice.

The web process and Postgres are ended by SIGKILL, again and again, under learners who resend whatever was not answered.
"""

import asyncio
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Self
from uuid import UUID

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from infra.embedded.cluster import Cluster
from player.domain.chain import first_mac, next_mac
from player.domain.heartbeat import Beat
from player.domain.spans import Span, merge, subtract, total_ms
from tests.houses import open_house
from tests.player.watching.conftest import STRETCH_MS

pytestmark = pytest.mark.kill

LEARNERS = 12
KILLS = ("web", "postgres", "web", "postgres", "postgres", "web")
BETWEEN_KILLS_SECONDS = 3
LONGEST_STEP_MS = 4_000  # a page's beats are five seconds apart at most
BEAT_SECONDS = 0.2  # far more often than a player, so that every kill finds beats under way

PREPARE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from importlib import import_module
from uuid import uuid4
from lms.accounts.models import User
from tests.player.watching.conftest import make_video, open_with_keys

store = import_module(settings.SESSION_ENGINE).SessionStore
video, seats = make_video(timezone.now(), duration_ms=3_600_000), []
for number in range(%d):
    user = User.objects.create_user(username=f"kill{number}-{uuid4().hex[:8]}", name="学员", password=None)
    signed_in = store()
    signed_in[SESSION_KEY] = str(user.pk)
    signed_in[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    signed_in[HASH_SESSION_KEY] = user.get_session_auth_hash()
    signed_in.save()
    opened = open_with_keys(learner_id=user.pk, video_id=video.pk, subject_uuid=uuid4(), at=timezone.now())
    seats.append([user.pk, str(opened.subject_uuid), str(opened.uuid), signed_in.session_key, opened.beat_key.hex()])
print("SEATS", json.dumps(seats))
"""
ADD_UP = """
import json, sys
from datetime import timedelta
from django.utils import timezone
from analytics.learning_log.models import LogRecord
from player.models import Coverage, WatchChunk
from player.watching.actions import seal_stale

seal_stale(timezone.now() + timedelta(hours=1))
sums = {}
for row in Coverage.objects.all():
    chunks = WatchChunk.objects.filter(learner_id=row.learner_id, subject_uuid=row.subject_uuid)
    records = LogRecord.objects.filter(kind="player.span_watched", learner_id=row.learner_id)
    pairs = lambda spans: [[span.start_ms, span.end_ms] for span in spans]
    sums[row.learner_id] = {
        "counted_ms": row.counted_ms,
        "covered": pairs(row.spans),
        "sealed": [pair for chunk in chunks for pair in pairs(chunk.counted)],
        "logged": [pair for record in records for pair in record.payload["spans"]],
    }
print("SUMS", json.dumps(sums))
"""


@dataclass
class Learner:
    """Watches at normal speed, whatever happens, and remembers each answer."""

    id: int
    subject: str
    session: str
    cookie: str
    beat_key: str
    counted_ms: int = 0
    answered: list[Span] = field(default_factory=list)
    waiting: list[dict[str, object]] = field(default_factory=list)
    seq: int = 0
    made_ms: int = 0
    last_mac: bytes = b""
    connections: int = 0
    lost: list[str] = field(default_factory=list)

    async def watch(self, url: str, until: threading.Event) -> None:
        began = time.monotonic()
        while True:
            try:
                async with self.connect(url) as socket:
                    self.hear_greeting(json.loads(await socket.recv()))
                    for beat in self.waiting:
                        await socket.send(json.dumps(beat))
                    while await self.beat(socket, began, last=until.is_set()):
                        await asyncio.sleep(BEAT_SECONDS)
                    return
            except (ConnectionClosed, InvalidHandshake, OSError, TimeoutError):
                await asyncio.sleep(random.uniform(0, 0.5))  # noqa: S311 — not a secret

    def connect(self, url: str) -> connect:
        address = url.replace("http:", "ws:") + f"/ws/watch/{self.session}/"
        cookie = {"Cookie": f"sessionid={self.cookie}"}
        return connect(address, origin=Origin(url), additional_headers=cookie, open_timeout=5)

    def hear_greeting(self, hello: dict[str, Any]) -> None:
        self.connections += 1
        told = [Span(start, end) for start, end in hello["spans"]]
        if missing := subtract(self.answered, told):
            self.lost.append(f"answered, then gone after a kill: {missing}")
        self.waiting = [
            beat for beat in self.waiting if isinstance(beat["seq"], int) and beat["seq"] > hello["last_seq"]
        ]
        # What was stored while its answer was lost is known now.
        self.answered, self.counted_ms = list(told), hello["counted_ms"]

    def made(self, position_ms: int, *, last: bool) -> str:
        """Make the next beat of the chain, keep it until it is answered, and return it as a frame."""
        self.seq += 1
        self.made_ms = position_ms
        beat = Beat(
            seq=self.seq,
            position_ms=position_ms,
            playing=not last,
            leaving=last,
            stretch=position_ms // STRETCH_MS,
        )
        key = bytes.fromhex(self.beat_key)
        self.last_mac = next_mac(key, self.last_mac or first_mac(key, UUID(self.session)), beat)
        self.waiting.append({"type": "beat", **asdict(beat), "mac": self.last_mac.hex()})
        return json.dumps(self.waiting[-1])

    async def beat(self, socket: ClientConnection, began: float, *, last: bool) -> bool:
        """Send what has been watched since the last beat, wait until all is answered; False after the last beat."""
        position_ms = round((time.monotonic() - began) * 1000)
        # As a page does: it makes a beat every few seconds whether it is heard or not, and sends them all once it is.
        for missed_ms in range(self.made_ms + LONGEST_STEP_MS, position_ms, LONGEST_STEP_MS):
            await socket.send(self.made(missed_ms, last=False))
        await socket.send(self.made(position_ms, last=last))
        while self.waiting:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 10))
            if frame["type"] == "retry":
                await asyncio.sleep(0.3)
                for beat in self.waiting:
                    await socket.send(json.dumps(beat))
            elif frame.get("reason"):
                self.lost.append(f"refused: {frame}")
                self.waiting.clear()
            elif frame["seq"] == self.waiting[0]["seq"]:
                self.waiting.pop(0)
                self.answered.extend(Span(start, end) for start, end in frame["spans"])
                self.counted_ms = frame["counted_ms"]
        return not last


@pytest.fixture(scope="module")
def house() -> Iterator[Cluster]:
    """Postgres, Redis and the web process of our own; nothing else is needed to watch."""
    with open_house(own_servers=True) as cluster:
        cluster.start_application("web")
        cluster.wait_ready()
        yield cluster


def learners(house: Cluster, count: int) -> list[Learner]:
    return [Learner(*seat) for seat in told(house, PREPARE % count, "SEATS")]


def told(house: Cluster, code: str, word: str) -> Any:
    lines = house.manage("shell", "--no-imports", "-c", code)
    return json.loads(next(line for line in lines if line.startswith(word)).removeprefix(word))


class Crowd:
    """Learners who watch in a thread of their own: what the main thread has started dies with it, so it does the killing."""

    def __init__(self, house: Cluster, people: list[Learner]) -> None:
        self.house, self.people = house, people
        self.over = threading.Event()
        self.failures: list[BaseException] = []
        self.thread = threading.Thread(target=self.run)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join(90)

    def run(self) -> None:
        try:
            asyncio.run(asyncio.wait_for(self.watch(), 300))
        except BaseException as error:  # noqa: BLE001 — shown by the test
            self.failures.append(error)

    async def watch(self) -> None:
        await asyncio.gather(*(one.watch(self.house.url, self.over) for one in self.people))


def test_what_was_answered_survives_kills_and_nothing_counts_twice(house: Cluster) -> None:
    people = learners(house, LEARNERS)
    began = time.monotonic()
    with Crowd(house, people) as crowd:
        for name in KILLS:
            time.sleep(BETWEEN_KILLS_SECONDS)
            house.kill(name)
            house.restart(name)
            house.wait_ready()
        time.sleep(BETWEEN_KILLS_SECONDS)
    assert crowd.failures == []
    seconds = time.monotonic() - began
    sums = told(house, ADD_UP, "SUMS")
    for one in people:
        assert one.lost == []
        mine = sums[str(one.id)]
        covered = [Span(start, end) for start, end in mine["covered"]]
        assert merge(one.answered) == merge(covered), "answers and coverage tell the same"
        assert one.counted_ms == mine["counted_ms"] == total_ms(covered)
        for kept in ("sealed", "logged"):
            spans = [Span(start, end) for start, end in mine[kept]]
            assert merge(spans) == merge(covered)
            assert sum(span.length_ms for span in spans) == mine["counted_ms"], f"{kept}: nothing twice"
        assert mine["counted_ms"] <= seconds * 1000 + 1000
        # Cuts shorter than a minute cost an honest player nothing.
        assert mine["counted_ms"] >= seconds * 1000 * 0.9 - 5_000
        assert one.connections > KILLS.count("web")
