"""Watching and presence meet: only media that played while somebody was there count, and no millisecond is in two states."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from lms.classroom.domain.presence import (
    CONFIRMED,
    HELD,
    OPENED,
    REFUSED,
    RELEASED,
    Chunk,
    Presence,
    State,
    Stretch,
    counting,
    presence_of,
    split,
)
from lms.classroom.domain.questions import draw
from player.domain.spans import Span, merge, total_ms

T0 = datetime(2026, 5, 9, 1, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def chunk(start: float, end: float, *, session: str = "a", media: float = 0.0) -> Chunk:
    """Media that play from `media` on, a second a second."""
    span = Span(int(media * 1000), int((media + end - start) * 1000))
    return Chunk(session, Stretch(at(start), at(end)), (span,))


def told(*rows: tuple[str, float, float] | tuple[str, float, float, str]) -> Presence:
    found = []
    for number, row in enumerate(rows, 1):
        payload = {"counterpart_uuid": "a", "from_at": at(row[1]).isoformat(), "until_at": at(row[2]).isoformat()}
        if len(row) == 4:
            payload["hold_uuid"] = row[3]
        found.append((number, row[0], payload))
    return presence_of(found)


def test_watching_beside_which_nobody_asked_counts_as_it_is() -> None:
    assert counting(chunk(0, 60, session="other"), told((OPENED, 0, 0))) == (Span(0, 60_000),)


def test_what_nobody_decided_about_is_provisional() -> None:
    parts = split(chunk(0, 60), told((OPENED, 0, 0), (CONFIRMED, 0, 20)))
    assert parts == {State.CONFIRMED: (Span(0, 20_000),), State.PROVISIONAL: (Span(20_000, 60_000),)}


@pytest.mark.parametrize(
    ("last", "state", "counts"),
    [(None, State.HELD, 20), (RELEASED, State.RELEASED, 60), (REFUSED, State.REFUSED, 20)],
)
def test_held_time_waits_until_it_is_released_or_refused(last: str | None, state: State, counts: int) -> None:
    rows = [(OPENED, 0, 0), (CONFIRMED, 0, 20), (HELD, 20, 60, "h")]
    if last:
        rows.append((last, 20, 60, "h"))
    presence = told(*rows)  # type: ignore[arg-type]  # rows of two lengths
    parts = split(chunk(0, 60), presence)
    assert parts[state] == (Span(20_000, 60_000),)
    assert total_ms(counting(chunk(0, 60), presence)) == counts * 1000


def test_a_chunk_in_pieces_is_cut_in_the_order_in_which_it_played() -> None:
    pieces = Chunk("a", Stretch(at(0), at(40)), (Span(0, 10_000), Span(50_000, 60_000)))
    parts = split(pieces, told((OPENED, 0, 0), (CONFIRMED, 0, 30)))
    assert parts[State.CONFIRMED] == (Span(0, 10_000), Span(50_000, 55_000))


@pytest.mark.parametrize("seed", range(30))
def test_states_share_the_media_out_and_invent_none(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 — cases, not secrets
    rows: list[tuple[str, float, float] | tuple[str, float, float, str]] = [(OPENED, 0, 0)]
    for number in range(6):
        start = dice.uniform(0, 100)
        end = start + dice.uniform(0, 40)
        kind = dice.choice([CONFIRMED, HELD, RELEASED, REFUSED])
        rows.append((kind, start, end) if kind == CONFIRMED else (kind, start, end, str(number)))
    one = chunk(10, 90, media=5)
    parts = split(one, told(*rows))
    assert merge(span for spans in parts.values() for span in spans) == one.spans
    assert sum(total_ms(spans) for spans in parts.values()) == total_ms(one.spans)


def test_questions_are_on_what_was_taught_and_the_same_for_the_same_seed() -> None:
    taught, elsewhere = ["一", "二", "三"], ["甲", "乙", "丙", "丁", "戊", "己", "三"]
    found = draw("x", taught, elsewhere)
    assert found == draw("x", taught, elsewhere) != draw("y", taught, elsewhere)
    assert len(found) == 2
    for question in found:
        assert question.options[question.right] in taught
        assert sum(option in taught for option in question.options) == 1
    assert draw("x", ["一"], elsewhere) == () == draw("x", taught, ["甲"])
