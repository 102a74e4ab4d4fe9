"""A confirmed import, done a batch at a time. Each batch is whole or was not: a worker that dies is followed by another.

Batches of one import may be done side by side, each by whoever has its row (`run_import`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from psycopg import errors

from analytics.learning_log.actions import Concerned, append, append_alike
from lms.accounts import actions as accounts
from lms.accounts.actions import NewLicence, NewPerson
from lms.enterprise.actions.batches import Planned, collector_resting, next_batch
from lms.enterprise.actions.imports import own_import, written
from lms.enterprise.actions.invitations import invite
from lms.enterprise.actions.transfers import ask_to_move
from lms.enterprise.domain.roster_file import ListRefused
from lms.enterprise.domain.roster_outcome import Outcome
from lms.enterprise.models import ImportBatch, ImportRow, RosterImport
from lms.enterprise.notice_kinds import JOINED
from lms.enterprise.queries.list_people import Judged, judged, newcomer
from lms.notices import actions as notices
from lms.organisations import actions as organisations

if TYPE_CHECKING:
    from lms.accounts.models import User

State = RosterImport.State
CLAIM_LASTS = timedelta(seconds=60)  # a worker without a sign of life for so long is dead
FILE_LASTS = timedelta(days=30)  # for the corrected copy; after that the list itself is forgotten
_IMPORTS = 0x696D  # "im": keeps this lock apart from other advisory locks of the house
_TRIES = 3
# Somebody has it; or two imports at once each have what the other wants, and the database lets one of them go on.
_TAKEN = (errors.IntegrityError, errors.DeadlockDetected)


@transaction.atomic
def confirm_import(*, import_uuid: UUID, at: datetime, by: "User") -> RosterImport:
    """Let a checked import begin. The caller rings the worker. Raises ListRefused (not_your_import, not_now)."""
    row = own_import(import_uuid, by, at)
    if row.state != State.CHECKED:
        raise ListRefused("not_now")
    row.state, row.confirmed_at, row.claimed_at = State.RUNNING, at, None
    row.rows_done = row.counts.get(Outcome.REFUSED, 0) + row.counts.get(Outcome.SAME, 0)
    row.save(update_fields=["state", "confirmed_at", "claimed_at", "rows_done"])
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
    """Do the next rows of a running import, all of them or none; None when it does not run (any more), or others do the rest.

    What the check found to be nobody's is taken to be so: when somebody took a document, phone or certificate meanwhile, or
    takes it now, the database refuses the batch, and it is tried again with everybody judged anew.
    """
    for attempt in range(_TRIES):
        try:
            with collector_resting():
                return _batch(import_id, at, anew=attempt > 0)
        except DatabaseError as error:
            if attempt == _TRIES - 1 or not isinstance(error.__cause__, _TAKEN):
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
def _batch(import_id: int, at: datetime, *, anew: bool) -> RosterImport | None:
    run = RosterImport.objects.select_related("organisation", "by").get(pk=import_id)
    if run.state != State.RUNNING:
        return None
    if run.cancel_asked:
        return _end_run(import_id, State.CANCELLED, at)
    found = next_batch(run)
    if found is None:
        return _end_run(import_id, State.DONE, at)
    batch, rows = found
    today = timezone.localdate(at)
    answers = _answers(run, rows, today, anew=anew)
    _do(run, answers, today, at)
    _note_otherwise(run, rows, answers)
    batch.delete()
    with connection.cursor() as cursor:
        # All keys are looked up now and not at the commit: who does another batch would wait so long for the import's row.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    done = RosterImport.objects.filter(pk=run.pk)
    done.update(rows_done=F("rows_done") + len(rows), claimed_at=timezone.now())
    run.refresh_from_db(fields=["rows_done", "claimed_at"])
    return run


def _end_run(import_id: int, state: RosterImport.State, at: datetime) -> RosterImport | None:
    """End a run of which nothing is left, or that was cancelled; None when another has its last rows, or has ended it."""
    left = ImportBatch.objects.filter(run_id=import_id)
    if state is State.DONE and left.exists():
        return None
    list(left.select_for_update())  # until those who are at work on it are done; before the import's row, as they do
    row = RosterImport.objects.select_for_update(of=["self"]).select_related("organisation", "by").get(pk=import_id)
    if row.state != State.RUNNING:
        return None
    _end(row, state, at)
    return row


def _answers(run: RosterImport, rows: Sequence[Planned], today: date, *, anew: bool) -> Sequence[Judged]:
    """Return what becomes of each row now. anew: also of those that the check found to be nobody's."""
    known = [row for row in rows if anew or row.outcome is not Outcome.NEW]
    if known:
        with connection.cursor() as cursor:
            # One company after another: two at once would both find that somebody works nowhere, and both take them on.
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_IMPORTS])
    answers = iter(
        judged(
            [row.staff for row in known],
            organisation_id=run.organisation_id,
            columns=run.columns,
            on=today,
            indexes=[row.document_index for row in known],
        )
    )
    if anew:
        return list(answers)
    return [
        next(answers) if row.outcome is not Outcome.NEW else newcomer(row.staff, row.document_index) for row in rows
    ]


def _do(run: RosterImport, answers: Sequence[Judged], today: date, at: datetime) -> None:
    """Do what the answers say."""
    # In one order in every import: two at once with the same people wait for each other, and not in a circle.
    new = sorted((one for one in answers if one.outcome is Outcome.NEW), key=attrgetter("index"))
    made = accounts.register_learners(
        [
            NewPerson(one.staff.name, one.staff.kind, one.staff.document, one.staff.phone, one.staff.email, one.index)
            for one in new
        ],
        at=at,
    )
    staying = [
        *((user_id, str(uuid), one) for (user_id, uuid), one in zip(made, new, strict=True)),
        *(
            (one.user_id, one.user_uuid, one)
            for one in answers
            if one.user_id is not None and one.outcome in {Outcome.JOINED, Outcome.CHANGED}
        ),
    ]
    since = {outcome: list[tuple[int, date]]() for outcome in Outcome}
    for who, _, one in staying:
        since[one.outcome].append((who, one.staff.joined_on or today))
    organisations.add_new_staff(people=since[Outcome.NEW], organisation_id=run.organisation_id)
    if since[Outcome.JOINED]:
        organisations.add_staff(people=since[Outcome.JOINED], organisation_id=run.organisation_id)
    accounts.record_licences(
        [
            NewLicence(who, one.staff.post_code, one.staff.number, one.staff.issued_on, one.staff.region_code)
            for who, _, one in staying
            if one.lacks_licence
        ]
    )
    invite(organisation_id=run.organisation_id, people=[user_id for user_id, _uuid in made], at=at)
    for one in answers:
        if one.user_id is None:
            continue
        if one.outcome is Outcome.MOVING:
            ask_to_move(
                person_id=one.user_id,
                organisation_id=run.organisation_id,
                company=run.organisation.name,
                at=at,
                by=run.by,
            )
        elif one.outcome is Outcome.JOINED:
            _tell(run, one.user_id, at)
    shared = {"import_uuid": str(run.uuid), "organisation_uuid": str(run.organisation.uuid)}
    append_alike(
        kind="enterprise.person_imported",
        actor_id=run.by_id,
        happened_at=at,
        records=(_concerned(shared, who, uuid, one, today) for who, uuid, one in staying),
    )


def _tell(run: RosterImport, person_id: int, at: datetime) -> None:
    """Say to a person that a company has them on its list now: it sees their hours from this day on."""
    params = {"company": run.organisation.name}
    notices.send(person_id=person_id, kind=JOINED, params=params, key=f"joined-{run.uuid}", at=at)


def _concerned(shared: Mapping[str, str], who: int, person_uuid: str, one: Judged, today: date) -> Concerned:
    staff = one.staff
    payload = {
        **shared,
        "person_uuid": person_uuid,
        "outcome": one.outcome.value,
        "valid_from": (staff.joined_on or today).isoformat(),
    }
    if one.outcome is Outcome.NEW:
        payload["document_kind"] = staff.kind
    if one.lacks_licence:
        payload["post_code"], payload["region_code"] = staff.post_code, staff.region_code
        if staff.issued_on is not None:
            payload["issued_on"] = staff.issued_on.isoformat()
    return Concerned(who, person_uuid, payload)


_OTHERWISE = """
UPDATE enterprise_importrow AS row SET outcome = new.outcome, faults = new.faults
FROM unnest(%s::bigint[], %s::text[], %s::jsonb[]) AS new (number, outcome, faults)
WHERE row.run_id = %s AND row.number = new.number
"""


def _note_otherwise(run: RosterImport, rows: Sequence[Planned], answers: Sequence[Judged]) -> None:
    """Note what became of each row of which the check said otherwise."""
    other = [(row, one) for row, one in zip(rows, answers, strict=True) if row.outcome is not one.outcome]
    if not other:
        return
    numbers, outcomes = [row.number for row, _ in other], [one.outcome.value for _, one in other]
    with connection.cursor() as cursor:
        cursor.execute(_OTHERWISE, [numbers, outcomes, [written(one.faults) for _, one in other], run.pk])


def _end(row: RosterImport, state: RosterImport.State, at: datetime) -> None:
    if state is State.DONE:
        row.rows_done = row.rows_total
    over = ImportRow.objects.filter(run=row)
    for first, last in ImportBatch.objects.filter(run=row).values_list("first", "last"):
        undone = Q(number__range=(first, last)) & ~Q(outcome__in=[Outcome.REFUSED, Outcome.SAME])
        over = over.exclude(undone)
    counted = dict(over.order_by().values_list("outcome").annotate(rows=Count("pk")))
    row.counts = counted if row.confirmed_at else row.counts
    row.state, row.ended_at = state, at
    ImportBatch.objects.filter(run=row).delete()
    row.save(update_fields=["state", "ended_at", "rows_done", "counts"])
    if row.confirmed_at is not None:
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
