"""The few statements that write many judged sessions at once, each only where its row is still what the verdict stood on."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from player.watching.actions.sittings import Ground, Sitting
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
    """Return the statement that writes these columns where the version is the one given; it tells what was written.

    `opened` comes back with it: keys are given out beside the beats, and do not raise the version.
    """
    kinds = {"id": "bigint", "version": "integer", **columns}
    arrays = ", ".join(f"%s::{'text' if kind == 'int4multirange' else kind}[]" for kind in kinds.values())
    values = ", ".join(
        f"{name} = v.{name}{'::int4multirange' if kind == 'int4multirange' else ''}" for name, kind in columns.items()
    )
    return (
        f"UPDATE player_watchsession s SET version = s.version + 1, {values}"  # noqa: S608 — the names stand above
        f" FROM unnest({arrays}) AS v({', '.join(kinds)})"
        " WHERE s.id = v.id AND s.version = v.version RETURNING s.id, s.opened::text"
    )


REMEMBER_OFTEN = _update(_OFTEN)
REMEMBER_ALL = _update(_OFTEN | _SELDOM)
# What is covered only ever grows, so that its length tells whether it is still the same.
COVER = """
UPDATE player_coverage c
SET spans = c.spans + v.fresh::int4multirange, counted_ms = v.counted_ms, position_ms = v.position_ms
FROM unnest(%s::bigint[], %s::integer[], %s::integer[], %s::integer[], %s::text[])
     AS v(id, was_ms, counted_ms, position_ms, fresh)
WHERE c.id = v.id AND c.counted_ms = v.was_ms
"""


class NoLongerSo(RuntimeError):
    """A row has changed since it was read, and the verdict stands on what is gone."""


def remember(sittings: Iterable[Sitting]) -> list[Sitting]:
    """Write back what the beats changed; return the sittings whose rows had been changed by others meanwhile.

    Nothing of those is written. A sitting that was locked is never among them.
    """
    often: list[Sitting] = []
    whole: list[Sitting] = []
    for sitting in sittings:
        (often if sitting.seldom() == sitting.seldom_stored else whole).append(sitting)
    for sitting in whole:
        sitting.seldom_stored = sitting.seldom()
    return [
        *_written(REMEMBER_OFTEN, often, lambda sitting: sitting.often()),
        *_written(REMEMBER_ALL, whole, lambda sitting: (*sitting.often(), *sitting.seldom_stored)),
    ]


def _written(
    statement: str, sittings: Sequence[Sitting], values: Callable[[Sitting], tuple[Any, ...]]
) -> list[Sitting]:
    if not sittings:
        return []
    rows = [(sitting.id, sitting.version, *values(sitting)) for sitting in sittings]
    with connection.cursor() as cursor:
        cursor.execute(statement, [_array(column) for column in zip(*rows, strict=True)])
        opened = dict(cursor.fetchall())
    stale = []
    for sitting in sittings:
        if sitting.id not in opened:
            stale.append(sitting)
            continue
        sitting.version += 1
        if opened[sitting.id] != sitting.opened_text:
            sitting.opened_text = opened[sitting.id]
            sitting.opened = from_literal(sitting.opened_text)
    return stale


def cover(sittings: Iterable[Sitting]) -> None:
    """Merge what was newly counted into the coverage, and keep where each player is.

    Raises NoLongerSo where another session of the same learner and subject has added to it meanwhile.
    """
    last: dict[int, Sitting] = {sitting.ground.coverage_id: sitting for sitting in sittings}
    if not last:
        return
    rows = [_ground(sitting.ground, sitting) for sitting in last.values()]
    with connection.cursor() as cursor:
        cursor.execute(COVER, [_array(column) for column in zip(*rows, strict=True)])
        if cursor.rowcount != len(rows):
            raise NoLongerSo(f"{len(rows) - cursor.rowcount} coverages")
    for sitting in last.values():
        sitting.ground.fresh.clear()
        sitting.ground.stored_ms = sitting.ground.counted_ms


def _ground(ground: Ground, sitting: Sitting) -> tuple[int, int, int, int, str]:
    position_ms = min(sitting.state.anchor_ms or 0, sitting.state.furthest_ms)
    return ground.coverage_id, ground.stored_ms, ground.counted_ms, position_ms, to_literal(ground.fresh)


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
