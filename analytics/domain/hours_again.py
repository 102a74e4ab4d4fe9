"""The hours of one learner, added up again from sealed records: every media millisecond once, on the day it was first seen.

The same sum as lms.credit makes, written a second time on purpose: whoever distrusts that one has this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

WATCHED, AWARDED, REVERSED = "player.span_watched", "credit.hours_awarded", "credit.hours_reversed"
ASKED, PRESENT = "proctoring.session_opened", ("proctoring.time_confirmed", "proctoring.time_released")
PUBLISHED = "content.edition_published"
SHANGHAI = timezone(timedelta(hours=8))  # days are the regulator's


@dataclass(frozen=True)
class Told:
    """One record as its sealed bytes tell it; id: its number in the log."""

    id: int
    fields: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The kind of record."""
        return str(self.fields["kind"])

    @property
    def payload(self) -> Mapping[str, Any]:
        """Its own fields."""
        found: Mapping[str, Any] = self.fields["payload"]
        return found


@dataclass(frozen=True)
class LessonHours:
    """What the records say of one lesson. Days map to whole seconds; `ledger` has awards and reversals in order."""

    lesson: str
    supported: Mapping[str, int]
    awarded: Mapping[str, int]
    reversed_seconds: int

    @property
    def differs(self) -> tuple[str, int, int] | None:
        """The first day on which the award is not what the records support: day, seconds supported, seconds awarded."""
        for day in sorted({*self.supported, *self.awarded}):
            supported, awarded = self.supported.get(day, 0), self.awarded.get(day, 0)
            if supported != awarded:
                return day, supported, awarded
        return None

    @property
    def difference(self) -> str:
        """The same in words, or ""."""
        if self.differs is None:
            return ""
        day, supported, awarded = self.differs
        return f"hours: lesson {self.lesson}, {day}: the records support {supported} s, {awarded} s were awarded"


def hours_again(records: Iterable[Told]) -> tuple[LessonHours, ...]:
    """Return, for each lesson with an award for watching, what was watched and what was awarded, by day.

    Watching that is younger than the newest award had not been seen by it and is left out. Where no record tells the
    lesson's length, nothing is cut off at its end. Where presence was asked for, only what played while it was confirmed,
    or in held time that was released, supports anything.
    """
    watched: dict[str, list[Told]] = {}
    awards: dict[str, list[Told]] = {}
    lengths: dict[str, int] = {}
    present: dict[str, list[Told]] = {}
    for each in records:
        if each.kind == WATCHED:
            watched.setdefault(str(each.payload["subject_uuid"]), []).append(each)
        elif each.kind in (AWARDED, REVERSED) and each.payload.get("source_kind") == "video":
            awards.setdefault(str(each.payload["source_ref"]), []).append(each)
        elif each.kind == ASKED or each.kind in PRESENT:
            present.setdefault(str(each.payload["counterpart_uuid"]), []).append(each)
        elif each.kind == PUBLISHED:
            lengths.update({str(one["lesson_uuid"]): int(one["duration_ms"]) for one in each.payload["lessons"]})
    return tuple(
        _lesson(lesson, watched.get(lesson, []), awards[lesson], lengths.get(lesson), present)
        for lesson in sorted(awards)
    )


def _lesson(
    lesson: str,
    watched: list[Told],
    ledger: list[Told],
    length_ms: int | None,
    present: Mapping[str, list[Told]],
) -> LessonHours:
    seen = [int(each.payload["log_record_id"]) for each in ledger if "log_record_id" in each.payload]
    until = max(seen, default=0)
    awarded: dict[str, int] = {}
    taken_back = 0
    for each in ledger:
        if each.kind == REVERSED:
            taken_back += int(each.payload["seconds"])
        elif "log_record_id" in each.payload:
            day = str(each.payload["activity_day"])
            awarded[day] = awarded.get(day, 0) + int(each.payload["seconds"])
    known = {session: [each for each in told if each.id <= until] for session, told in present.items()}
    supported = _days((each for each in watched if each.id <= until), length_ms, known)
    return LessonHours(lesson, supported, awarded, taken_back)


def _days(watched: Iterable[Told], length_ms: int | None, present: Mapping[str, list[Told]]) -> dict[str, int]:
    def order(each: Told) -> tuple[str, int]:
        return _day(each), each.id

    covered: list[tuple[int, int]] = []
    counted = 0
    days: dict[str, int] = {}
    for each in sorted(watched, key=order):
        cut = [
            (int(start), int(end) if length_ms is None else min(int(end), length_ms))
            for start, end in _while_present(each, present)
        ]
        covered = _union([*covered, *cut])
        whole = sum(end - start for start, end in covered) // 1000
        if whole != counted:
            days[_day(each)] = days.get(_day(each), 0) + whole - counted
            counted = whole
    return days


def _while_present(watched: Told, present: Mapping[str, list[Told]]) -> list[tuple[int, int]]:
    """Return the media that played while the person was there; they played evenly over the wall time, in their order."""
    spans = [(int(start), int(end)) for start, end in watched.payload["spans"]]
    told = present.get(str(watched.payload.get("session_uuid", "")))
    if not told:  # nobody asked for presence beside this watching
        return spans
    began, ended = _moment(watched.payload["wall_from"]), _moment(watched.payload["wall_until"])
    wall_ms, length_ms = (ended - began) // timedelta(milliseconds=1), sum(end - start for start, end in spans)
    found: list[tuple[int, int]] = []
    for each in told:
        if each.kind == ASKED or wall_ms <= 0:
            continue
        cut = []
        for moment in (max(began, _moment(each.payload["from_at"])), min(ended, _moment(each.payload["until_at"]))):
            cut.append((moment - began) // timedelta(milliseconds=1) * length_ms // wall_ms)
        passed = 0
        for start, end in spans:
            first, last = max(cut[0] - passed, 0), min(cut[1] - passed, end - start)
            if first < last:
                found.append((start + first, start + last))
            passed += end - start
    return _union(found)


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text).replace("Z", "+00:00"))


def _day(watched: Told) -> str:
    began = _moment(watched.payload["wall_from"])
    return began.astimezone(SHANGHAI).date().isoformat()


def _union(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found
