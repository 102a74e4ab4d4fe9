"""Holders whose certificates an issuer knows, and hours that complete their cycles."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from lms.accounts.actions import record_identity
from lms.accounts.domain.id_document import check_character
from lms.accounts.models import Licence, User
from lms.accounts.queries import document_known_by
from lms.certificates import actions, queries
from lms.certificates.domain.asking import Ask, Deed
from lms.certificates.models import Certificate
from lms.credit.actions import record_hours
from tests import people
from tests.people import MADE_AT

PLATFORM = "demo"
ISSUED = date(2025, 3, 10)
# Of Chongqing, in the cycle 2025-03-10 … 2027-03-09.
FULL = (("online_general", 20), ("online_professional", 12), ("f2f", 8), ("self_study", 24))


def id_number(born: str = "19880312", *, man: bool = True, serial: int = 10) -> str:
    """A number of area 990000, which is assigned to nobody."""
    first_17 = f"990000{born}{serial:02d}{1 if man else 2}"
    return first_17 + check_character(first_17)


def holder(*, post: str = "site_civil", serial: int = 10, region: str = "500000", rule_set: str = "chongqing") -> User:
    """The holder of a certificate issued on 2025-03-10, known by a document."""
    user = people.learner("砖小明", post=post, region=region, rule_set=rule_set)
    record_identity(
        user=user, kind="resident_id", legal_name="砖小明", number=id_number(serial=serial), at=MADE_AT, by=None
    )
    return user


def ask_about(user: User, deed: Deed = Deed.RENEWAL, **changes: object) -> Ask:
    """What a platform could ask for a holder."""
    licence = Licence.objects.filter(holder=user).get()
    known = document_known_by(user.pk, settings.EXCHANGE_ID_KEY.encode())
    assert known is not None
    values: dict[str, object] = {
        "request_uuid": user.uuid,
        "deed": deed,
        "number": licence.number,
        "old_number": "",
        "holder_name": known.legal_name,
        "id_masked": known.number_masked,
        "id_hash": known.digest,
        "post_code": licence.post_code,
        "region_code": licence.region_code,
        "issued_on": licence.issued_on,
        "cycle": 1,
        "hours": (),
        "rule_code": licence.rule_set_code,
        "rule_version": "2026.1",
        "resolved": False,
        **changes,
    }
    return Ask(**values)  # type: ignore[arg-type]


@transaction.atomic
def registered(user: User, *, valid_to: date = date(2027, 3, 9), at: datetime = MADE_AT) -> Certificate:
    """Let the issuer take over the certificate of a holder, and the platform keep it; the platform's row."""
    row = actions.register_existing(ask_about(user), platform_code=PLATFORM, valid_to=valid_to, at=at)
    snapshot = queries.snapshot_of(queries.issued_view(row.number))
    licence = Licence.objects.filter(holder=user).get()
    return actions.adopt_snapshot(snapshot, holder_id=user.pk, licence_id=licence.pk, at=at)


def earn(user: User, *rows: tuple[str, int], at: datetime, rule_set: str = "chongqing") -> None:
    """Record hours on the days before `at`, a category a day."""
    sources = {"f2f": "f2f", "self_study": "claim"}
    for n, (category, hours) in enumerate(rows, start=1):
        record_hours(
            learner=user,
            category=category,
            hours=hours,
            source_kind=sources.get(category, "imported"),
            rule_set_code=rule_set,
            post_code="site_civil" if category == "online_professional" else "",
            activity_day=(at - timedelta(days=n)).date(),
            title="测试学时",
            at=at,
            by=None,
        )
