"""Registering persons, recording who they are, granting and withdrawing roles."""

from datetime import datetime

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.debug import sensitive_variables

from analytics.learning_log import actions as learning_log
from lms.accounts import field_encryption
from lms.accounts.actions.record_keeping import fictional_allowed, log_about
from lms.accounts.domain.id_document import check_document, visible_tail
from lms.accounts.domain.phone import normalise_phone
from lms.accounts.domain.refusals import AlreadyRecorded, NotAllowed, Taken
from lms.accounts.domain.sign_in_name import normalise_sign_in_name
from lms.accounts.models import Identity, User
from lms.accounts.roles import Role, forget_roles, roles_of

# No 0 o 1 l i: the password is read aloud or copied by hand.
_EASY_TO_READ = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
@sensitive_variables("password", "phone")
def register_person(
    *, username: str, name: str, phone: str | None, password: str | None, at: datetime, by: User | None
) -> User:
    """Make an account, without any role yet, and name the person beside the log.

    username and phone in whatever form they were typed; phone None or "" for a person without one. password None: the
    person cannot sign in until one is set. Its strength is the form's matter.

    Raises BadSignInName, BadPhone, Taken (name_taken, phone_taken).
    """
    username = normalise_sign_in_name(username)
    number = normalise_phone(phone, fictional_allowed=fictional_allowed(by)) if phone else None
    if User.objects.filter(username=username).exists():
        raise Taken("name_taken")
    if number and User.objects.filter(phone=number).exists():
        raise Taken("phone_taken")
    user = User(username=username, name=name.strip(), phone=number, date_joined=at)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:  # somebody took one of the two between the question and the insert
        raise Taken("phone_taken" if number and User.objects.filter(phone=number).exists() else "name_taken") from None
    learning_log.put_labels(kind="person", texts={str(user.pk): user.name})
    log_about("accounts.person_registered", user, by, at, {"person_uuid": str(user.uuid)})
    return user


@transaction.atomic
@sensitive_variables("number", "canonical")
def record_identity(*, user: User, kind: str, legal_name: str, number: str, at: datetime, by: User | None) -> Identity:
    """Record the document by which a person is known, seal its number, and call the person by the legal name.

    Cases: no document yet → recorded, by the person or by staff; one recorded → corrected, by an administrator or the
    system alone. Serialised per person by a row lock.

    Raises NotAllowed, AlreadyRecorded, BadDocument, Taken (document_taken).
    """
    User.objects.select_for_update().get(pk=user.pk)
    staff = by is None or Role.ADMINISTRATOR in roles_of(by)
    if not staff and by != user:
        raise NotAllowed
    earlier = Identity.objects.filter(user=user).first()
    if earlier is not None and not staff:
        raise AlreadyRecorded("document_recorded")
    canonical = check_document(kind, number, today=timezone.localdate(at), fictional_allowed=fictional_allowed(by))
    values = {
        "kind": kind,
        "legal_name": legal_name.strip(),
        "number_encrypted": field_encryption.seal(canonical, context=_context(user)),
        "number_index": field_encryption.blind_index(kind, canonical),
        "number_tail": visible_tail(canonical),
        "recorded_at": at,
    }
    try:
        with transaction.atomic():
            identity, _ = Identity.objects.update_or_create(user=user, defaults=values)
    except IntegrityError:
        raise Taken("document_taken") from None
    _rename(user, identity.legal_name)
    deed = "accounts.identity_corrected" if earlier else "accounts.identity_recorded"
    log_about(deed, user, by, at, {"person_uuid": str(user.uuid), "document_kind": kind})
    return identity


def _context(user: User) -> str:
    return f"identity:{user.pk}"


def _rename(user: User, name: str) -> None:
    user.name = name
    user.save(update_fields=["name"])
    learning_log.put_labels(kind="person", texts={str(user.pk): name})


@transaction.atomic
def grant_role(*, user: User, role: Role, at: datetime, by: User | None) -> None:
    """Give a person a role; having it already is no error and no record. Raises NotAllowed unless by an administrator."""
    _demand_administrator(by)
    group, _ = Group.objects.get_or_create(name=role.value)
    if user.groups.filter(pk=group.pk).exists():
        return
    user.groups.add(group)
    _mark_staff(user)
    log_about("accounts.role_granted", user, by, at, {"person_uuid": str(user.uuid), "role": role.value})


@transaction.atomic
def withdraw_role(*, user: User, role: Role, at: datetime, by: User | None) -> None:
    """Take a role from a person; not having it is no error and no record. Raises NotAllowed unless by an administrator."""
    _demand_administrator(by)
    if role not in roles_of(user):
        return
    user.groups.remove(*Group.objects.filter(name=role.value))
    _mark_staff(user)
    log_about("accounts.role_withdrawn", user, by, at, {"person_uuid": str(user.uuid), "role": role.value})


@transaction.atomic
def issue_temporary_password(*, user: User, at: datetime, by: User | None) -> str:
    """Give a learner a new random password and return it, to be handed over once; the old one and all sessions end.

    Whether `by` may act for this person is decided by the caller: lms.organisations knows whose people they are, this
    room does not. Persons with any other role than learner are left to administrators and the system.

    Raises NotAllowed.
    """
    beyond_learning = roles_of(user) - {Role.LEARNER} or user.is_superuser
    if beyond_learning and by is not None and Role.ADMINISTRATOR not in roles_of(by):
        raise NotAllowed
    password = "-".join(get_random_string(4, _EASY_TO_READ) for _ in range(3))
    user.set_password(password)
    user.save(update_fields=["password"])
    log_about("accounts.password_reset", user, by, at, {"person_uuid": str(user.uuid)})
    return password


def _mark_staff(user: User) -> None:
    """Open Django's admin to administrators and auditors (who may look at everything there), and to nobody else."""
    forget_roles(user)
    user.is_staff = user.is_superuser or bool({Role.ADMINISTRATOR, Role.AUDITOR} & roles_of(user))
    user.save(update_fields=["is_staff"])


def _demand_administrator(by: User | None) -> None:
    if by is not None and Role.ADMINISTRATOR not in roles_of(by):
        raise NotAllowed
