"""From chunks of watching to whole seconds a day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.credit.domain.watched import Chunk, WatchedDay, creditable_days
from player.domain.spans import Span, merge, total_ms

MONDAY = date(2026, 5, 11)
LESSON_MS = 180_000

spans = st.tuples(st.integers(0, 200_000), st.integers(1, 60_000)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))
chunks = st.lists(
    st.builds(
        lambda offset, found: (MONDAY + timedelta(days=offset), tuple(found)),
        st.integers(0, 3),
        st.lists(spans, max_size=4),
    ),
    max_size=8,
).map(lambda rows: [Chunk(number, day, found) for number, (day, found) in enumerate(rows, start=1)])


def seconds(days: tuple[WatchedDay, ...]) -> dict[date, int]:
    return {day.day: day.seconds for day in days}


@given(rows=chunks, data=st.data())
def test_the_order_of_chunks_changes_nothing(rows: list[Chunk], data: st.DataObject) -> None:
    assert creditable_days(rows, lesson_ms=LESSON_MS) == creditable_days(
        data.draw(st.permutations(rows)), lesson_ms=LESSON_MS
    )


@given(rows=chunks)
def test_all_days_together_are_the_floor_of_what_was_seen_of_the_lesson(rows: list[Chunk]) -> None:
    seen = merge(
        Span(span.start_ms, min(span.end_ms, LESSON_MS))
        for row in rows
        for span in row.spans
        if span.start_ms < LESSON_MS
    )
    assert sum(day.seconds for day in creditable_days(rows, lesson_ms=LESSON_MS)) == total_ms(seen) // 1000


@given(rows=chunks)
def test_watching_again_adds_nothing(rows: list[Chunk]) -> None:
    again = [Chunk(row.record_id + 100, row.day + timedelta(days=9), row.spans) for row in rows]
    assert creditable_days([*rows, *again], lesson_ms=LESSON_MS) == creditable_days(rows, lesson_ms=LESSON_MS)


def test_parts_of_a_second_are_not_lost_at_midnight() -> None:
    rows = [Chunk(1, MONDAY, (Span(0, 1_600),)), Chunk(2, MONDAY + timedelta(days=1), (Span(1_600, 3_200),))]
    assert seconds(creditable_days(rows, lesson_ms=LESSON_MS)) == {MONDAY: 1, MONDAY + timedelta(days=1): 2}


def test_a_second_belongs_to_the_earliest_day_it_was_watched() -> None:
    later = Chunk(1, MONDAY + timedelta(days=1), (Span(0, 60_000),))
    earlier = Chunk(2, MONDAY, (Span(30_000, 90_000),))  # reported late
    assert seconds(creditable_days([later, earlier], lesson_ms=LESSON_MS)) == {
        MONDAY: 60,
        MONDAY + timedelta(days=1): 30,
    }


def test_nothing_past_the_end_of_the_lesson_counts() -> None:
    assert seconds(creditable_days([Chunk(1, MONDAY, (Span(170_000, 999_000),))], lesson_ms=LESSON_MS)) == {MONDAY: 10}
    assert creditable_days([Chunk(1, MONDAY, (Span(0, 1_000),))], lesson_ms=0) == ()


def test_a_day_names_the_records_and_spans_that_made_it() -> None:
    rows = [
        Chunk(7, MONDAY, (Span(0, 5_000),)),
        Chunk(9, MONDAY, (Span(4_000, 9_000),)),
        Chunk(11, MONDAY, (Span(0, 9_000),)),
    ]
    assert creditable_days(rows, lesson_ms=LESSON_MS) == (WatchedDay(MONDAY, 9, (7, 9), (Span(0, 9_000),)),)
