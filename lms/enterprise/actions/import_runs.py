"""A confirmed import, done a batch at a time. Each batch is whole or was not: a worker that dies is followed by another."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from analytics.learning_log.actions import Draft, append, append_many
from lms.accounts import actions as accounts
from lms.accounts import field_encryption
from lms.accounts.actions import NewLicence, NewPerson
from lms.enterprise.actions.imports import own_import
from lms.enterprise.actions.invitations import invite
from lms.enterprise.actions.transfers import ask_to_move
from lms.enterprise.domain.roster_file import ListRefused
from lms.enterprise.domain.roster_outcome import Outcome
from lms.enterprise.domain.roster_people import Staff
from lms.enterprise.models import ImportRow, RosterImport
from lms.enterprise.notice_kinds import JOINED
from lms.enterprise.queries.list_people import Judged, judged
from lms.notices import actions as notices
from lms.organisations import actions as organisations

if TYPE_CHECKING:
    from lms.accounts.models import User

State = RosterImport.State
BATCH = 500
CLAIM_LASTS = timedelta(seconds=60)  # a worker without a sign of life for so long is dead
FILE_LASTS = timedelta(days=30)  # for the corrected copy; after that the list itself is forgotten
_IMPORTS = 0x696D  # "im": keeps this lock apart from other advisory locks of the house
_TRIES = 3


@transaction.atomic
def confirm_import(*, import_uuid: UUID, at: datetime, by: "User") -> RosterImport:
    """Let a checked import begin. The caller rings the worker. Raises ListRefused (not_your_import, not_now)."""
    row = own_import(import_uuid, by, at)
    if row.state != State.CHECKED:
        raise ListRefused("not_now")
    row.state, row.confirmed_at, row.claimed_at = State.RUNNING, at, None
    row.save(update_fields=["state", "confirmed_at", "claimed_at"])
    _note("enterprise.import_confirmed", row, at, by.pk, {"rows": row.rows_total})
    return row


@transaction.atomic
def cancel_import(*, import_uuid: UUID, at: datetime, by: "User") -> RosterImport:
    """Give an import up. One that runs ends after its present batch; what was done stays. Raises ListRefused."""
    row = own_import(import_uuid, by, at)
    if row.state in {State.DONE, State.CANCELLED, State.REFUSED}:
        raise ListRefused("not_now")
    if row.state == State.RUNNING:
        row.cancel_asked = True
        row.save(update_fields=["cancel_asked"])
    else:
        _end(row, State.CANCELLED, at)
    return row


def claim_import(import_id: int, *, at: datetime) -> bool:
    """Say whether this worker may take an import up: nobody has it, or who had it gave no sign of life for a minute."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_LASTS)
    waiting = [State.CHECKING, State.RUNNING]
    return bool(RosterImport.objects.filter(free, pk=import_id, state__in=waiting).update(claimed_at=at))


def waiting_imports(*, at: datetime) -> tuple[int, ...]:
    """Return the imports that wait for a worker, the longest first: nobody rang, or the worker died."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_LASTS)
    rows = RosterImport.objects.filter(free, state__in=[State.CHECKING, State.RUNNING])
    return tuple(rows.order_by("pk").values_list("pk", flat=True)[:50])


def run_batch(*, import_id: int, at: datetime) -> RosterImport | None:
    """Do the next rows of a running import, all of them or none; None when it does not run (any more).

    Tried anew when somebody took a document or phone between question and insert.
    """
    for attempt in range(_TRIES):
        try:
            return _batch(import_id, at)
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def forget_lists(*, at: datetime) -> int:
    """Remove the files of imports that ended, or were left lying, a month ago. The report of an import that ran stays."""
    old = Q(ended_at__lt=at - FILE_LASTS) | Q(ended_at__isnull=True, uploaded_at__lt=at - FILE_LASTS)
    found = RosterImport.objects.select_for_update(skip_locked=True, of=["self"]).select_related("organisation")
    rows = found.filter(old).exclude(file="").exclude(state__in=[State.CHECKING, State.RUNNING])
    forgotten = 0
    for row in rows[:500]:
        row.file.delete(save=False)
        row.save(update_fields=["file"])
        if row.ended_at is None:  # never confirmed: its persons, who may know nothing of it, are forgotten with it
            _end(row, State.CANCELLED, at)
        forgotten += 1
    return forgotten


@transaction.atomic
def _batch(import_id: int, at: datetime) -> RosterImport | None:
    run = RosterImport.objects.select_for_update(of=["self"]).select_related("organisation", "by").get(pk=import_id)
    if run.state != State.RUNNING:
        return None
    if run.cancel_asked:
        _end(run, State.CANCELLED, at)
        return run
    rows = list(
        ImportRow.objects.filter(run=run, done=False).exclude(outcome=Outcome.REFUSED).order_by("number")[:BATCH]
    )
    if not rows:
        _end(run, State.DONE, at)
        return run
    with connection.cursor() as cursor:
        # Batches of all companies one after another: two of them could each hold a person whom the other wants.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_IMPORTS])
    people = [_staff(row, run) for row in rows]
    today = timezone.localdate(at)
    answers = judged(people, organisation_id=run.organisation_id, columns=run.columns, on=today)
    _write(run, rows, answers, _done(run, rows, answers, today, at))
    done = ImportRow.objects.filter(run=run).filter(Q(done=True) | Q(outcome=Outcome.REFUSED)).count()
    RosterImport.objects.filter(pk=run.pk).update(rows_done=done, claimed_at=timezone.now())
    run.rows_done = done
    return run


def _done(
    run: RosterImport, rows: Sequence[ImportRow], answers: Sequence[Judged], today: date, at: datetime
) -> Mapping[int, int]:
    """Do what the answers say; return the person of each row number."""
    persons = {row.number: one.user_id for row, one in zip(rows, answers, strict=True) if one.user_id is not None}
    uuids = {one.user_id: one.user_uuid for one in answers if one.user_id is not None}
    new = [(row, one) for row, one in zip(rows, answers, strict=True) if one.outcome is Outcome.NEW]
    made = accounts.register_learners(
        [
            NewPerson(one.staff.name, one.staff.kind, one.staff.document, one.staff.phone, one.staff.email)
            for _, one in new
        ],
        at=at,
    )
    for (row, _one), (user_id, uuid) in zip(new, made, strict=True):
        persons[row.number], uuids[user_id] = user_id, str(uuid)
    staying = [
        (persons[row.number], one)
        for row, one in zip(rows, answers, strict=True)
        if one.outcome in {Outcome.NEW, Outcome.JOINED, Outcome.CHANGED}
    ]
    organisations.add_staff(
        people=[(who, one.staff.joined_on or today) for who, one in staying if one.outcome is not Outcome.CHANGED],
        organisation_id=run.organisation_id,
    )
    accounts.record_licences(
        [
            NewLicence(who, one.staff.post_code, one.staff.number, one.staff.issued_on, one.staff.region_code)
            for who, one in staying
            if one.lacks_licence
        ]
    )
    invite(organisation_id=run.organisation_id, people=[user_id for user_id, _uuid in made], at=at)
    for row, one in zip(rows, answers, strict=True):
        if one.outcome is Outcome.MOVING:
            ask_to_move(
                person_id=persons[row.number],
                organisation_id=run.organisation_id,
                company=run.organisation.name,
                at=at,
                by=run.by,
            )
        elif one.outcome is Outcome.JOINED:
            _tell(run, persons[row.number], at)
    append_many([_draft(run, who, uuids[who], one, at) for who, one in staying])
    return persons


def _tell(run: RosterImport, person_id: int, at: datetime) -> None:
    """Say to a person that a company has them on its list now: it sees their hours from this day on."""
    params = {"company": run.organisation.name}
    notices.send(person_id=person_id, kind=JOINED, params=params, key=f"joined-{run.uuid}", at=at)


def _draft(run: RosterImport, who: int, person_uuid: str, one: Judged, at: datetime) -> Draft:
    staff = one.staff
    payload = {
        "import_uuid": str(run.uuid),
        "organisation_uuid": str(run.organisation.uuid),
        "person_uuid": person_uuid,
        "outcome": one.outcome.value,
        "valid_from": (staff.joined_on or timezone.localdate(at)).isoformat(),
    }
    if one.outcome is Outcome.NEW:
        payload["document_kind"] = staff.kind
    if one.lacks_licence:
        payload |= {"post_code": staff.post_code, "region_code": staff.region_code}
        if staff.issued_on is not None:
            payload["issued_on"] = staff.issued_on.isoformat()
    return Draft(
        kind="enterprise.person_imported",
        actor_id=run.by_id,
        happened_at=at,
        learner_id=who,
        subject=person_uuid,
        payload=payload,
    )


_UPDATE = """
UPDATE enterprise_importrow AS row
SET outcome = new.outcome, faults = new.faults, person_id = new.person_id, done = true,
    document_sealed = '', document_index = '', phone = '', email = ''
FROM unnest(%s::bigint[], %s::text[], %s::jsonb[], %s::bigint[]) AS new (id, outcome, faults, person_id)
WHERE row.id = new.id
"""


def _write(run: RosterImport, rows: Sequence[ImportRow], answers: Sequence[Judged], persons: Mapping[int, int]) -> None:
    """Note what became of each row, and forget what is no longer needed of it."""
    del run
    faults = [[[fault.column, fault.code, fault.about] for fault in one.faults] for one in answers]
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE,
            [
                [row.pk for row in rows],
                [one.outcome.value for one in answers],
                [json.dumps(told) for told in faults],
                [persons.get(row.number) for row in rows],
            ],
        )


def _staff(row: ImportRow, run: RosterImport) -> Staff:
    return Staff(
        name=row.name,
        kind=row.kind,
        document=field_encryption.unseal(row.document_sealed, context=f"list:{run.uuid}"),
        phone=row.phone,
        email=row.email,
        post_code=row.post_code,
        number=row.licence_number,
        issued_on=row.issued_on,
        region_code=row.region_code,
        joined_on=row.joined_on,
    )


def _end(row: RosterImport, state: RosterImport.State, at: datetime) -> None:
    if state is State.DONE:
        row.rows_done = row.rows_total
    counted = Counter(
        ImportRow.objects.filter(Q(done=True) | Q(outcome=Outcome.REFUSED), run=row).values_list("outcome", flat=True)
    )
    row.counts = dict(counted) if row.confirmed_at else row.counts
    row.state, row.ended_at = state, at
    row.save(update_fields=["state", "ended_at", "rows_done", "counts"])
    if row.confirmed_at is not None:
        ImportRow.objects.filter(run=row).update(document_sealed=b"", document_index=b"", phone="", email="")
        kind = "enterprise.import_finished" if state is State.DONE else "enterprise.import_cancelled"
        told = {outcome.value: int(counted.get(outcome, 0)) for outcome in Outcome}
        _note(kind, row, at, row.by_id, told)
    else:
        ImportRow.objects.filter(run=row).delete()


def _note(kind: str, row: RosterImport, at: datetime, actor_id: int | None, payload: Mapping[str, int]) -> None:
    append(
        kind=kind,
        actor_id=actor_id,
        happened_at=at,
        subject=str(row.uuid),
        payload={"import_uuid": str(row.uuid), "organisation_uuid": str(row.organisation.uuid), **payload},
    )
