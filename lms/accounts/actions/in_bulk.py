"""Many persons by one COPY a table. For imports, where a record for each step would be fifty thousand records.

Nothing here writes to the log: the caller files one record for each person, in the same transaction, that says all of it.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.views.decorators.debug import sensitive_variables

from analytics.learning_log import actions as learning_log
from lms.accounts import field_encryption
from lms.accounts.domain.id_document import visible_tail
from lms.accounts.domain.licence import rule_set_of_region
from lms.accounts.roles import Role

# No 0 o 1 l i: the name is copied by hand from a slip of paper.
_EASY_TO_READ = "abcdefghjkmnpqrstuvwxyz23456789"
_NAME_LENGTH = 9
_PASSWORD_BYTES = 30


@dataclass(frozen=True, slots=True)
class NewPerson:
    """One person to be registered. document: in its one written form, as `check_document` gives it; phone, email: "" = none.

    index: of the document, as `queries.document_index` gives it, where the caller has it already.
    """

    name: str
    kind: str
    document: str = field(repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    index: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class NewLicence:
    """One certificate to be recorded, as `check_licence` lets it pass. issued_on None: a candidate."""

    holder_id: int
    post_code: str
    number: str
    issued_on: date | None
    region_code: str


# The sequence looked up once, not for every number.
_IDS = """
SELECT nextval(numbers) FROM (SELECT pg_get_serial_sequence('accounts_user', 'id')::regclass AS numbers OFFSET 0) AS one,
    generate_series(1, %s)
"""
_USERS = {
    "id": "int8", "uuid": "uuid", "password": "varchar", "username": "varchar", "name": "varchar", "phone": "varchar",
    "email": "varchar", "first_name": "varchar", "last_name": "varchar", "is_superuser": "bool", "is_staff": "bool",
    "is_active": "bool", "date_joined": "timestamptz",
}  # fmt: skip
_IDENTITIES = {
    "user_id": "int8", "kind": "varchar", "legal_name": "varchar", "number_encrypted": "bytea", "number_index": "bytea",
    "number_tail": "varchar", "recorded_at": "timestamptz",
}  # fmt: skip
_ROLES = {"user_id": "int8", "group_id": "int4"}
_LICENCES = {
    "uuid": "uuid", "holder_id": "int8", "post_code": "varchar", "number": "varchar", "issued_on": "date",
    "region_code": "varchar", "rule_set_code": "varchar", "works_in_post": "bool",
}  # fmt: skip


@transaction.atomic
@sensitive_variables("people")
def register_learners(people: Sequence[NewPerson], *, at: datetime) -> list[tuple[int, UUID]]:
    """Make accounts with the role of a learner and a recorded document; return their ids and uuids, in the order given.

    None of them can sign in until a password of their own is set: what stands in its place opens nothing, and is no hash.
    Their user names are made up. Raises IntegrityError when a document or phone is taken meanwhile: ask again, try again.
    """
    if not people:
        return []
    uuids = learning_log.random_uuids(len(people))
    group, _made = Group.objects.get_or_create(name=Role.LEARNER.value)
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [len(people)])
        ids = [row[0] for row in cursor.fetchall()]
    new = list(zip(ids, uuids, people, strict=True))
    copy = learning_log.copy_rows
    chance = learning_log.random_pieces(len(new), _NAME_LENGTH + _PASSWORD_BYTES)
    sealed = field_encryption.seal_all((one.document, f"identity:{user_id}") for user_id, _uuid, one in new)
    copy("accounts_user", _USERS, (_user(*one, piece, at) for one, piece in zip(new, chance, strict=True)))
    copy(
        "accounts_identity",
        _IDENTITIES,
        (_identity(user_id, one, document, at) for (user_id, _, one), document in zip(new, sealed, strict=True)),
    )
    copy("accounts_user_groups", _ROLES, ((user_id, group.pk) for user_id in ids))
    learning_log.name_newcomers(kind="person", texts={str(user_id): person.name for user_id, _uuid, person in new})
    return list(zip(ids, uuids, strict=True))


def _user(user_id: int, uuid: UUID, person: NewPerson, chance: bytes, at: datetime) -> Sequence[object]:
    """The columns of _USERS. chance: random bytes."""
    password = f"{UNUSABLE_PASSWORD_PREFIX}{urlsafe_b64encode(chance[_NAME_LENGTH:]).decode()}"
    name, phone = _made_up_name(chance[:_NAME_LENGTH]), person.phone or None
    return user_id, uuid, password, name, person.name, phone, person.email, "", "", False, False, True, at


def _identity(user_id: int, person: NewPerson, sealed: bytes, at: datetime) -> Sequence[object]:
    """The columns of _IDENTITIES."""
    index = person.index or field_encryption.blind_index(person.kind, person.document)
    return user_id, person.kind, person.name, sealed, index, visible_tail(person.document), at


def _made_up_name(chance: bytes) -> str:
    """A user name to be copied by hand; one of 31^9, so that two alike are the database's rare refusal and not a habit."""
    return "zx" + "".join(_EASY_TO_READ[byte % len(_EASY_TO_READ)] for byte in chance)


@transaction.atomic
def record_licences(licences: Sequence[NewLicence]) -> list[UUID]:
    """Record certificates, judged by the rules of the region that issued them; return their uuids, in the order given.

    Raises IntegrityError when a number is taken meanwhile, or the holder has the post already.
    """
    if not licences:
        return []
    uuids = learning_log.random_uuids(len(licences))
    learning_log.copy_rows(
        "accounts_licence",
        _LICENCES,
        (
            (
                uuid, one.holder_id, one.post_code, one.number, one.issued_on, one.region_code,
                rule_set_of_region(one.region_code), True,
            )
            for uuid, one in zip(uuids, licences, strict=True)
        ),
    )  # fmt: skip
    return uuids
