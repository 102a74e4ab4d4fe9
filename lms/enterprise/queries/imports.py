"""Imports, letters and questions as pages show them, to those who may see them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, QuerySet

from lms.enterprise.domain.invitation import Letter, hash_of
from lms.enterprise.domain.roster_outcome import Outcome
from lms.enterprise.domain.roster_people import Fault
from lms.enterprise.models import ImportRow, Invitation, RosterImport, TransferRequest
from lms.enterprise.queries.training import may_run

if TYPE_CHECKING:
    from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """One import. sheets: as the mapping step shows them; counts: outcome → rows; has_file: the list is still kept."""

    id: int
    uuid: UUID
    organisation_id: int
    organisation_name: str
    state: str
    state_label: str
    name: str
    sheets: tuple[dict[str, Any], ...]
    sheet: str
    columns: dict[str, int]
    counts: dict[str, int]
    rows_total: int
    rows_done: int
    uploaded_at: datetime
    uploaded_by: str
    ended_at: datetime | None
    trouble: str
    cancel_asked: bool
    has_file: bool
    was_confirmed: bool

    @property
    def is_moving(self) -> bool:
        """Does a worker have it, or wait for it?"""
        return self.state in {"checking", "running"}

    @property
    def joined_or_changed(self) -> int:
        return self.counts.get(Outcome.JOINED, 0) + self.counts.get(Outcome.CHANGED, 0)

    @property
    def refused(self) -> int:
        return self.counts.get(Outcome.REFUSED, 0)

    @property
    def to_do(self) -> int:
        """How many rows would change something."""
        return sum(self.counts.get(one, 0) for one in (Outcome.NEW, Outcome.JOINED, Outcome.CHANGED, Outcome.MOVING))


@dataclass(frozen=True, slots=True)
class RowFacts:
    """One row of a list. name: "" where it could not be read."""

    number: int
    name: str
    outcome: str
    outcome_label: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """One invitation. state: open, expired, used, declined or revoked."""

    uuid: UUID
    person_name: str
    username: str
    organisation_name: str
    state: str
    made_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    printed_at: datetime | None
    queued: bool


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """A company that asks a person to change to it."""

    uuid: UUID
    company: str
    asked_at: datetime
    expires_at: datetime


def imports_of(organisation_id: int) -> tuple[ImportFacts, ...]:
    """Return the imports of a company, the newest first, fifty at most. One query."""
    return tuple(_facts(row) for row in _imports().filter(organisation_id=organisation_id)[:50])


def import_for_manager(user: "User", uuid: UUID, *, on: date) -> ImportFacts | None:
    """Return an import for a manager of its company; None for everybody else. Two queries."""
    row = _imports().filter(uuid=uuid).first()
    return _facts(row) if row is not None and may_run(user, row.organisation_id, on=on) else None


def rows_of_import(import_id: int, *, outcomes: tuple[str, ...], limit: int) -> tuple[RowFacts, ...]:
    """Return rows with these outcomes, in the order of the list. One query."""
    rows = ImportRow.objects.filter(run_id=import_id, outcome__in=outcomes).order_by("number")[:limit]
    return tuple(
        RowFacts(
            row.number,
            row.name,
            row.outcome,
            str(row.get_outcome_display()),
            tuple(Fault(*fault) for fault in row.faults),
        )
        for row in rows
    )


def faults_of_import(import_id: int) -> dict[int, tuple[Fault, ...]]:
    """Return everything that is wrong with a list, by row number. One query."""
    rows = ImportRow.objects.filter(run_id=import_id, outcome=Outcome.REFUSED).values_list("number", "faults")
    return {number: tuple(Fault(*fault) for fault in faults) for number, faults in rows.iterator()}


def letters_of(organisation_id: int, *, at: datetime, limit: int | None = 2000) -> tuple[LetterFacts, ...]:
    """Return a company's invitations: what waits before what is answered, the newest first. Two queries at most.

    Two thousand at most (limit None: all, for a file): a page of more is read by nobody, and letters are sent and printed
    all at once.
    """
    rows = Invitation.objects.filter(organisation_id=organisation_id).select_related("person", "organisation")
    return tuple(_letter(row, at) for row in rows.order_by(F("used_at").desc(nulls_first=True), "-pk")[:limit])


def letter_counts(organisation_id: int, *, at: datetime) -> dict[str, int]:
    """Return how many invitations are open, used, and over without an answer. One query."""
    rows = Invitation.objects.filter(organisation_id=organisation_id)
    states = rows.values_list("used_at", "declined_at", "revoked_at", "expires_at", "wrong_answers")
    counts = {"open": 0, "used": 0, "over": 0}
    for used, declined, revoked, expires, wrong in states.iterator():
        letter = Letter(expires, used is not None, declined is not None, revoked is not None, wrong)
        refusal = letter.refusal(at)
        counts["open" if refusal is None else "used" if refusal == "letter_used" else "over"] += 1
    return counts


def letter_by_token(token: str, *, at: datetime) -> LetterFacts | None:
    """Return the invitation that a token opens or once opened; None for none. One query."""
    row = Invitation.objects.filter(token_hash=hash_of(token)).select_related("person", "organisation").first()
    return _letter(row, at) if row is not None else None


def moves_of(person: "User", *, at: datetime) -> tuple[MoveFacts, ...]:
    """Return the companies that wait for a person's answer. One query."""
    rows = TransferRequest.objects.filter(
        person=person, state=TransferRequest.State.ASKED, expires_at__gt=at
    ).select_related("organisation")
    return tuple(MoveFacts(row.uuid, row.organisation.name, row.asked_at, row.expires_at) for row in rows)


def has_consented(person_id: int, organisation_id: int) -> bool:
    """Say whether a person whom a company registered has said themselves that they take part. One query."""
    return Invitation.objects.filter(
        person_id=person_id, organisation_id=organisation_id, used_at__isnull=False
    ).exists()


def _imports() -> QuerySet[RosterImport]:
    return RosterImport.objects.select_related("organisation", "by")


def _facts(row: RosterImport) -> ImportFacts:
    return ImportFacts(
        id=row.pk,
        uuid=row.uuid,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        state=row.state,
        state_label=str(row.get_state_display()),
        name=row.name,
        sheets=tuple(row.sheets),
        sheet=row.sheet,
        columns=dict(row.columns),
        counts=dict(row.counts),
        rows_total=row.rows_total,
        rows_done=row.rows_done,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.by.name,
        ended_at=row.ended_at,
        trouble=row.trouble,
        cancel_asked=row.cancel_asked,
        has_file=bool(row.file),
        was_confirmed=row.confirmed_at is not None,
    )


_STATES = {
    "letter_used": "used",
    "letter_declined": "declined",
    "letter_revoked": "revoked",
    "letter_expired": "expired",
}


def _letter(row: Invitation, at: datetime) -> LetterFacts:
    letter = Letter(
        row.expires_at,
        row.used_at is not None,
        row.declined_at is not None,
        row.revoked_at is not None,
        row.wrong_answers,
    )
    return LetterFacts(
        uuid=row.uuid,
        person_name=row.person.name,
        username=row.person.username,
        organisation_name=row.organisation.name,
        state=_STATES.get(letter.refusal(at) or "", "open"),
        made_at=row.made_at,
        expires_at=row.expires_at,
        sent_at=row.sent_at,
        printed_at=row.printed_at,
        queued=row.queued,
    )
