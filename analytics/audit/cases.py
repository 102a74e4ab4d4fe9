"""Case files: every step is filed in the log in its own transaction, with a commitment to the words that it adds."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from analytics.audit import queries
from analytics.audit.case_log_kinds import CASE_CLOSED, CASE_ENTERED, CASE_OPENED, EXPLANATION_ASKED, EXPLANATION_GIVEN
from analytics.audit.entry import must_be_allowed
from analytics.audit.house import house
from analytics.audit.models import (
    LONGEST_REFERENCE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    CaseEntry,
    CaseFile,
    ExplanationRequest,
)
from analytics.domain.commitment import commitment
from analytics.domain.masking import mask_numbers
from analytics.learning_log import actions as log
from analytics.learning_log import queries as log_queries

Subject, Kind = CaseFile.Subject, CaseEntry.Kind
SALT_BYTES = 32
MOST_WORKING_DAYS = 60
_NUMBERING = 0x6361_7365  # the advisory lock of whoever takes the next number


class CaseRefused(ValueError):
    """Why a step was not taken: subject, text, period, addressee, conclusion, closed, waiting, answered or unknown."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whom. person_id or organisation_uuid."""

    text: str
    working_days: int
    person_id: int | None = None
    organisation_uuid: UUID | None = None


@transaction.atomic(durable=True)
def open_case(*, by: AbstractUser, subject_kind: str, subject_ref: str, title: str, at: datetime) -> CaseFile:
    """Open a case. subject_ref: an id, a number of a record, a uuid or a name that only one thing bears.

    Raises PermissionDenied, CaseRefused (subject, text).
    """
    must_be_allowed(by)
    reference = _subject(subject_kind, subject_ref.strip())
    case = CaseFile.objects.create(
        number=_next_number(at),
        subject_kind=subject_kind,
        subject_ref=reference,
        title=_text(title, LONGEST_TITLE),
        opened_by_id=by.pk,
        opened_at=at,
    )
    log.put_labels(kind="case", texts={str(case.uuid): case.number})
    log.append(
        kind=CASE_OPENED,
        actor_id=by.pk,
        happened_at=at,
        learner_id=int(reference) if subject_kind == Subject.LEARNER else None,
        subject=str(case.uuid),
        payload={"number": case.number, "subject_kind": subject_kind, "subject_ref": reference},
    )
    return case


@transaction.atomic(durable=True)
def write_entry(
    *, by: AbstractUser, case_uuid: UUID, kind: str, text: str, about_record: int | None, at: datetime
) -> CaseEntry:
    """Write a note or a finding into an open case. Raises PermissionDenied, CaseRefused (unknown, closed, text, subject)."""
    must_be_allowed(by)
    case = _open(case_uuid)
    if kind not in {Kind.NOTE, Kind.FINDING} or (about_record and log_queries.find_record(about_record) is None):
        raise CaseRefused("subject")
    return _enter(by, case, Kind(kind), text, about_record, at)


@transaction.atomic(durable=True)
def ask_explanation(*, by: AbstractUser, case_uuid: UUID, question: Question, at: datetime) -> ExplanationRequest:
    """Put a question to a person or an organisation, and tell whoever has to answer.

    Raises PermissionDenied, CaseRefused (unknown, closed, text, period, addressee).
    """
    must_be_allowed(by)
    case = _open(case_uuid)
    if not 1 <= question.working_days <= MOST_WORKING_DAYS:
        raise CaseRefused("period")
    people = _addressees(question, at)
    salt = token_bytes(SALT_BYTES)
    asked = ExplanationRequest.objects.create(
        case_id=case.pk,
        person_id=question.person_id,
        organisation_uuid=question.organisation_uuid,
        question=_text(question.text),
        salt=salt,
        working_days=question.working_days,
        asked_by_id=by.pk,
        asked_at=at,
    )
    log.append(
        kind=EXPLANATION_ASKED,
        actor_id=by.pk,
        happened_at=at,
        learner_id=question.person_id,
        subject=str(case.uuid),
        payload={
            "request_uuid": str(asked.uuid),
            "organisation_uuid": str(question.organisation_uuid or ""),
            "working_days": question.working_days,
            "entry_ref": commitment(salt, asked.question),
        },
    )
    last_day, _ = house().working_days()(timezone.localdate(at), question.working_days)
    for person in people:
        house().tell(
            person,
            f"explanation:{asked.uuid}",
            case.number,
            last_day,
            reverse("audit:explanation", args=[asked.uuid]),
            at,
        )
    return asked


@transaction.atomic(durable=True)
def give_explanation(*, by: AbstractUser, request_uuid: UUID, text: str, at: datetime) -> ExplanationRequest:
    """Answer a question that was put to this person, or to an organisation that this person manages. Once.

    Late answers are taken, and are seen to be late. Raises PermissionDenied (also for a request that is not there: who is
    not asked learns nothing), CaseRefused (answered, closed, text).
    """
    asked = ExplanationRequest.objects.select_for_update(of=["self"]).filter(uuid=request_uuid).first()
    if asked is None or not is_addressee(by, asked, at):
        raise PermissionDenied
    if asked.answered_at is not None:
        raise CaseRefused("answered")
    case = CaseFile.objects.select_for_update().get(pk=asked.case_id)
    if case.conclusion:
        raise CaseRefused("closed")
    asked.answer, asked.answer_salt = _text(text), token_bytes(SALT_BYTES)
    asked.answered_by_id, asked.answered_at = by.pk, at
    asked.save(update_fields=["answer", "answer_salt", "answered_by_id", "answered_at"])
    log.append(
        kind=EXPLANATION_GIVEN,
        actor_id=by.pk,
        happened_at=at,
        learner_id=asked.person_id,
        subject=str(case.uuid),
        payload={"request_uuid": str(asked.uuid), "entry_ref": commitment(asked.answer_salt, asked.answer)},
    )
    return asked


@transaction.atomic(durable=True)
def close_case(*, by: AbstractUser, case_uuid: UUID, conclusion: str, text: str, at: datetime) -> CaseFile:
    """Close a case with a conclusion in words. A question that is not answered keeps it open until its last day is over.

    Raises PermissionDenied, CaseRefused (unknown, closed, conclusion, text, waiting).
    """
    must_be_allowed(by)
    case = _open(case_uuid)
    if conclusion not in CaseFile.Conclusion.values:
        raise CaseRefused("conclusion")
    today, due = timezone.localdate(at), house().working_days()
    for asked in ExplanationRequest.objects.filter(case_id=case.pk, answered_at=None):
        if due(timezone.localdate(asked.asked_at), asked.working_days)[0] >= today:
            raise CaseRefused("waiting")
    _enter(by, case, Kind.CONCLUSION, text, None, at)
    case.conclusion, case.closed_at = conclusion, at
    case.save(update_fields=["conclusion", "closed_at"])
    log.append(
        kind=CASE_CLOSED,
        actor_id=by.pk,
        happened_at=at,
        subject=str(case.uuid),
        payload={"number": case.number, "conclusion": conclusion},
    )
    return case


def is_addressee(person: AbstractUser, asked: ExplanationRequest, at: datetime) -> bool:
    """Say whether this person may answer. At most one query."""
    if asked.organisation_uuid is None:
        return bool(asked.person_id == person.pk)
    return asked.organisation_uuid in house().managed_by(person, timezone.localdate(at))


def _enter(  # noqa: PLR0917 — one line a field of the entry
    by: AbstractUser, case: CaseFile, kind: CaseEntry.Kind, text: str, about_record: int | None, at: datetime
) -> CaseEntry:
    salt = token_bytes(SALT_BYTES)
    entry = CaseEntry.objects.create(
        case_id=case.pk, kind=kind, text=_text(text), salt=salt, about_record=about_record, by_id=by.pk, at=at
    )
    payload: dict[str, str | int] = {"entry_kind": kind.value, "entry_ref": commitment(salt, entry.text)}
    if about_record is not None:
        payload["about_record"] = about_record
    log.append(kind=CASE_ENTERED, actor_id=by.pk, happened_at=at, subject=str(case.uuid), payload={**payload})
    return entry


def _open(case_uuid: UUID) -> CaseFile:
    case = CaseFile.objects.select_for_update().filter(uuid=case_uuid).first()
    if case is None:
        raise CaseRefused("unknown")
    if case.conclusion:
        raise CaseRefused("closed")
    return case


def _text(text: str, longest: int = LONGEST_TEXT) -> str:
    said = text.strip()
    if not said or len(said) > longest:
        raise CaseRefused("text")
    return said


def _subject(kind: str, typed: str) -> str:
    """Return the reference of what a case is about. A name must be borne by one thing alone."""
    if kind not in Subject.values or not typed:
        raise CaseRefused("subject")
    if kind == Subject.LEARNER:
        if not queries.is_id(typed):
            raise CaseRefused("subject")
        return str(int(typed))
    if kind in {Subject.LEAD, Subject.HOUR}:
        if not queries.is_record_number(typed) or log_queries.find_record(int(typed)) is None:
            raise CaseRefused("subject")
        return str(int(typed))
    if kind == Subject.LICENCE:
        if len(typed) > LONGEST_REFERENCE or mask_numbers(typed) != typed:  # it will stand in the log for ever
            raise CaseRefused("subject")
        return typed
    keys = {typed} if log_queries.labels_of_things([typed], not_of=("person", queries.WORDS)) else set(_named(typed))
    if len(keys) != 1:
        raise CaseRefused("subject")
    return keys.pop()


def organisation_named(typed: str) -> str:
    """Return the uuid of the one organisation that is named so, or whose uuid it is. Raises CaseRefused (addressee)."""
    keys = log_queries.keys_named(typed, kind="organisation", exact=True, limit=2) if typed else ()
    if log_queries.labels("organisation", [typed]):
        return typed
    if len(keys) != 1:
        raise CaseRefused("addressee")
    return keys[0]


def _named(name: str) -> tuple[str, ...]:
    return log_queries.keys_named(name, not_of=("person", queries.WORDS), exact=True, limit=2)


def _addressees(question: Question, at: datetime) -> tuple[int, ...]:
    if (question.person_id is None) == (question.organisation_uuid is None):
        raise CaseRefused("addressee")
    if question.person_id is not None:
        known = log_queries.labels("person", [str(question.person_id)])
        people: tuple[int, ...] = (question.person_id,) if known else ()
    else:
        assert question.organisation_uuid is not None  # noqa: S101 — one of the two, as checked above
        people = house().managers_of(question.organisation_uuid, timezone.localdate(at))
    if not people:
        raise CaseRefused("addressee")
    return people


def _next_number(at: datetime) -> str:
    """Return the next number of the year: AJ-2026-0001. Serialised by an advisory lock until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERING])
    year = timezone.localdate(at).year
    last = CaseFile.objects.filter(number__startswith=f"AJ-{year}-").count()
    return f"AJ-{year}-{last + 1:04d}"
