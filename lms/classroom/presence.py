"""Presence beside a lesson: the one place where watching and face checks are joined. They know nothing of each other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from analytics.learning_log.queries import RecordFilter, records
from lms.classroom.domain.presence import Chunk, Stretch, played
from lms.organisations.domain.working_days import forward
from lms.organisations.queries import working_calendar
from player.domain.spans import Span, Spans, merge, total_ms
from player.watching.queries import NOTHING_COVERED, coverage_of
from proctoring import actions as faces
from proctoring.queries import (
    HoldFacts,
    SessionStanding,
    awake_sessions,
    hold_facts,
    latest_session,
    presence_required,
    presence_terms,
    standing,
    unasked_before,
)

if TYPE_CHECKING:
    from lms.accounts.models import User

WATCHED = "player.span_watched"
MOST_RECORDS = 10_000
LEAD_MS = 3_000
SILENT = timedelta(seconds=60)
SWEEP = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What the learner is told beforehand: about so many checks, between least and most, and by which numbers.

    self_hours, hand_over_ms, lights: as in proctoring.domain.policy.Policy.
    """

    least: int
    most: int
    self_hours: int
    hand_over_ms: int
    lights: bool

    @property
    def about(self) -> int:
        return max(1, (self.least + self.most + 1) // 2)

    @property
    def hand_over_seconds(self) -> int:
        return self.hand_over_ms // 1000


def expected_checks(codes: Collection[str], left_ms: int) -> Plan | None:
    """Return about how many checks the rest of a lesson will bring; None where the rules ask for none."""
    found = presence_terms(codes, left_ms)
    if found is None or found.most == 0:
        return None
    numbers = found.policy
    return Plan(found.least, found.most, numbers.self_hours, numbers.hand_over_ms, numbers.lights)


def open_beside(
    *, learner_id: int, watch_session: UUID, lesson_uuid: UUID, duration_ms: int, codes: Collection[str], at: datetime
) -> None:
    """Open a face session beside a watch session, where the rules of the learner's licences ask for presence."""
    if not presence_required(codes):
        return
    covered = coverage_of(learner_id, [lesson_uuid]).get(lesson_uuid, NOTHING_COVERED)
    faces.open_session(
        learner_id=learner_id,
        purpose="lesson",
        at=at,
        codes=codes,
        counterpart_uuid=watch_session,
        subject_uuid=lesson_uuid,
        left_ms=max(0, duration_ms - covered.counted_ms),
        base_ms=covered.counted_ms,
        unasked_ms=_unasked_ms(learner_id),
    )


def _unasked_ms(learner_id: int) -> int:
    """Return how much media counted in the sittings before, since the last in which a check was asked. Three queries."""
    before = unasked_before(learner_id, "lesson")
    if before is None:
        return 0
    subject_uuid, base_ms, progress_ms, unasked_ms = before
    covered = (
        coverage_of(learner_id, [subject_uuid]).get(subject_uuid, NOTHING_COVERED) if subject_uuid else NOTHING_COVERED
    )
    return unasked_ms + max(progress_ms, covered.counted_ms - base_ms)


def follow_lesson(*, learner: "User", lesson_uuid: UUID, at: datetime) -> SessionStanding | None:
    """Hear from the lesson's page; return where its face session stands, None where there is none."""
    session_uuid = latest_session(learner.pk, lesson_uuid)
    if session_uuid is None:
        return None
    counted_ms = coverage_of(learner.pk, [lesson_uuid]).get(lesson_uuid, NOTHING_COVERED).counted_ms
    faces.follow(session_uuid=session_uuid, learner_id=learner.pk, counted_ms=counted_ms, at=at)
    return standing(session_uuid, learner.pk)


def settle_silent_sessions(*, at: datetime) -> int:
    """Decide about sessions that are no longer heard of; return how many are quiet now. By the clock."""
    settled = 0
    for session_id, learner_id, subject_uuid, _base_ms in awake_sessions(silent_since=at - SILENT, limit=SWEEP):
        covered = coverage_of(learner_id, [subject_uuid]) if subject_uuid else {}
        counted_ms = covered[subject_uuid].counted_ms if subject_uuid in covered else 0
        settled += faces.settle_silent(session_id=session_id, counted_ms=counted_ms, at=at)
    return settled


def appeal_hold(*, learner: "User", hold_uuid: UUID, words: str, at: datetime) -> HoldFacts:
    """Ask a person to look at held time, with the day by which there is an answer. Raises HoldClosed."""
    found = hold_facts(hold_uuid, learner.pk)
    if found is None:
        raise faces.HoldClosed(hold_uuid)
    due = forward(timezone.localdate(at), found.appeal_days, working_calendar()).day
    faces.appeal(hold_uuid=hold_uuid, learner_id=learner.pk, words=words, answer_due=due, at=at)
    after = hold_facts(hold_uuid, learner.pk)
    assert after is not None  # noqa: S101 — it was there a moment ago, and holds are never deleted
    return after


@dataclass(frozen=True, slots=True)
class MakeUp:
    """Held time that is being made up: its media are played again, and in their course a check is asked for.

    lights: the screen may shine in colours while that check begins.
    """

    hold_uuid: UUID
    spans: Spans
    lights: bool

    @property
    def length_ms(self) -> int:
        return total_ms(self.spans)

    @property
    def from_seconds(self) -> int:
        """Return where the film begins: a little before, so that nothing is missed."""
        return max(0, self.spans[0].start_ms - LEAD_MS) // 1000

    @property
    def seconds(self) -> list[list[float]]:
        """Return the stretches as [from, until) in seconds of the film, for the page."""
        return [[span.start_ms / 1000, span.end_ms / 1000] for span in self.spans]


def make_up_of(learner_id: int, held: HoldFacts) -> MakeUp | None:
    """Return what of a lesson is to be played again for held time; None where `make_ups` has none. One query."""
    if held.subject_uuid is None or not held.self_open:
        return None
    return make_ups([held], watched_chunks(learner_id, held.subject_uuid)).get(held.uuid)


def make_ups(holds: Iterable[HoldFacts], chunks: Iterable[Chunk]) -> Mapping[UUID, MakeUp]:
    """Return by hold what is to be played again, where its learner may still release it and something was watched in it.

    chunks: what was sealed of watching the same subject.
    """
    seen = list(chunks)
    found: dict[UUID, MakeUp] = {}
    for held in holds:
        if not held.self_open or held.counterpart_uuid is None:
            continue
        stretch, beside = Stretch(held.from_at, held.until_at), str(held.counterpart_uuid)
        media = merge(span for chunk in seen if chunk.session == beside for span in played(chunk, stretch))
        if media:
            found[held.uuid] = MakeUp(held.uuid, media, held.lights)
    return found


def watched_chunks(learner_id: int, subject_uuid: UUID) -> list[Chunk]:
    """Return what was sealed of a learner's watching of one subject, the newest first. One query."""
    asked = RecordFilter(kinds=(WATCHED,), learner_ids=(learner_id,), subjects=(str(subject_uuid),))
    return [chunk_of(row.record.payload) for row in records(asked, limit=MOST_RECORDS)]


def asked_to_make_up(learner_id: int, lesson_uuid: UUID, hold: str) -> MakeUp | None:
    """Return the make-up that an address of this lesson asks for; None where it names none of the learner's."""
    try:
        found = hold_facts(UUID(hold), learner_id)
    except ValueError:
        return None
    return make_up_of(learner_id, found) if found is not None and found.subject_uuid == lesson_uuid else None


def chunk_of(payload: object) -> Chunk:
    """Return what a sealed record of watching says."""
    assert isinstance(payload, dict)  # noqa: S101 — a payload is a mapping
    wall = Stretch(*(datetime.fromisoformat(str(payload[name])) for name in ("wall_from", "wall_until")))
    return Chunk(str(payload["session_uuid"]), wall, tuple(Span(int(a), int(b)) for a, b in payload["spans"]))
