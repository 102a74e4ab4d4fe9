"""Times the batch writer beside a raw INSERT of the same rows.

Nothing but the action is called: no socket, no thread, no JSON. Both ways commit once a batch, durably.
"""

import hashlib
import json
import random
import time
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID

from infra.bench.load import film
from infra.bench.measure import interleaved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from player.watching.actions import Report
    from player.watching.batch import Write

BEAT_MS = 5_000
CHUNK_BEATS = 60  # after five minutes a chunk is sealed
DURATION_MS = 4 * 3_600_000
# All that a beat says, and who sent it when: the least that keeping beats one by one would mean.
MAKE = """
CREATE TABLE bench_beat (
    session_uuid uuid, seq integer, learner_id bigint, subject_uuid uuid, position_ms integer, rate_percent smallint,
    playing boolean, visible boolean, focused boolean, seeking boolean, leaving boolean, stretch integer,
    idle_ms integer, mac bytea, received_at_ms bigint, PRIMARY KEY (session_uuid, seq))
"""
INSERT = """
INSERT INTO bench_beat
SELECT * FROM unnest(
    %s::uuid[], %s::integer[], %s::bigint[], %s::uuid[], %s::integer[], %s::smallint[], %s::boolean[], %s::boolean[],
    %s::boolean[], %s::boolean[], %s::boolean[], %s::integer[], %s::integer[], %s::bytea[], %s::bigint[])
ON CONFLICT DO NOTHING
"""


@dataclass(slots=True)
class Watcher:
    """One session at normal speed, on a clock of its own that begins when the session was opened."""

    learner_id: int
    session: UUID
    subject: UUID
    key: bytes
    opened_at_ms: int
    seq: int = 0
    mac: bytes = b""
    asked: str = ""

    def reports(self) -> "list[Report]":
        """Return the next beat, after the answer to the question that the last one brought."""
        from player.domain.chain import first_mac, next_mac
        from player.domain.heartbeat import Beat
        from player.watching.actions import BeatReport, ProofReport

        self.seq += 1
        passed_ms = (self.seq - 1) * BEAT_MS
        now_ms = self.opened_at_ms + 1_000 + passed_ms
        beat = Beat(seq=self.seq, position_ms=passed_ms, playing=True, stretch=passed_ms // film.STRETCH_MS)
        self.mac = next_mac(self.key, self.mac or first_mac(self.key, self.session), beat)
        reports: list[Report] = [BeatReport(self.session, self.learner_id, replace(beat, mac=self.mac), now_ms)]
        if self.asked:  # whether it is right was found out before it comes to the writer
            reports.insert(0, ProofReport(self.session, self.learner_id, bytes.fromhex(self.asked), True, now_ms))
            self.asked = ""
        return reports


def main(*, sessions: int, batch: int, batches: int, rounds: int) -> dict[str, object]:
    """batches: of `batch` beats each, in one measurement. Given back: beats a second, one for each round."""
    from django.db import connection

    from infra.bench.product import seats
    from lms.config.garbage import look_seldom
    from player.watching.actions import Memory, report_beats

    look_seldom()  # as the process of the sockets does
    write = partial(report_beats, memory=Memory())  # and as its thread writes
    made: Any = seats.main(count=sessions, duration_ms=DURATION_MS, opened=True)["seats"]
    opened_at_ms = time.time_ns() // 1_000_000
    watchers = [
        Watcher(
            seat["learner_id"],
            UUID(seat["session"]),
            UUID(seat["subject"]),
            bytes.fromhex(seat["beat_key"]),
            opened_at_ms,
        )
        for seat in made
    ]
    random.Random(1).shuffle(watchers)  # noqa: S311 — beats come in no order
    with connection.cursor() as cursor:
        cursor.execute(MAKE)
    groups = [watchers[begin : begin + batch] for begin in range(0, sessions, batch)]
    _stagger(groups, write)
    turns, rows = _turns(groups), _raw_rows(groups)
    taken = interleaved(
        {
            "raw INSERT": lambda: batch * batches / sum(_insert(next(rows)) for _ in range(batches)),
            "batch writer": lambda: batch * batches / sum(_write(next(turns), write) for _ in range(batches)),
        },
        rounds=rounds,
        say=lambda text: print(text, flush=True),
    )
    raw_beats = (rounds + 1) * batches * batch
    return {
        "raw": taken["raw INSERT"].values,
        "ours": taken["batch writer"].values,
        "wrong": [*_check(watchers, write), *_check_raw(raw_beats)],
        "sealed": _sealed(),
    }


def _stagger(groups: list[list[Watcher]], write: "Write") -> None:
    """Let the sessions begin at different places of a chunk: else thousands of chunks would be sealed in one batch."""
    for step in range(CHUNK_BEATS):
        for group in groups:
            started = group[: len(group) * (step + 1) // CHUNK_BEATS]
            if started:
                _write(started, write)


def _turns(groups: list[list[Watcher]]) -> "Iterator[list[Watcher]]":
    while True:
        yield from groups


def _raw_rows(groups: list[list[Watcher]]) -> "Iterator[tuple[list[object], ...]]":
    for seq in count(1):
        for group in groups:
            beats = [_raw_row(one, seq) for one in group]
            yield tuple(list(column) for column in zip(*beats, strict=True))


def _raw_row(one: Watcher, seq: int) -> tuple[object, ...]:
    position_ms = (seq - 1) * BEAT_MS
    mac = hashlib.sha256(one.session.bytes + seq.to_bytes(4)).digest()
    state = (True, True, True, False, False)
    now_ms = one.opened_at_ms + 1_000 + position_ms
    return (
        one.session,
        seq,
        one.learner_id,
        one.subject,
        position_ms,
        100,
        *state,
        position_ms // 24_000,
        0,
        mac,
        now_ms,
    )


def _write(watchers: list[Watcher], write: "Write") -> float:
    """Let each send a beat, in one batch; return the seconds that the writer took. What is sent was made before."""
    reports = [report for one in watchers for report in one.reports()]
    began = time.perf_counter()
    replies = write(reports)
    passed = time.perf_counter() - began
    refused = [reply for reply in replies if not reply.accepted or reply.reason]
    if refused:
        raise RuntimeError(f"an honest report was not taken as it is: {refused[0]}")
    by_session = {one.session: one for one in watchers}
    for report, reply in zip(reports, replies, strict=True):
        if reply.ask_nonce:
            by_session[report.session_uuid].asked = reply.ask_nonce
    return passed


def _insert(columns: tuple[list[object], ...]) -> float:
    """Insert one batch of raw rows; return the seconds that it took."""
    from django.db import connection, transaction

    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, columns)
    return time.perf_counter() - began


def _check(watchers: list[Watcher], write: "Write") -> list[str]:
    """Say what is not as it should be: each learner has earned all that was played, but for what waits for a proof."""
    from player.domain.spans import Span, total_ms
    from player.models import Coverage, WatchSession

    for one in [one for one in watchers if one.asked]:
        _write([one], write)
    counted = dict(Coverage.objects.values_list("learner_id", "counted_ms"))
    waiting = dict(WatchSession.objects.values_list("learner_id", "pending"))
    wrong = []
    for one in watchers:
        held = total_ms(Span(start, end) for _, _, start, end in json.loads(waiting[one.learner_id] or "[]"))
        due_ms = (one.seq - 1) * BEAT_MS
        if counted[one.learner_id] + held != due_ms:
            wrong.append(f"learner {one.learner_id}: {counted[one.learner_id]} ms and {held} ms held, of {due_ms}")
    return wrong[:5]


def _check_raw(beats: int) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_beat")
        (stored,) = cursor.fetchone()
    return [] if stored == beats else [f"the raw table holds {stored} rows of {beats}"]


def _sealed() -> int:
    from player.models import WatchChunk

    return WatchChunk.objects.count()


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
