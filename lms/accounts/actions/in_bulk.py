"""Many persons by one statement a table. For imports, where a record for each step would be fifty thousand records.

Nothing here writes to the log: the caller files one record for each person, in the same transaction, that says all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import token_bytes, token_urlsafe
from uuid import UUID, uuid4

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


@dataclass(frozen=True, slots=True)
class NewPerson:
    """One person to be registered. document: in its one written form, as `check_document` gives it; phone, email: "" = none."""

    name: str
    kind: str
    document: str = field(repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class NewLicence:
    """One certificate to be recorded, as `check_licence` lets it pass. issued_on None: a candidate."""

    holder_id: int
    post_code: str
    number: str
    issued_on: date | None
    region_code: str


_USERS = """
INSERT INTO accounts_user (id, uuid, password, username, name, phone, email, first_name, last_name,
                           is_superuser, is_staff, is_active, date_joined)
SELECT id, uuid, password, username, name, nullif(phone, ''), email, '', '', false, false, true, %s
FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
     AS new (id, uuid, password, username, name, phone, email)
"""
_IDENTITIES = """
INSERT INTO accounts_identity (user_id, kind, legal_name, number_encrypted, number_index, number_tail, recorded_at)
SELECT user_id, kind, legal_name, sealed, index, tail, %s
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::text[])
     AS new (user_id, kind, legal_name, sealed, index, tail)
"""
_ROLES = "INSERT INTO accounts_user_groups (user_id, group_id) SELECT unnest(%s::bigint[]), %s"
_LICENCES = """
INSERT INTO accounts_licence (uuid, holder_id, post_code, number, issued_on, region_code, rule_set_code, works_in_post)
SELECT uuid, holder_id, post_code, number, issued_on, region_code, rule_set_code, true
FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::date[], %s::text[], %s::text[])
     AS new (uuid, holder_id, post_code, number, issued_on, region_code, rule_set_code)
"""


@transaction.atomic
@sensitive_variables("people")
def register_learners(people: Sequence[NewPerson], *, at: datetime) -> list[tuple[int, UUID]]:
    """Make accounts with the role of a learner and a recorded document; return their ids and uuids, in the order given.

    None of them can sign in until a password of their own is set: what stands in its place opens nothing, and is no hash.
    Their user names are made up. Raises IntegrityError when a document or phone is taken meanwhile: ask again, try again.
    """
    if not people:
        return []
    uuids = [uuid4() for _ in people]
    group, _made = Group.objects.get_or_create(name=Role.LEARNER.value)
    names = [person.name for person in people]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('accounts_user', 'id')) FROM generate_series(1, %s)", [len(people)]
        )
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            _USERS,
            [
                at,
                ids,
                uuids,
                [f"{UNUSABLE_PASSWORD_PREFIX}{token_urlsafe(30)}" for _ in people],
                [_made_up_name() for _ in people],
                names,
                [person.phone for person in people],
                [person.email for person in people],
            ],
        )
        sealed = [
            field_encryption.seal(person.document, context=f"identity:{user_id}")
            for user_id, person in zip(ids, people, strict=True)
        ]
        cursor.execute(
            _IDENTITIES,
            [
                at,
                ids,
                [person.kind for person in people],
                names,
                sealed,
                [field_encryption.blind_index(person.kind, person.document) for person in people],
                [visible_tail(person.document) for person in people],
            ],
        )
        cursor.execute(_ROLES, [ids, group.pk])
    learning_log.put_labels(kind="person", texts={str(user_id): name for user_id, name in zip(ids, names, strict=True)})
    return list(zip(ids, uuids, strict=True))


def _made_up_name() -> str:
    """A user name to be copied by hand; one of 31^9, so that two alike are the database's rare refusal and not a habit."""
    return "zx" + "".join(_EASY_TO_READ[byte % len(_EASY_TO_READ)] for byte in token_bytes(9))


@transaction.atomic
def record_licences(licences: Sequence[NewLicence]) -> list[UUID]:
    """Record certificates, judged by the rules of the region that issued them; return their uuids, in the order given.

    Raises IntegrityError when a number is taken meanwhile, or the holder has the post already.
    """
    if not licences:
        return []
    uuids = [uuid4() for _ in licences]
    with connection.cursor() as cursor:
        cursor.execute(
            _LICENCES,
            [
                uuids,
                [licence.holder_id for licence in licences],
                [licence.post_code for licence in licences],
                [licence.number for licence in licences],
                [licence.issued_on for licence in licences],
                [licence.region_code for licence in licences],
                [rule_set_of_region(licence.region_code) for licence in licences],
            ],
        )
    return uuids
