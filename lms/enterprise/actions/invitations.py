"""Inviting whom a company has enrolled, and the first sign-in by which a person takes their account and says yes themselves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from analytics.learning_log.actions import append, copy_rows, random_uuids
from lms.accounts import actions as accounts
from lms.accounts import field_encryption
from lms.accounts.domain.refusals import AlreadyRecorded
from lms.accounts.queries import document_ends_with
from lms.enterprise.domain.invitation import LASTS, PROOF_CHARACTERS, Letter, hash_of, token_of
from lms.enterprise.domain.roster_file import ListRefused
from lms.enterprise.models import Invitation
from lms.enterprise.notice_kinds import INVITED
from lms.enterprise.queries.training import may_run
from lms.notices import actions as notices

if TYPE_CHECKING:
    from lms.accounts.models import User


LETTERS_AT_ONCE = 200
_INVITATIONS = {
    "uuid": "uuid", "organisation_id": "int8", "person_id": "int8", "serial": "int2", "token_hash": "bytea",
    "made_at": "timestamptz", "expires_at": "timestamptz", "queued": "bool", "wrong_answers": "int2",
}  # fmt: skip


def invite(*, organisation_id: int, people: Sequence[int], at: datetime) -> None:
    """Make an invitation for each of these new persons, by one COPY. In the transaction of the deed that made them."""
    until = at + LASTS
    rows = (
        (uuid, organisation_id, person_id, 1, hash_of(token_for(uuid, 1)), at, until, False, 0)
        for uuid, person_id in zip(random_uuids(len(people)), people, strict=True)
    )
    copy_rows("enterprise_invitation", _INVITATIONS, rows)


def token_for(uuid: UUID, serial: int) -> str:
    """Return the token of an invitation. It is made of the installation's key each time, and kept nowhere."""
    return token_of(field_encryption.blind_index("invitation", f"{uuid}:{serial}"))


@transaction.atomic
def queue_letters(*, organisation_id: int, people: Iterable[UUID] | None, at: datetime, by: "User") -> int:
    """Have the open invitations of a company (these, or all) sent by SMS and e-mail; return how many.

    people: uuids of invitations; who said no is asked again only when named so. A letter that expired, was revoked or
    declined gets a new token and a new month; every earlier copy is void then. The worker sends. Raises ListRefused
    (not_your_company).
    """
    rows = _open_letters(organisation_id, people, at, by)
    for row in rows:
        _renew(row, at)
    return Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(queued=True)


@transaction.atomic
def print_letters(
    *, organisation_id: int, people: Iterable[UUID] | None, at: datetime, by: "User"
) -> list[tuple[Invitation, str]]:
    """Return the open invitations of a company with their tokens, for slips of paper, and note that they were printed.

    Raises ListRefused (not_your_company).
    """
    rows = _open_letters(organisation_id, people, at, by)
    for row in rows:
        _renew(row, at)
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(printed_at=at)
    return [(row, token_for(row.uuid, row.serial)) for row in rows]


@transaction.atomic
def revoke_letter(*, invitation_uuid: UUID, at: datetime, by: "User") -> Invitation:
    """Make a letter void. Raises ListRefused (no_such_letter, not_now)."""
    row = Invitation.objects.select_for_update(of=["self"]).filter(uuid=invitation_uuid).first()
    if row is None or not may_run(by, row.organisation_id, on=timezone.localdate(at)):
        raise ListRefused("no_such_letter")
    if row.used_at is not None:
        raise ListRefused("not_now")
    row.revoked_at, row.queued = at, False
    row.save(update_fields=["revoked_at", "queued"])
    _note("enterprise.invitation_revoked", row, at, by.pk)
    return row


@sensitive_variables("token", "proof", "password")
def accept_letter(*, token: str, proof: str, password: str, at: datetime) -> Invitation:
    """Let a person take their account: the end of their document proves who they are, and from now on the password is theirs.

    That they take part is their own word (R-168), and is filed as such. Each wrong proof is counted, and the fifth makes the
    letter void. The password's strength is the form's matter. Raises ListRefused (letter_unknown, letter_used,
    letter_declined, letter_revoked, letter_expired, wrong_proof).
    """
    with transaction.atomic():
        row = _opened(token, at)
        right = document_ends_with(row.person_id, proof, least=PROOF_CHARACTERS)
        if not right:
            Invitation.objects.filter(pk=row.pk).update(wrong_answers=F("wrong_answers") + 1)
        else:
            _open_account(row, password, at)
            row.person.refresh_from_db(fields=["password"])  # the session of the first sign-in hangs on it
            row.used_at, row.queued = at, False
            row.save(update_fields=["used_at", "queued"])
            _note("enterprise.person_consented", row, at, row.person_id)
    if not right:
        raise ListRefused("wrong_proof")
    return row


@sensitive_variables("token", "proof")
def decline_letter(*, token: str, proof: str, at: datetime) -> Invitation:
    """Note that a person does not want to take part: the account stays closed, and the company sees the answer.

    Raises as `accept_letter`.
    """
    with transaction.atomic():
        row = _opened(token, at)
        right = document_ends_with(row.person_id, proof, least=PROOF_CHARACTERS)
        if not right:
            Invitation.objects.filter(pk=row.pk).update(wrong_answers=F("wrong_answers") + 1)
        else:
            row.declined_at, row.queued = at, False
            row.save(update_fields=["declined_at", "queued"])
            _note("enterprise.person_declined", row, at, row.person_id)
    if not right:
        raise ListRefused("wrong_proof")
    return row


def letter_of(row: Invitation) -> Letter:
    """Return an invitation as a value that says whether it opens."""
    return Letter(
        row.expires_at,
        row.used_at is not None,
        row.declined_at is not None,
        row.revoked_at is not None,
        row.wrong_answers,
    )


def _open_account(row: Invitation, password: str, at: datetime) -> None:
    try:
        accounts.set_first_password(user_id=row.person_id, password=password, at=at)
    except AlreadyRecorded:
        raise ListRefused("letter_used") from None


def _opened(token: str, at: datetime) -> Invitation:
    row = (
        Invitation.objects.select_for_update(of=["self"])
        .select_related("organisation", "person")
        .filter(token_hash=hash_of(token))
        .first()
    )
    if row is None:
        raise ListRefused("letter_unknown")
    if (code := letter_of(row).refusal(at)) is not None:
        raise ListRefused(code)
    return row


def _open_letters(organisation_id: int, people: Iterable[UUID] | None, at: datetime, by: "User") -> list[Invitation]:
    if not may_run(by, organisation_id, on=timezone.localdate(at)):
        raise ListRefused("not_your_company")
    rows = (
        Invitation.objects.select_for_update(of=["self"])
        .select_related("person")
        .filter(organisation_id=organisation_id, used_at__isnull=True)
    )
    if people is None:
        rows = rows.filter(revoked_at__isnull=True, declined_at__isnull=True)
    else:
        rows = rows.filter(uuid__in=list(people))
    return list(rows.order_by("pk"))


def _renew(row: Invitation, at: datetime) -> None:
    """Give a letter that opens nothing any more a new token and a new month."""
    if letter_of(row).refusal(at) is None:
        return
    row.serial += 1
    row.token_hash, row.expires_at = hash_of(token_for(row.uuid, row.serial)), at + LASTS
    row.wrong_answers, row.revoked_at, row.declined_at = 0, None, None
    row.save(update_fields=["serial", "token_hash", "expires_at", "wrong_answers", "revoked_at", "declined_at"])


def _note(kind: str, row: Invitation, at: datetime, actor_id: int | None) -> None:
    append(
        kind=kind,
        actor_id=actor_id,
        learner_id=row.person_id,
        happened_at=at,
        subject=str(row.uuid),
        payload={"organisation_uuid": str(row.organisation.uuid)},
    )


@transaction.atomic
def send_queued_letters(*, at: datetime) -> int:
    """Hand letters that wait over to lms.notices, which sends each once and tries again when a gateway fails; return how many."""
    rows = list(
        Invitation.objects.select_for_update(of=["self"], skip_locked=True)
        .select_related("organisation")
        .filter(queued=True)
        .order_by("pk")[:LETTERS_AT_ONCE]
    )
    for row in rows:
        if letter_of(row).refusal(at) is None:
            _send(row, at)
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(queued=False, sent_at=at)
    return len(rows)


def link_of(token: str) -> str:
    """Return the address that a letter leads to."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('enterprise:join', args=[token])}"


def _send(row: Invitation, at: datetime) -> None:
    params = {
        "company": row.organisation.name,
        "until": timezone.localdate(row.expires_at).isoformat(),
        "link": link_of(token_for(row.uuid, row.serial)),
    }
    # A letter that is sent again on another day is another one; twice on one day is a double click.
    key = f"letter-{row.uuid}-{row.serial}-{timezone.localdate(at).isoformat()}"
    notices.send(person_id=row.person_id, kind=INVITED, params=params, key=key, at=at)
