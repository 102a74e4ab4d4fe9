"""Reading case files as one auditor may see them; and the questions that a person has to answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db.models import Count, Q
from django.utils import timezone

from analytics.audit import queries
from analytics.audit.case_words import conclusion_word, entry_word, subject_word
from analytics.audit.cases import is_addressee
from analytics.audit.house import Due, house
from analytics.audit.models import CaseEntry, CaseFile, ExplanationRequest
from analytics.audit.queries import Row
from analytics.audit.sight import PERSON, Sight, persons_in
from analytics.learning_log import queries as log
from analytics.learning_log.queries import RecordFilter

MOST_CASES = 200
MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class Term:
    """Until when to answer. provisional: a notice that is not out yet may move it; late: not, or not in time, answered."""

    last_day: date
    provisional: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for explanation. whom: in words."""

    uuid: UUID
    whom: str
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    term: Term


@dataclass(frozen=True, slots=True)
class Entry:
    """One note, finding or conclusion."""

    kind: str
    text: str
    by: str
    at: datetime
    about_record: int | None

    @property
    def word(self) -> str:
        """What was written."""
        return entry_word(self.kind)


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case. state: open, waiting (for an explanation) or closed; steps: its records in the log, oldest first.

    persons: whose names are covered in what was written, by id: those of the case, and whoever else is named.
    """

    uuid: UUID
    number: str
    title: str
    subject_kind: str
    subject_ref: str
    subject: str
    persons: tuple[tuple[int, str], ...]
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    conclusion: str
    entries: tuple[Entry, ...]
    asked: tuple[Asked, ...]
    steps: tuple[Row, ...]

    @property
    def state(self) -> str:
        """Where the case stands."""
        if self.conclusion:
            return "closed"
        return "waiting" if any(each.answered_at is None for each in self.asked) else "open"

    @property
    def subject_word(self) -> str:
        """What kind of thing it is about."""
        return subject_word(self.subject_kind)

    @property
    def conclusion_word(self) -> str:
        """How it ended; "" while it is open."""
        return conclusion_word(self.conclusion)

    @property
    def learner_id(self) -> int | None:
        """The person it is about, when it is about one by id."""
        return int(self.subject_ref) if self.subject_kind == CaseFile.Subject.LEARNER else None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in the list."""

    uuid: UUID
    number: str
    title: str
    subject_kind: str
    subject: str
    opened_at: datetime
    conclusion: str
    unanswered: int

    @property
    def subject_word(self) -> str:
        """What kind of thing it is about."""
        return subject_word(self.subject_kind)

    @property
    def conclusion_word(self) -> str:
        """How it ended; "" while it is open."""
        return conclusion_word(self.conclusion)


def case_lines(sight: Sight, *, closed: bool) -> tuple[CaseLine, ...]:
    """Return the newest cases, open or closed. Five queries."""
    found = CaseFile.objects.exclude(conclusion="") if closed else CaseFile.objects.filter(conclusion="")
    rows = list(found.order_by("-pk")[:MOST_CASES])
    waiting = dict(
        ExplanationRequest.objects.filter(case_id__in=[row.pk for row in rows], answered_at=None)
        .values_list("case_id")
        .annotate(n=Count("pk"))
    )
    named, persons = _subjects(rows, sight), persons_in(row.title for row in rows)
    return tuple(
        CaseLine(
            row.uuid, row.number, sight.text(row.title, persons), row.subject_kind, named[row.pk], row.opened_at, row.conclusion,
            waiting.get(row.pk, 0),
        )
        for row in rows
    )  # fmt: skip


def find_case(uuid: UUID, sight: Sight, now: datetime) -> CaseView | None:
    """Return one case with everything in it, or None. About a dozen queries."""
    row = CaseFile.objects.filter(uuid=uuid).first()
    if row is None:
        return None
    entries = list(CaseEntry.objects.filter(case_id=row.pk).order_by("pk"))
    asked = list(ExplanationRequest.objects.filter(case_id=row.pk).order_by("pk"))
    names = log.labels(PERSON, map(str, _people(row, entries, asked)))
    texts = [
        row.title,
        *(entry.text for entry in entries),
        *(text for one in asked for text in (one.question, one.answer)),
    ]
    persons = tuple({(int(key), name) for key, name in names.items()} | {*persons_in(texts)})
    due = house().working_days()
    places = log.labels("organisation", (str(one.organisation_uuid) for one in asked if one.organisation_uuid))
    steps = log.records(RecordFilter(subjects=(str(row.uuid),)), limit=MOST_STEPS)

    def person(person_id: int) -> str:
        return sight.person(person_id, names.get(str(person_id), ""))

    return CaseView(
        uuid=row.uuid,
        number=row.number,
        title=sight.text(row.title, persons),
        subject_kind=row.subject_kind,
        subject_ref=row.subject_ref,
        subject=_subjects([row], sight)[row.pk],
        persons=persons,
        opened_by=person(row.opened_by_id),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        conclusion=row.conclusion,
        entries=tuple(
            Entry(entry.kind, sight.text(entry.text, persons), person(entry.by_id), entry.at, entry.about_record)
            for entry in entries
        ),
        asked=tuple(
            Asked(
                uuid=one.uuid,
                whom=person(one.person_id) if one.person_id else places.get(str(one.organisation_uuid), ""),
                question=sight.text(one.question, persons),
                asked_at=one.asked_at,
                answer=sight.text(one.answer, persons),
                answered_at=one.answered_at,
                term=term_of(one, due, now),
            )
            for one in asked
        ),
        steps=queries.rows_of(reversed(steps), sight),
    )


def questions_to(person: AbstractUser, at: datetime) -> tuple[ExplanationRequest, ...]:
    """Return the questions that were put to a person, or to an organisation that he manages, newest first. Two queries."""
    places = house().managed_by(person, timezone.localdate(at))
    rows = ExplanationRequest.objects.filter(Q(person_id=person.pk) | Q(organisation_uuid__in=places))
    return tuple(rows.order_by("-pk")[:MOST_CASES])


def question_to(person: AbstractUser, uuid: UUID, at: datetime) -> ExplanationRequest | None:
    """Return one question when it was put to this person, else None."""
    asked = ExplanationRequest.objects.filter(uuid=uuid).first()
    return asked if asked is not None and is_addressee(person, asked, at) else None


def term_of(asked: ExplanationRequest, due: Due, now: datetime) -> Term:
    """Return until when a question has to be answered. due: `house().working_days()`, asked for once."""
    last_day, provisional = due(timezone.localdate(asked.asked_at), asked.working_days)
    return Term(last_day, provisional, late=timezone.localdate(asked.answered_at or now) > last_day)


def number_of(case_id: int) -> str:
    """Return the number of a case. One query."""
    return CaseFile.objects.values_list("number", flat=True).get(pk=case_id)


def _people(case: CaseFile, entries: Iterable[CaseEntry], asked: Iterable[ExplanationRequest]) -> set[int]:
    """Return everybody whom a case knows by id."""
    found = {case.opened_by_id, *(entry.by_id for entry in entries)}
    found |= {person for one in asked for person in (one.person_id, one.answered_by_id) if person is not None}
    return found | ({int(case.subject_ref)} if case.subject_kind == CaseFile.Subject.LEARNER else set())


def _subjects(rows: Iterable[CaseFile], sight: Sight) -> dict[int, str]:
    """Return what each case is about, in words, by the case's id. Two queries."""
    cases = list(rows)
    by_person = [row for row in cases if row.subject_kind == CaseFile.Subject.LEARNER]
    names = log.labels(PERSON, (row.subject_ref for row in by_person))
    things = log.labels_of_things((row.subject_ref for row in cases), not_of=(PERSON, queries.WORDS))
    numbered = {CaseFile.Subject.LEAD, CaseFile.Subject.HOUR}
    found = {}
    for row in cases:
        if row.subject_kind == CaseFile.Subject.LEARNER:
            found[row.pk] = sight.person(int(row.subject_ref), names.get(row.subject_ref, ""))
        elif row.subject_kind in numbered:
            found[row.pk] = f"#{row.subject_ref}"
        else:
            found[row.pk] = things.get(row.subject_ref, row.subject_ref)
    return found
