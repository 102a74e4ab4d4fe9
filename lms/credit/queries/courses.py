"""Courses that close a gap, with how far the learner is in each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from content.queries import CourseHit, Outline, courses_for_gap, edition_outlines
from lms.credit.domain.decision import Decision, Requirement
from lms.credit.domain.terms import LedgerCategory, State
from lms.credit.queries.held import HeldTime, held_of
from lms.credit.queries.ledger import watched_seconds
from lms.enrolment.queries import active_enrolments
from player.watching.queries import CoverageFacts, coverage_of

# Only what can be watched here can be offered; classes, claims and work are not courses.
WATCHABLE = {LedgerCategory.ONLINE_PROFESSIONAL: "professional", LedgerCategory.ONLINE_GENERAL: "general"}
LEDGERS = {kind: ledger for ledger, kind in WATCHABLE.items()}
CONSIDERED = 24


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course that can be learned now. hours: what watching all of it is worth under the certificate's rules.

    left: what is still to be had of that. next_lesson: the first lesson that is not finished. ledger, post_code: what
    watching it counts for. after: the decision as it would be with all of it watched; None where nothing is asked for.
    """

    title: str
    url: str
    group_name: str
    edition_uuid: UUID
    hours: Fraction
    left: Fraction
    percent: int
    is_enrolled: bool
    next_lesson: UUID
    ledger: LedgerCategory
    post_code: str | None
    left_seconds: int
    after: Decision | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """Seconds that the server has counted and that are not in the ledger yet."""

    title: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing and can be watched. requirement None: the total alone is short, or nothing is asked for yet.

    courses: the begun ones first.
    each_closes: any one of them is enough; together_close: all of them are.
    """

    requirement: Requirement | None
    missing: Fraction
    courses: tuple[CourseLine, ...]

    @property
    def each_closes(self) -> bool:
        return bool(self.courses) and all(line.left >= self.missing for line in self.courses)

    @property
    def together_close(self) -> bool:
        return sum((line.left for line in self.courses), Fraction(0)) >= self.missing


@dataclass(frozen=True, slots=True)
class Study:
    """What the learner can do now, and what is on its way into the ledger."""

    gap: Gap | None
    recording: tuple[Recording, ...]
    held: tuple[HeldTime, ...]


def study_of(user_id: int, decision: Decision, post_code: str, *, seconds_per_hour: int, limit: int) -> Study:
    """Return the gap that watching can close with at most `limit` courses for it. A constant number of queries."""
    requirement, missing, categories = _watchable_gap(decision)
    hits = [hit for category in categories for hit in courses_for_gap(post_code, category, CONSIDERED)]
    enrolled = {facts.edition_id for facts in active_enrolments(user_id)}
    outlines = edition_outlines(enrolled | {hit.edition_id for hit in hits if hit.edition_id is not None})
    lessons = {lesson.uuid for outline in outlines.values() for lesson in outline.lessons}
    coverage = coverage_of(user_id, lessons)
    lines = _lines(hits, outlines, enrolled, coverage, seconds_per_hour)
    titles = {lesson.uuid: lesson.title for outline in outlines.values() for lesson in outline.lessons}
    held = held_of(user_id, {uuid: titles[uuid] for uuid, facts in coverage.items() if facts.counted_ms})
    entered = dict(watched_seconds(user_id, lessons))
    for item in held:  # it is not on its way into the ledger: somebody, or a check, must decide first
        kept_out = item.waiting_seconds + item.refused_seconds
        entered[item.lesson_uuid] = entered.get(item.lesson_uuid, 0) + kept_out
    recording = _recording(outlines.values(), coverage, entered)
    return Study(Gap(requirement, missing, lines[:limit]) if categories else None, recording, held)


def _watchable_gap(decision: Decision) -> tuple[Requirement | None, Fraction, tuple[str, ...]]:
    if decision.state is State.NOT_STARTED:
        return None, Fraction(0), tuple(WATCHABLE.values())
    if decision.is_over or not decision.has_begun:
        return None, Fraction(0), ()
    for item in decision.categories:
        categories = tuple(kind for ledger, kind in WATCHABLE.items() if ledger in item.counts)
        if item.missing and categories:
            return item, item.missing, categories
    if decision.total_missing:
        return None, decision.total_missing, tuple(WATCHABLE.values())
    return None, Fraction(0), ()


def _lines(
    hits: Sequence[CourseHit],
    outlines: Mapping[int, Outline],
    enrolled: set[int],
    coverage: Mapping[UUID, CoverageFacts],
    seconds_per_hour: int,
) -> tuple[CourseLine, ...]:
    """Courses that are not finished; whoever began an edition that is no longer open goes on in it."""
    begun = {
        outlines[edition_id].course_code: outlines[edition_id] for edition_id in enrolled if edition_id in outlines
    }
    found = []
    for hit in hits:
        outline = begun.get(hit.code) or (outlines.get(hit.edition_id) if hit.edition_id is not None else None)
        if outline is not None and outline.lessons:
            line = _line(hit, outline, hit.code in begun, coverage, seconds_per_hour)
            if line is not None:
                found.append(line)
    return tuple(sorted(found, key=lambda line: (not line.percent, not line.is_enrolled)))


def _line(
    hit: CourseHit, outline: Outline, is_enrolled: bool, coverage: Mapping[UUID, CoverageFacts], seconds_per_hour: int
) -> CourseLine | None:
    whole = sum(lesson.duration_ms // 1000 for lesson in outline.lessons)
    seen = {uuid: facts.counted_ms // 1000 for uuid, facts in coverage.items()}
    done = sum(min(seen.get(lesson.uuid, 0), lesson.duration_ms // 1000) for lesson in outline.lessons)
    ahead = [lesson.uuid for lesson in outline.lessons if seen.get(lesson.uuid, 0) < lesson.duration_ms // 1000]
    if not ahead:
        return None
    return CourseLine(
        title=hit.title,
        url=hit.url,
        group_name=hit.group_name,
        edition_uuid=outline.edition_uuid,
        hours=Fraction(whole, seconds_per_hour),
        left=Fraction(whole - done, seconds_per_hour),
        percent=done * 100 // whole if whole else 0,
        is_enrolled=is_enrolled,
        next_lesson=ahead[0],
        ledger=LEDGERS[outline.category],
        post_code=outline.post_code,
        left_seconds=whole - done,
    )


def _recording(
    outlines: Iterable[Outline], coverage: Mapping[UUID, CoverageFacts], entered: Mapping[UUID, int]
) -> tuple[Recording, ...]:
    found = []
    for outline in outlines:
        for lesson in outline.lessons:
            counted = coverage[lesson.uuid].counted_ms // 1000 if lesson.uuid in coverage else 0
            if counted > entered.get(lesson.uuid, 0):
                found.append(Recording(lesson.title, counted - entered.get(lesson.uuid, 0)))
    return tuple(found)
