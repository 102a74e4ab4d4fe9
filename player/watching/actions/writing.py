"""The few statements that write many judged sessions at once, each only where its row is still what the verdict stood on."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from player.watching.actions.sittings import Sitting
from player.watching.fields import from_literal, to_literal

# What every beat changes, and what few do: most beats are written with the first alone.
_OFTEN = {
    "last_seq": "integer",
    "last_mac": "text",
    "last_reply": "text",
    "heard_at_ms": "bigint",
    "anchor_ms": "integer",
    "bank_ms": "integer",
    "day_counted_ms": "integer",
    "chunk_until_ms": "bigint",
    "chunk_watched": "int4multirange",
    "chunk_counted": "int4multirange",
    "chunk_beats": "integer",
}
_SELDOM = {
    "counting": "boolean",
    "shut": "text",
    "leaving": "boolean",
    "stopped": "boolean",
    "owed_ms": "integer",
    "stepped_ms": "integer",
    "late_ms": "integer",
    "late_until_ms": "bigint",
    "pending": "text",
    "proved": "boolean",
    "question_nonce": "text",
    "question_segment": "integer",
    "question_age_ms": "integer",
    "proof_failures": "integer",
    "proofs_passed": "integer",
    "day": "date",
    "chunk_from_ms": "bigint",
}


def _update(columns: dict[str, str]) -> str:
    """Return the statement that writes these columns where the version is the one given, and with them the coverage; it
    tells which sessions were written, and of which of them the coverage was.

    `opened` comes back with it: keys are given out beside the beats, and do not raise the version. What is covered only
    ever grows, so that its length tells whether it is still the same.
    """
    kinds = {"id": "bigint", "version": "integer", **columns}
    arrays = ", ".join(f"%s::{'text' if kind == 'int4multirange' else kind}[]" for kind in kinds.values())
    values = ", ".join(
        f"{name} = v.{name}{'::int4multirange' if kind == 'int4multirange' else ''}" for name, kind in columns.items()
    )
    return f"""
WITH written AS (
    UPDATE player_watchsession s SET version = s.version + 1, {values}
    FROM unnest({arrays}) AS v({", ".join(kinds)})
    WHERE s.id = v.id AND s.version = v.version RETURNING s.id, s.opened::text AS opened
), covered AS (
    UPDATE player_coverage c
    SET spans = c.spans + v.fresh::int4multirange, counted_ms = v.counted_ms, position_ms = v.position_ms
    FROM unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::integer[], %s::integer[], %s::text[])
         AS v(session_id, id, was_ms, counted_ms, position_ms, fresh)
    JOIN written w ON w.id = v.session_id
    WHERE c.id = v.id AND c.counted_ms = v.was_ms RETURNING v.session_id
)
SELECT w.id, w.opened, c.session_id FROM written w LEFT JOIN covered c ON c.session_id = w.id
"""  # noqa: S608 — the names stand above


REMEMBER_OFTEN = _update(_OFTEN)
REMEMBER_ALL = _update(_OFTEN | _SELDOM)
_COVER_COLUMNS = 6


class NoLongerSo(RuntimeError):
    """A row has changed since it was read, and the verdict stands on what is gone."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement on its way: what it writes, the sessions with whose rows it writes the coverage, and its cursor."""

    sittings: Sequence[Sitting]
    covering: Collection[Sitting]
    cursor: CursorWrapper


@contextmanager
def alongside() -> Iterator[None]:
    """Let `send` return at once within, so that the database writes some while others are judged."""
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def remember(sittings: Collection[Sitting]) -> list[Sitting]:
    """Write back what the beats changed and what was newly covered; return the sittings whose rows had been changed by
    others meanwhile.

    Nothing of those is written. A sitting that was locked is never among them. Raises NoLongerSo as `confirm`.
    """
    return confirm(send(sittings))


def send(sittings: Collection[Sitting]) -> list[Sent]:
    """Begin what `confirm` must end.

    Those that share a coverage must be sent together, and be locked: it is written with the row of one of them.
    """
    often: list[Sitting] = []
    whole: list[Sitting] = []
    covering: dict[int, Sitting] = {}
    for sitting in sittings:
        seldom = sitting.seldom()
        (often if seldom == sitting.seldom_stored else whole).append(sitting)
        sitting.seldom_stored = seldom
        if sitting.moved or (sitting.ground.fresh and sitting.ground.coverage_id not in covering):
            covering[sitting.ground.coverage_id] = sitting
    covered = list(covering.values())
    sent = []
    if often:
        sent.append(_sent(REMEMBER_OFTEN, often, [one.often() for one in often], _of(often, whole, covered)))
    if whole:
        rows = [(*one.often(), *one.seldom_stored) for one in whole]
        sent.append(_sent(REMEMBER_ALL, whole, rows, _of(whole, often, covered)))
    return sent


def _of(some: Sequence[Sitting], others: Sequence[Sitting], covering: Sequence[Sitting]) -> Sequence[Sitting]:
    """Return those of `covering` that are among `some`, which with `others` are all."""
    if not others:
        return covering
    ids = {sitting.id for sitting in some}
    return [sitting for sitting in covering if sitting.id in ids]


def _sent(
    statement: str, sittings: Sequence[Sitting], values: Sequence[tuple[Any, ...]], covering: Sequence[Sitting]
) -> Sent:
    rows = [(sitting.id, sitting.version, *row) for sitting, row in zip(sittings, values, strict=True)]
    grounds = [_ground(sitting) for sitting in covering]
    arrays = [_array(column) for column in zip(*rows, strict=True)]
    arrays += [_array(column) for column in zip(*grounds, strict=True)] if grounds else ["{}"] * _COVER_COLUMNS
    cursor = connection.cursor()
    cursor.execute(statement, arrays)
    return Sent(sittings, covering, cursor)


def confirm(sent: Iterable[Sent]) -> list[Sitting]:
    """Wait for what was sent; return the sittings of which nothing was written, as their rows are not what they were.

    Raises NoLongerSo where another session of the same learner and subject has added to the coverage meanwhile.
    """
    stale: list[Sitting] = []
    for one in sent:
        with one.cursor as cursor:
            rows = cursor.fetchall()
        opened = {session_id: text for session_id, text, _ in rows}
        stale += [sitting for sitting in one.sittings if not _took(sitting, opened.get(sitting.id))]
        covered = {session_id for _, _, session_id in rows}
        for sitting in one.covering:
            if sitting.id in opened and sitting.id not in covered:
                raise NoLongerSo(f"coverage {sitting.ground.coverage_id}")
            sitting.ground.fresh.clear()
            sitting.ground.stored_ms = sitting.ground.counted_ms
    return stale


def _took(sitting: Sitting, opened_text: str | None) -> bool:
    """Note that the row was written, by the keys that it told of; say whether it was."""
    if opened_text is None:
        return False
    sitting.version += 1
    if opened_text != sitting.opened_text:
        sitting.opened_text = opened_text
        sitting.opened = from_literal(opened_text)
    return True


def _ground(sitting: Sitting) -> tuple[int, int, int, int, int, str]:
    ground, state = sitting.ground, sitting.state
    position_ms = min(state.anchor_ms or 0, state.furthest_ms)
    return sitting.id, ground.coverage_id, ground.stored_ms, ground.counted_ms, position_ms, to_literal(ground.fresh)


def _array(column: Sequence[Any]) -> str:
    """Return a column as the text of a Postgres array. Written by hand: psycopg takes longer for it than the database.

    A column is of one type, or of one type and None.
    """
    kind = next((type(value) for value in column if value is not None), int)
    if kind is date:
        return "{" + ",".join(["NULL" if value is None else value.isoformat() for value in column]) + "}"
    if issubclass(kind, str):
        text = '","'.join(column)
        if "\\" in text or text.count('"') > 2 * (len(column) - 1):
            text = '","'.join([value.replace("\\", "\\\\").replace('"', '\\"') for value in column])
        return '{"' + text + '"}'
    numbers = str(list(column))[1:-1]  # of numbers, and of True and False, which Postgres reads as well
    return "{" + (numbers.replace("None", "NULL") if None in column else numbers) + "}"
