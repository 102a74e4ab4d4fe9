"""Times the batch writer beside a raw INSERT of the same rows.

Nothing but the action is called: no socket, no thread, no JSON. Both ways commit once a batch, durably.
"""

import hashlib
import random
import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID

from infra.bench.measure import interleaved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from player.watching.actions import BeatReport

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
    opened_at_ms: int
    seq: int = 0

    def report(self) -> "BeatReport":
        from player.domain.heartbeat import Beat
        from player.watching.actions import BeatReport

        self.seq += 1
        passed_ms = (self.seq - 1) * BEAT_MS
        beat = Beat(seq=self.seq, position_ms=passed_ms, playing=True)
        return BeatReport(self.session, self.learner_id, beat, self.opened_at_ms + 1_000 + passed_ms)


def main(*, sessions: int, batch: int, batches: int, rounds: int) -> dict[str, object]:
    """batches: of `batch` beats each, in one measurement. Given back: beats a second, one for each round."""
    from django.db import connection

    from infra.bench.product import seats

    made: Any = seats.main(count=sessions, duration_ms=DURATION_MS)["seats"]
    opened_at_ms = time.time_ns() // 1_000_000
    watchers = [
        Watcher(seat["learner_id"], UUID(seat["session"]), UUID(seat["subject"]), opened_at_ms) for seat in made
    ]
    random.Random(1).shuffle(watchers)  # noqa: S311 — beats come in no order
    with connection.cursor() as cursor:
        cursor.execute(MAKE)
    groups = [watchers[begin : begin + batch] for begin in range(0, sessions, batch)]
    _stagger(groups)
    turns, rows = _turns(groups), _raw_rows(groups)
    taken = interleaved(
        {
            "raw INSERT": lambda: _timed([next(rows) for _ in range(batches)], _insert),
            "batch writer": lambda: _timed([[one.report() for one in next(turns)] for _ in range(batches)], _write),
        },
        rounds=rounds,
        say=lambda text: print(text, flush=True),
    )
    raw_beats = (rounds + 1) * batches * batch
    return {
        "raw": taken["raw INSERT"].values,
        "ours": taken["batch writer"].values,
        "wrong": [*_check(watchers), *_check_raw(raw_beats)],
        "sealed": _sealed(),
    }


def _stagger(groups: list[list[Watcher]]) -> None:
    """Let the sessions begin at different places of a chunk: else thousands of chunks would be sealed in one batch."""
    for step in range(CHUNK_BEATS):
        for group in groups:
            started = group[: len(group) * (step + 1) // CHUNK_BEATS]
            if started:
                _write([one.report() for one in started])


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


def _timed(batches: list[Any], write: Any) -> float:
    """Return beats a second; what is written was made before the clock starts."""
    beats = sum(len(batch[0]) if isinstance(batch, tuple) else len(batch) for batch in batches)
    began = time.perf_counter()
    for batch in batches:
        write(batch)
    return beats / (time.perf_counter() - began)


def _write(reports: "list[BeatReport]") -> None:
    from player.watching.actions import report_beats

    refused = [reply for reply in report_beats(reports) if not reply.accepted or reply.reason]
    if refused:
        raise RuntimeError(f"an honest beat was not taken as it is: {refused[0]}")


def _insert(columns: tuple[list[object], ...]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, columns)


def _check(watchers: list[Watcher]) -> list[str]:
    """Say what is not as it should be: each learner must have earned all but the first beat's nothing."""
    from player.models import Coverage

    due = {one.learner_id: (one.seq - 1) * BEAT_MS for one in watchers}
    found = dict(Coverage.objects.values_list("learner_id", "counted_ms"))
    return [
        f"learner {who} was credited {found.get(who)} ms of {ms}" for who, ms in due.items() if found.get(who) != ms
    ][:5]


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
