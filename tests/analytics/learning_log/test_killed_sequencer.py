"""The real processes, killed while records come in: no gap, no double, no lost record, and the next one takes over."""

import json
import signal
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from analytics.learning_log.actions.sequencing import IDLE_MS, LOCK
from infra.embedded.cluster import Cluster
from infra.embedded.process import Process, Program
from tests.houses import open_house

pytestmark = pytest.mark.kill

ROOT = Path(__file__).parents[3]
ROUNDS = 4
TAKEN_OVER_WITHIN_SECONDS = 5
UNDER_A_HEAD_WITHIN_SECONDS = 60
KEY = urlsafe_b64encode(b"a key for the killed sequencers.").decode()

# Appends records one deed each, and several in a long deed, until its input ends; tells what was committed.
WRITER = """
import sys, threading, time
import django; django.setup()
from django.db import transaction, connection
from django.utils import timezone
from analytics.learning_log.actions import append
from tests.analytics import conftest

acknowledged, over = [], threading.Event()

def write(pause):
    while not over.is_set():
        try:
            with transaction.atomic():
                record = append(kind="test.thing_done", actor_id=None, happened_at=timezone.now(), payload={"what": "件"})
                time.sleep(pause)
            acknowledged.append(record.pk)
        except Exception:
            connection.close()
            time.sleep(0.05)

threads = [threading.Thread(target=write, args=(pause,)) for pause in (0, 0, 0.01, 0.4, 1.5)]
for thread in threads: thread.start()
sys.stdin.read()
over.set()
for thread in threads: thread.join()
print("ACKNOWLEDGED", acknowledged)
"""
STATE = """
import json
from django.utils import timezone
from analytics.learning_log.models import LogArrival, LogPosition, LogRecord, TreeHead
from analytics.domain.merkle import Tree
order = list(LogPosition.objects.order_by("position").values_list("position", "record_id"))
canonical = {pk: bytes(data) for pk, data in LogRecord.objects.values_list("pk", "canonical")}
recorded = dict(LogRecord.objects.values_list("pk", "recorded_at"))
tree = Tree(canonical[record_id] for _, record_id in order)
heads = list(TreeHead.objects.order_by("size"))
over = {position: next(head for head in heads if head.size > position) for position, _ in order if position < heads[-1].size}
waited = [(over[position].signed_at - recorded[record_id]).total_seconds() for position, record_id in order if position in over]
print("STATE", json.dumps({
    "positions": [position for position, _ in order],
    "placed": [record_id for _, record_id in order],
    "records": sorted(canonical),
    "waiting": LogArrival.objects.count(),
    "heads": len(heads),
    "longest_wait_seconds": max(waited),
    "last_head": heads[-1].size,
    "wrong_heads": [head.size for head in heads if bytes(head.root) != tree.root(head.size)],
}))
"""

APPEND_ONE = """
from django.db import transaction
from django.utils import timezone
from analytics.learning_log.actions import append
from tests.analytics import conftest
with transaction.atomic():
    record = append(kind="test.thing_done", actor_id=None, happened_at=timezone.now(), payload={"what": "件"})
print("APPENDED", record.pk)
"""


class Sequencers:
    """Two sequencers on one database."""

    def __init__(self, house: Cluster) -> None:
        self.house = house
        self.processes = {name: self.started(name) for name in ("sequencer-a", "sequencer-b")}

    def started(self, name: str) -> Process:
        command = (sys.executable, str(ROOT / "manage.py"), "sequence_log")
        process = Process(
            Program(name=name, command=command, log=self.house.folder.log(name), env=self.house.env, cwd=ROOT)
        )
        said = self.ready_lines(name)
        process.start()
        seconds_until(lambda: self.ready_lines(name) > said, most=60)
        return process

    def ready_lines(self, name: str) -> int:
        """How often a sequencer of this name has said that it is at work."""
        log = self.house.folder.log(name)
        return log.read_text(encoding="utf-8").count("verifier key") if log.exists() else 0

    def end(self) -> None:
        for process in self.processes.values():
            process.stop()


@pytest.fixture(scope="module")
def house() -> Iterator[Cluster]:
    with open_house(own_servers=True, env={"LMS_LOG_SIGNING_KEY": KEY}) as cluster:
        yield cluster


def told(house: Cluster, code: str, word: str) -> Any:
    lines = house.manage("shell", "--no-imports", "-c", code)
    return json.loads(next(line for line in lines if line.startswith(word)).removeprefix(word))


def size_of(house: Cluster) -> int:
    with psycopg.connect(house.servers.database_url, autocommit=True) as connection:
        row = connection.execute("SELECT coalesce(max(position) + 1, 0) FROM analytics_logposition").fetchone()
    assert row is not None
    return int(row[0])


def seconds_until(true: Callable[[], bool], *, most: float) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < most, "it never came"
        time.sleep(0.05)
    return time.monotonic() - began


def test_kills_of_sequencers_and_of_postgres_lose_nothing(house: Cluster) -> None:
    sequencers = Sequencers(house)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=house.env,
        cwd=ROOT,
        text=True,
    )
    try:
        seconds_until(lambda: size_of(house) > 100, most=60)
        for turn in range(ROUNDS):
            name = ("sequencer-a", "sequencer-b")[turn % 2]
            sequencers.processes[name].send(signal.SIGKILL)
            sequencers.processes[name].wait(10)
            before = size_of(house)
            assert seconds_until(lambda at=before: size_of(house) > at, most=60) < TAKEN_OVER_WITHIN_SECONDS  # type: ignore[misc]  # a default binds the loop's value
            house.kill("postgres")
            house.restart("postgres")
            before = size_of(house)
            seconds_until(lambda at=before: size_of(house) > at, most=60)  # type: ignore[misc]  # as above
            sequencers.processes[name] = sequencers.started(name)
            time.sleep(1)
        output, _ = writer.communicate("", timeout=60)
        acknowledged = json.loads(output.split("ACKNOWLEDGED", 1)[1])
        time.sleep(8)
    finally:
        writer.kill()
        sequencers.end()
    state = told(house, STATE, "STATE")
    assert len(acknowledged) > 500
    assert set(acknowledged) <= set(state["records"]), "what was acknowledged is there"
    assert state["positions"] == list(range(len(state["records"]))), "no gap"
    assert sorted(state["placed"]) == state["records"], "each record has one place"
    assert state["waiting"] == 0
    assert state["wrong_heads"] == []
    assert state["heads"] > ROUNDS
    assert state["last_head"] == len(state["records"]), "all of it is under a signed head within seconds"
    assert state["longest_wait_seconds"] < UNDER_A_HEAD_WITHIN_SECONDS, "kills or not"


def test_a_sequencer_that_hangs_in_its_batch_is_thrown_out(house: Cluster) -> None:
    """Stopped, not killed: its connection stays open, and so would its lock."""
    told(house, APPEND_ONE, "APPENDED")
    sequencers = Sequencers(house)
    try:
        with psycopg.connect(house.servers.database_url) as hung:
            hung.execute(
                "SELECT pg_advisory_xact_lock(%s), set_config('idle_in_transaction_session_timeout', %s, true)",
                [LOCK, str(IDLE_MS)],
            )
            before = size_of(house)
            told(house, APPEND_ONE, "APPENDED")
            assert seconds_until(lambda: size_of(house) > before, most=60) < TAKEN_OVER_WITHIN_SECONDS
            with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
                hung.execute("SELECT 1")
    finally:
        sequencers.end()
