"""From sealed chunks of watching to whole seconds a day: the sum that an auditor can do again from the same records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from player.domain.spans import Span, intersect, merge, subtract, total_ms


@dataclass(frozen=True, slots=True)
class Chunk:
    """A sealed stretch of watching as the log has it. day: the local day of its wall time (a chunk ends at midnight)."""

    record_id: int
    day: date
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class WatchedDay:
    """What one day added. seconds: whole ones. records: the log records that added anything, in order."""

    day: date
    seconds: int
    records: tuple[int, ...]
    spans: tuple[Span, ...]


def creditable_days(chunks: Iterable[Chunk], *, lesson_ms: int) -> tuple[WatchedDay, ...]:
    """Return, day by day, the whole seconds of a lesson that were watched for the first time.

    Every media millisecond counts once, on the earliest day it was watched, and only inside [0, lesson_ms). Parts of a
    second are not lost at midnight: the sum of all days is the floor of the whole. The order of the chunks changes
    nothing.
    """
    lesson = (Span(0, lesson_ms),) if lesson_ms > 0 else ()
    covered: tuple[Span, ...] = ()
    counted = 0
    days: dict[date, WatchedDay] = {}
    for chunk in sorted(chunks, key=lambda chunk: (chunk.day, chunk.record_id)):
        fresh = subtract(intersect(chunk.spans, lesson), covered)
        if not fresh:
            continue
        covered = merge((*covered, *fresh))
        whole = total_ms(covered) // 1000
        before = days.get(chunk.day, WatchedDay(chunk.day, 0, (), ()))
        days[chunk.day] = WatchedDay(
            chunk.day,
            before.seconds + whole - counted,
            (*before.records, chunk.record_id),
            merge((*before.spans, *fresh)),
        )
        counted = whole
    return tuple(days.values())
