"""Who a person is, what they hold, and who has a document. Frozen values; numbers masked."""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import Q

from lms.accounts import field_encryption
from lms.accounts.domain.id_document import ResidentId, check_resident_id, masked, normalise
from lms.accounts.domain.licence import normalise_number
from lms.accounts.domain.phone import mask_phone, normalise_phone
from lms.accounts.domain.refusals import BadPhone
from lms.accounts.models import Identity, Licence, User
from lms.accounts.roles import Role, roles_of


@dataclass(frozen=True, slots=True)
class LicenceFacts:
    """One post certificate. issued_on None: its holder is a candidate. number: as printed, "" when not known.

    exchanged_on: the day on which it was given for an old paper certificate, else None.
    """

    id: int
    uuid: UUID
    holder_id: int
    post_code: str
    number: str
    issued_on: date | None
    region_code: str
    rule_set_code: str
    works_in_post: bool
    exchanged_on: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """The document a person is known by, its number masked."""

    kind: str
    legal_name: str
    number_masked: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person sees of themselves. phone_masked: "" for none; licences: in the order in which they were recorded."""

    user_id: int
    uuid: UUID
    username: str
    name: str
    phone_masked: str
    phone_proved: bool
    document: DocumentFacts | None
    roles: tuple[Role, ...]
    licences: tuple[LicenceFacts, ...]
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person is reached; "" for what they have not given."""

    phone: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DocumentHash:
    """A person's legal name, the masked number, and a hash of kind and number under a key that two installations share."""

    legal_name: str
    number_masked: str
    digest: str


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account of the demo, as the sign-in page offers it."""

    role: Role
    name: str
    username: str = field(compare=False)


def profile_of(user_id: int) -> Profile:
    """Return what a person sees of themselves: five queries. Raises User.DoesNotExist."""
    user = User.objects.get(pk=user_id)
    identity = Identity.objects.filter(user=user).first()
    held = roles_of(user)
    return Profile(
        user_id=user.pk,
        uuid=user.uuid,
        username=user.username,
        name=user.name,
        phone_masked=mask_phone(user.phone or ""),
        phone_proved=user.phone_verified_at is not None,
        document=_document(identity) if identity else None,
        roles=tuple(role for role in Role if role in held),
        licences=licences_of(user_id),
        has_second_factor=Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists(),
    )


def _document(identity: Identity) -> DocumentFacts:
    return DocumentFacts(identity.kind, identity.legal_name, masked(identity.number_tail), identity.recorded_at)


def contact_of(user_id: int) -> Contact:
    """Return how a person is reached. One query. Raises User.DoesNotExist."""
    phone, email = User.objects.values_list("phone", "email").get(pk=user_id)
    return Contact(phone or "", email)


def find_by_document(kind: str, number: str) -> int | None:
    """Return whose document this is, in whatever form the number was typed; None for nobody's. One query."""
    index = field_encryption.blind_index(kind, normalise(number))
    return Identity.objects.filter(number_index=index).values_list("user_id", flat=True).first()


def find_by_number(typed: str) -> int | None:
    """Return whose document or phone a number is, in whatever form it was typed; None for nobody's. At most two queries."""
    number = normalise(typed)
    if not any(character.isdecimal() for character in number):
        return None
    indexes = [field_encryption.blind_index(kind, number) for kind in Identity.Kind.values]
    found = Identity.objects.filter(number_index__in=indexes).values_list("user_id", flat=True).first()
    if found is None:
        with suppress(BadPhone):
            phone = normalise_phone(typed, fictional_allowed=True)
            found = User.objects.filter(phone=phone).values_list("pk", flat=True).first()
    return found


def find_by_sign_in_name(typed: str) -> User | None:
    """Return who signs in by this name or phone; None for nobody. At most one query."""
    wanted = Q(username=User.normalize_username(typed.strip()))
    with suppress(BadPhone):
        wanted |= Q(phone=normalise_phone(typed, fictional_allowed=True))
    # A name never looks like a phone, so at most one row answers.
    return User.objects.filter(wanted).first()


def licences_of(user_id: int) -> tuple[LicenceFacts, ...]:
    """Return the certificates a person holds, withdrawn ones left out, in the order in which they were recorded. One query."""
    return licences_held([user_id]).get(user_id, ())


def licences_held(user_ids: Iterable[int]) -> dict[int, tuple[LicenceFacts, ...]]:
    """Return the certificates of many persons by person; one without any is not in the answer. One query."""
    held: dict[int, list[LicenceFacts]] = defaultdict(list)
    for row in Licence.objects.filter(holder_id__in=set(user_ids), withdrawn_on__isnull=True).order_by("id"):
        held[row.holder_id].append(_licence(row))
    return {holder_id: tuple(rows) for holder_id, rows in held.items()}


def licences_judged_by(rule_set_code: str, *, after: int, limit: int) -> tuple[LicenceFacts, ...]:
    """Return certificates in use that are judged by a rule set, in the order of their ids, beginning after one. One query."""
    rows = Licence.objects.filter(rule_set_code=rule_set_code, withdrawn_on__isnull=True, pk__gt=after).order_by("pk")
    return tuple(_licence(row) for row in rows[:limit])


def licence(licence_id: int) -> LicenceFacts | None:
    """Return one certificate, withdrawn or not; None for none. One query."""
    row = Licence.objects.filter(pk=licence_id).first()
    return _licence(row) if row else None


def licence_known(typed: str) -> tuple[UUID, int] | None:
    """Return the uuid and the holder of a certificate by its printed number or by its uuid; None for none. One query."""
    try:
        wanted = Q(uuid=UUID(typed.strip()))
    except ValueError:
        wanted = Q(number=normalise_number(typed)) & ~Q(number="")
    return Licence.objects.filter(wanted).values_list("uuid", "holder_id").first()


def _licence(row: Licence) -> LicenceFacts:
    return LicenceFacts(
        id=row.pk,
        uuid=row.uuid,
        holder_id=row.holder_id,
        post_code=row.post_code,
        number=row.number,
        issued_on=row.issued_on,
        region_code=row.region_code,
        rule_set_code=row.rule_set_code,
        works_in_post=row.works_in_post,
        exchanged_on=row.exchanged_on,
    )


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of persons by id; an id of nobody is not in the answer. One query."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "name"))


def demo_accounts() -> tuple[DemoAccount, ...]:
    """Return the first account of each role, in the order of the roles, for the demo's sign-in page. One query."""
    rows = (
        User.objects.filter(groups__name__in=Role.values, is_active=True)
        .order_by("groups__name", "pk")
        .distinct("groups__name")
        .values_list("groups__name", "name", "username")
    )
    by_role = {Role(group): DemoAccount(Role(group), name, username) for group, name, username in rows}
    return tuple(by_role[role] for role in Role if role in by_role)


def document_known_by(user_id: int, key: bytes) -> DocumentHash | None:
    """Return how another installation that has the same key knows a person; None without a document. One query.

    The number itself leaves neither this function nor the house.
    """
    row = Identity.objects.filter(user_id=user_id).first()
    if row is None:
        return None
    number = field_encryption.unseal(row.number_encrypted, context=f"identity:{user_id}")
    digest = hmac.new(key, f"{row.kind}|{number}".encode(), hashlib.sha256).hexdigest()
    return DocumentHash(row.legal_name, masked(row.number_tail), digest)


def resident_id_of(user_id: int, *, today: date) -> ResidentId | None:
    """Return what a person's resident ID says of birthday and sex; None without one, or with another document. One query."""
    row = Identity.objects.filter(user_id=user_id, kind=Identity.Kind.RESIDENT_ID).first()
    if row is None:
        return None
    number = field_encryption.unseal(row.number_encrypted, context=f"identity:{user_id}")
    return check_resident_id(number, today=today, fictional_allowed=True)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person found by a document, as far as their employer's list is compared with them. posts: code → number, in use."""

    user_id: int
    uuid: UUID
    legal_name: str
    is_active: bool
    posts: dict[str, str]


def document_index(kind: str, number: str) -> bytes:
    """Return the key under which a document, in its one written form, is found. No query."""
    return field_encryption.blind_index(kind, number)


def people_by_documents(indexes: Iterable[bytes]) -> dict[bytes, KnownPerson]:
    """Return whose documents these are, by `document_index`; nobody's are not in the answer. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_DOCUMENT, [_array(f"\\x{index.hex()}" for index in indexes)])
        rows = cursor.fetchall()
    held = licences_held(row[1] for row in rows)
    return {
        bytes(index): KnownPerson(
            user_id, uuid, name, is_active, {licence.post_code: licence.number for licence in held.get(user_id, ())}
        )
        for index, user_id, uuid, name, is_active in rows
    }


def phones_in_use(phones: Iterable[str]) -> dict[str, int]:
    """Return who signs in by which of these phones. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, id FROM accounts_user WHERE phone = ANY(%s::text[])", [_array(phones)])
        return dict(cursor.fetchall())


def licence_numbers_in_use(numbers: Iterable[str]) -> dict[str, int]:
    """Return who holds the certificates of these numbers. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_NUMBER, [_array(numbers)])
        return dict(cursor.fetchall())


# By one array as a text: for thousands of values the ORM and the driver take several times as long as the database.
_BY_DOCUMENT = """
SELECT identity.number_index, person.id, person.uuid, identity.legal_name, person.is_active
FROM accounts_identity AS identity JOIN accounts_user AS person ON person.id = identity.user_id
WHERE identity.number_index = ANY(%s::bytea[])
"""
_BY_NUMBER = "SELECT number, holder_id FROM accounts_licence WHERE number = ANY(%s::text[]) AND number <> ''"


def _array(texts: Iterable[str]) -> str:
    """Return the texts as Postgres writes an array.

    >>> _array(["a", 'b"', "c\\\\"])
    '{"a","b\\\\"","c\\\\\\\\"}'
    """
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in escaped) + "}"


def document_ends_with(user_id: int, typed: str, *, least: int) -> bool:
    """Say whether a person's document ends with what was typed; False without a document. One query. Count the tries.

    least: so many characters must be left of it without blanks and dashes, or it proves nothing.
    """
    row, end = Identity.objects.filter(user_id=user_id).first(), normalise(typed)
    if row is None or len(end) < least:
        return False
    number = field_encryption.unseal(row.number_encrypted, context=f"identity:{user_id}")
    return hmac.compare_digest(number[-len(end) :].encode(), end.encode())
