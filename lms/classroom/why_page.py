"""The page "why did this not count": a lesson's timeline for its learner, with what to do about each gap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.urls import reverse

from content.queries import LessonFacts, lesson_facts
from lms.classroom import why_picture as picture
from lms.classroom.queries import NoSuchLesson, NotEnrolled
from lms.classroom.why_sentences import ENDINGS, REASONS, Text, Words
from lms.enrolment.queries import may_study
from player.domain.reasons import Reason
from player.domain.spans import Span, Spans, intersect, merge, subtract, total_ms
from player.watching.queries import RefusedTime, SittingFacts, Timeline, timeline_of

if TYPE_CHECKING:
    from lms.accounts.models import User

SECOND_MS = 1_000
# Sittings that stand open on the page; the older ones are folded up.
SHOWN_SITTINGS = 6
Cost = Literal["nothing", "made_up", "some", "all"]


@dataclass(frozen=True, slots=True)
class Group:
    """One reason for which time was refused, over all sittings. number: by which the picture refers to it.

    claimed_ms: media that it cost then; left: of it what is missing to this day; beats: how often it was said.
    """

    number: int
    words: Words
    claimed_ms: int
    left: Spans
    beats: int
    first_at: datetime
    last_at: datetime

    @property
    def left_ms(self) -> int:
        return total_ms(self.left)

    @property
    def cost(self) -> Cost:
        """Return what it cost: no media at all, media that counted later, a part, or all of it."""
        if self.claimed_ms < SECOND_MS:
            return "nothing"
        if self.left_ms < SECOND_MS:
            return "made_up"
        return "all" if self.left_ms == self.claimed_ms else "some"


@dataclass(frozen=True, slots=True)
class SittingLine:
    """One sitting in words. here: it is this browser's."""

    facts: SittingFacts
    ending: Text
    here: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the lesson in the table behind the picture. at: seconds to open it at, None where nothing is to do."""

    span: Span
    state: Literal["counted", "held", "refused", "unseen"]
    reasons: tuple[Text, ...]
    at: int | None


@dataclass(frozen=True, slots=True)
class DayRow:
    """What one day brought, as a line below the picture."""

    day: date
    counted_ms: int
    pieces: tuple[picture.Piece, ...]


@dataclass(frozen=True, slots=True)
class WhyPage:
    """Everything the page shows. may_study: the lesson can be opened now; device: mark of the browser that looks."""

    lesson: LessonFacts
    timeline: Timeline
    groups: tuple[Group, ...]
    may_study: bool
    device: str

    @property
    def lesson_url(self) -> str:
        return reverse("classroom:lesson", args=[self.lesson.uuid])

    @property
    def is_untouched(self) -> bool:
        return not self.timeline.sittings and not self.timeline.counted

    @property
    def short_ms(self) -> int:
        """Return what is still to be counted, in whole seconds: media seconds are what earns."""
        whole, counted = self.timeline.duration_ms // SECOND_MS, self.timeline.counted_ms // SECOND_MS
        return max(0, whole - counted) * SECOND_MS

    @property
    def held_ms(self) -> int:
        return total_ms(self.timeline.pending)

    @property
    def refused(self) -> Spans:
        """Return what was claimed, refused, and is missing to this day."""
        return merge(span for group in self.groups for span in group.left)

    @property
    def refused_ms(self) -> int:
        return total_ms(self.refused)

    @property
    def unseen_ms(self) -> int:
        """Return what nobody looked at yet, in whole seconds that add up to what is missing: 57 counted and 7 unseen of 64."""
        if not subtract(self.timeline.to_watch, self.refused):
            return 0
        shown_ms = (self.held_ms // SECOND_MS + self.refused_ms // SECOND_MS) * SECOND_MS
        return max(0, self.short_ms - shown_ms)

    @property
    def holes(self) -> Spans:
        """Return the gaps to be watched that are worth a line: those of a second and more, or else all there are."""
        gaps_left = self.timeline.to_watch
        return tuple(gap for gap in gaps_left if gap.length_ms >= SECOND_MS) or gaps_left

    @property
    def at_ms(self) -> int | None:
        """Return where the first gap begins, in whole seconds; None where only a proof is awaited, or nothing."""
        if not self.short_ms or not self.holes:
            return None
        return self.holes[0].start_ms // SECOND_MS * SECOND_MS

    @property
    def at_url(self) -> str:
        """Return the lesson, beginning at the first gap."""
        return self.url_at(self.at_ms) if self.at_ms is not None else self.lesson_url

    def url_at(self, at_ms: int) -> str:
        """Return the lesson, beginning at a place."""
        return f"{self.lesson_url}?at={at_ms // SECOND_MS}"

    @property
    def again_ms(self) -> int:
        """Return how much was watched that had counted before."""
        return sum(sitting.again_ms for sitting in self.timeline.sittings)

    @property
    def ticks(self) -> tuple[picture.Tick, ...]:
        return picture.ticks(self.timeline.duration_ms)

    @property
    def marks(self) -> tuple[picture.Mark, ...]:
        stretches = [(group.number, str(group.words.what), span) for group in self.groups for span in group.left]
        return picture.marks(stretches, self.timeline.duration_ms)

    @property
    def counted_pieces(self) -> tuple[picture.Piece, ...]:
        return picture.pieces(self.timeline.counted, self.timeline.duration_ms)

    @property
    def held_pieces(self) -> tuple[picture.Piece, ...]:
        return picture.pieces(self.timeline.pending, self.timeline.duration_ms)

    @property
    def refused_pieces(self) -> tuple[picture.Piece, ...]:
        return picture.pieces(self.refused, self.timeline.duration_ms)

    @property
    def days(self) -> tuple[DayRow, ...]:
        whole_ms = self.timeline.duration_ms
        return tuple(
            DayRow(one.day, one.counted_ms, picture.pieces(one.counted, whole_ms)) for one in self.timeline.days
        )

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the whole lesson from its beginning to its end, part by part."""
        refused = self.refused
        unseen = subtract(self.timeline.to_watch, refused)
        found = [
            *(Part(span, "counted", (), None) for span in self.timeline.counted),
            *(Part(span, "held", (), None) for span in self.timeline.pending),
            *(Part(span, "refused", self._reasons_of(span), span.start_ms // SECOND_MS) for span in refused),
            *(Part(span, "unseen", (), span.start_ms // SECOND_MS) for span in unseen),
        ]
        return tuple(sorted(found, key=lambda part: part.span))

    def _reasons_of(self, span: Span) -> tuple[Text, ...]:
        return tuple(group.words.what for group in self.groups if intersect([span], group.left))

    @property
    def sittings(self) -> tuple[SittingLine, ...]:
        return tuple(
            SittingLine(one, ENDINGS.get(one.ended, one.ended), bool(one.device) and one.device == self.device)
            for one in self.timeline.sittings
        )

    @property
    def recent_sittings(self) -> tuple[SittingLine, ...]:
        return self.sittings[:SHOWN_SITTINGS]

    @property
    def older_sittings(self) -> tuple[SittingLine, ...]:
        return self.sittings[SHOWN_SITTINGS:]


def why_page_of(learner: "User", lesson_uuid: UUID, at: datetime, device: str = "") -> WhyPage:
    """Return what became of the learner's own time before a lesson; also when the enrolment is over.

    Raises NoSuchLesson; NotEnrolled for somebody who neither may watch it nor ever did.
    """
    lesson = lesson_facts(lesson_uuid)
    if lesson is None or lesson.duration_ms <= 0:
        raise NoSuchLesson
    may = may_study(learner.pk, lesson.edition_id, at)
    timeline = timeline_of(learner.pk, lesson.uuid, lesson.duration_ms)
    if not may and not timeline.sittings:
        raise NotEnrolled(lesson)
    return WhyPage(lesson, timeline, _groups(timeline.refused), may, device)


def _groups(refused: Iterable[RefusedTime]) -> tuple[Group, ...]:
    """Return the reasons, the one that costs most first."""
    by_reason: dict[Reason, list[RefusedTime]] = {}
    for one in refused:
        by_reason.setdefault(one.reason, []).append(one)
    ordered = sorted(by_reason.items(), key=lambda found: (-_left_ms(found[1]), min(one.first_at for one in found[1])))
    return tuple(_group(number, reason, found) for number, (reason, found) in enumerate(ordered, 1))


def _group(number: int, reason: Reason, found: list[RefusedTime]) -> Group:
    return Group(
        number=number,
        words=REASONS[reason],
        claimed_ms=total_ms(span for one in found for span in one.spans),
        left=merge(span for one in found for span in one.left),
        beats=sum(one.beats for one in found),
        first_at=min(one.first_at for one in found),
        last_at=max(one.last_at for one in found),
    )


def _left_ms(found: Iterable[RefusedTime]) -> int:
    return total_ms(span for one in found for span in one.left)
