"""The way of each learner through a course: enrolled → started → half → hours complete → certificate renewed.

Each step is reached by one record, which is filed under the step's figure on the day of enrolment. A step once reached stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from analytics.card_index.known import Placed, placed
from analytics.card_index.measures import STEPS
from analytics.card_index.models import Study, Taught

ENROLLED, WATCHED = "enrolment.learner_enrolled", "player.span_watched"
CREDITED = ("credit.hours_awarded", "credit.hours_reversed")
KEPT = "certificates.version_kept"
TELLING = (ENROLLED, WATCHED, *CREDITED, KEPT)
STARTED_STEP, HALF_STEP, COMPLETE_STEP, RENEWED_STEP = 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Reached:
    """A step and the record by which it was reached."""

    record_id: int
    measure: str
    day: date


def go_on(first: int, end: int) -> list[Reached]:
    """Take the records at places [first, end) into the ways, and return the steps that they reached. Five queries."""
    records = placed(TELLING, first, end)
    ways = _Ways(records)
    reached = [step for record in records for step in ways.take(record)]
    ways.keep()
    return reached


class _Ways:
    """The ways that a batch of records can touch."""

    def __init__(self, records: Iterable[Placed]) -> None:
        subjects = {_subject(record) for record in records}
        self.taught = {row.subject: row for row in Taught.objects.filter(subject__in=subjects)}
        editions = {row.edition for row in self.taught.values()}
        self.editions = {row.subject: row for row in Taught.objects.filter(subject__in=editions)}
        learners = {record.learner_id for record in records if record.kind != KEPT}
        renewed = {record.learner_id for record in records if record.kind == KEPT}
        rows = Study.objects.filter(Q(learner_id__in=learners, edition__in=editions) | Q(learner_id__in=renewed))
        self.studies = {(row.learner_id, row.edition): row for row in rows}
        self.of_learner: dict[int, list[Study]] = defaultdict(list)
        for study in self.studies.values():
            self.of_learner[study.learner_id].append(study)
        self.touched: set[tuple[int, str]] = set()

    def take(self, record: Placed) -> Iterator[Reached]:
        """Take one record and yield what it reaches."""
        if record.learner_id is None:
            return
        if record.kind == KEPT:
            if record.text("version_kind") == "renewal":
                for way in self.of_learner[record.learner_id]:
                    if way.reached == COMPLETE_STEP:
                        yield self._step(way, way.edition, RENEWED_STEP, record)
            return
        taught = self.taught.get(_subject(record))
        if taught is None:
            return
        key = (record.learner_id, taught.edition)
        study = self.studies.get(key)
        if record.kind == ENROLLED:
            if study is None:
                study = self.studies[key] = Study(
                    learner_id=record.learner_id, edition=taught.edition, enrolled_day=record.day
                )
                self.of_learner[record.learner_id].append(study)
                yield self._step(study, taught.edition, 1, record)
            return
        if study is not None:
            self.touched.add(key)
            yield from self._counted(study, self.editions[taught.edition], record)

    def _counted(self, study: Study, edition: Taught, record: Placed) -> Iterator[Reached]:
        if record.kind == WATCHED:
            study.counted_ms += _number(record, "counted_ms")
            if study.reached < STARTED_STEP:
                yield self._step(study, edition.subject, STARTED_STEP, record)
            if study.reached == STARTED_STEP and study.counted_ms * 2 >= edition.duration_ms:
                yield self._step(study, edition.subject, HALF_STEP, record)
            return
        study.awarded_seconds += _number(record, "seconds")
        # The ledger counts whole seconds, so each lesson may stay less than one second below its length.
        if study.reached == HALF_STEP and (study.awarded_seconds + edition.lessons) * 1000 > edition.duration_ms:
            yield self._step(study, edition.subject, COMPLETE_STEP, record)

    def _step(self, study: Study, edition: str, number: int, record: Placed) -> Reached:
        study.reached = number
        self.touched.add((study.learner_id, edition))
        return Reached(record.id, STEPS[number - 1], study.enrolled_day)

    def keep(self) -> None:
        """Write down what changed. One query."""
        Study.objects.bulk_create(
            [self.studies[key] for key in sorted(self.touched)],
            update_conflicts=True,
            unique_fields=["learner_id", "edition"],
            update_fields=["counted_ms", "awarded_seconds", "reached"],
        )


def _number(record: Placed, name: str) -> int:
    found = record.payload.get(name, 0)
    return found if isinstance(found, int) else 0


def _subject(record: Placed) -> str:
    match record.kind:
        case "enrolment.learner_enrolled":
            return record.text("edition_uuid")
        case "player.span_watched":
            return record.subject
        case _:
            return record.text("source_ref")
