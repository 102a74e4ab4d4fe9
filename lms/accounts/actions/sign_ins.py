"""What is filed when persons come and go. Addresses enter the log as keyed hashes: equal ones can be seen to be equal."""

from datetime import datetime
from typing import Literal

from django.db import transaction

from analytics.learning_log import actions as learning_log
from lms.accounts import field_encryption
from lms.accounts.domain.sign_in_name import mask_sign_in_name
from lms.accounts.models import User
from lms.accounts.roles import Role, roles_of


@transaction.atomic
def record_sign_in(*, user: User, address: str, at: datetime) -> None:
    """File that a person signed in. address: of the network, as the server saw it; kept as a hash."""
    _file("accounts.signed_in", user, at, {"address_index": address_index(address)})


@transaction.atomic
def record_sign_out(*, user: User, at: datetime) -> None:
    """File that a person signed out by themselves; a session that runs out leaves no record."""
    _file("accounts.signed_out", user, at, {})


@transaction.atomic
def record_lock(*, user: User, at: datetime) -> None:
    """File that a browser was locked: whoever sat there was no longer taken for this person."""
    _file("accounts.browser_locked", user, at, {})


@transaction.atomic
def record_unlock(*, user: User, at: datetime) -> None:
    """File that the person gave the password again."""
    _file("accounts.browser_unlocked", user, at, {})


@transaction.atomic
def record_password_change(*, user: User, at: datetime) -> None:
    """File that a person changed their own password."""
    _file("accounts.password_changed", user, at, {})


@transaction.atomic
def record_refused_sign_in(*, typed_name: str, person: User | None, address: str, at: datetime) -> None:
    """File a refused sign-in. typed_name may be anything, even a password: only its ends are kept. person: whose it was."""
    learning_log.append(
        kind="accounts.sign_in_refused",
        actor_id=None,
        happened_at=at,
        learner_id=_learner_id(person),
        subject=str(person.uuid) if person else "",
        payload={"name_masked": mask_sign_in_name(typed_name), "address_index": address_index(address)},
    )


@transaction.atomic
def record_refused_second_factor(*, person: User, address: str, at: datetime) -> None:
    """File a wrong code after the right password: somebody may know the password."""
    learning_log.append(
        kind="accounts.second_factor_refused",
        actor_id=None,
        happened_at=at,
        learner_id=person.pk,
        subject=str(person.uuid),
        payload={"address_index": address_index(address)},
    )


@transaction.atomic
def record_second_factor_change(
    *, person: User, change: Literal["added", "removed", "reset"], factor: str, at: datetime, by: User | None
) -> None:
    """File that a factor was added, removed or (recovery codes) made anew. factor: totp or recovery_codes."""
    learning_log.append(
        kind="accounts.second_factor_changed",
        actor_id=by.pk if by else None,
        happened_at=at,
        learner_id=person.pk,
        subject=str(person.uuid),
        payload={"change": change, "factor": factor},
    )


def address_index(address: str) -> str:
    """Return 16 hexadecimal digits that stand for a network address in records."""
    return field_encryption.blind_index("address", address).hex()[:16]


def _file(kind: str, user: User, at: datetime, payload: dict[str, str]) -> None:
    learning_log.append(
        kind=kind,
        actor_id=user.pk,
        happened_at=at,
        learner_id=_learner_id(user),
        subject=str(user.uuid),
        payload=payload,
    )


def _learner_id(person: User | None) -> int | None:
    """Coming and going concerns learning only of those who learn."""
    return person.pk if person and Role.LEARNER in roles_of(person) else None
