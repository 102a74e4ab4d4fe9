"""Holders of old paper certificates, two officers who may decide about them, and an issuer that speaks to its own platform."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from lms.accounts.actions import grant_role, record_identity
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.credit.actions import record_hours
from lms.exchange.actions import name_peer
from lms.exchange.keys import own_public_key
from lms.organisations.models import Region
from tests import people
from tests.lms.certificates.standing import id_number

REGION, COUNTRY = "999900", "100000"


@dataclass(frozen=True, slots=True)
class Papers:
    holders: tuple[User, ...]
    officers: tuple[User, ...]


def paper_holders(count: int) -> Papers:
    """Make so many holders whom the rules let exchange, and two officers for all of them."""
    if not count:
        return Papers((), ())
    Region.objects.get_or_create(code=REGION, defaults={"name": "演示区（虚构）", "level": "city", "fictional": True})
    for code, role in ((settings.EXCHANGE_ISSUER_CODE, "issuer"), (settings.EXCHANGE_CODE, "platform")):
        name_peer(code=code, role=role, url="", public_key=own_public_key())
    office = people.organisation("authority", region=COUNTRY)
    officers = tuple(_person(f"核查员{n}") for n in range(2))
    for officer in officers:
        grant_role(user=officer, role=Role.AUTHORITY, at=people.MADE_AT, by=None)
        people.join(officer, office, "officer")
    return Papers(tuple(_holder(n) for n in range(count)), officers)


def _holder(n: int) -> User:
    user, at = _person(f"旧证{n}"), timezone.now()
    born = f"1988{1 + n // 28 % 12:02d}{1 + n % 28:02d}"
    record_identity(
        user=user, kind="resident_id", legal_name=user.name, number=id_number(born, serial=10 + n % 90), at=at, by=None
    )
    record_hours(
        learner=user,
        category="online_general",
        hours=3,
        source_kind="imported",
        rule_set_code="demo",
        activity_day=(at - timedelta(days=3)).date(),
        title="换发学习",
        at=at,
        by=None,
    )
    return user


def _person(name: str) -> User:
    return User.objects.create_user(username=f"zoo-{uuid4().hex[:12]}", name=name, password=None)
