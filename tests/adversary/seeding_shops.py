"""Companies that buy seats of the zoo's course: a manager, a few of the staff, and one price list for all."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import uuid4

from django.utils import timezone

from lms.accounts.actions import grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.commerce import actions
from tests import people

SEAT_MINOR = 12_800
STAFF = 3
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Shop:
    company_id: int
    manager: User
    staff: tuple[User, ...]


def open_shops(wanted: int, edition_id: int) -> list[Shop]:
    """Make so many companies, and the prices by which they buy."""
    if wanted:
        actions.publish_prices(
            region_code="100000",
            document="动物园价〔2026〕1号",
            valid_from=date(2026, 1, 1),
            offers=[actions.Offered("course", "动物园的课", SEAT_MINOR, None, (edition_id,))],
            at=timezone.now(),
            by=None,
        )
    return [_shop() for _ in range(wanted)]


def _shop() -> Shop:
    company = people.organisation("enterprise")
    manager = _person()
    grant_role(user=manager, role=Role.ENTERPRISE_MANAGER, at=people.MADE_AT, by=None)
    people.join(manager, company, "manager")
    staff = tuple(_person() for _ in range(STAFF))
    for member in staff:
        people.join(member, company)
    return Shop(company.pk, manager, staff)


def _person() -> User:
    return User.objects.create_user(username=f"zoo-{uuid4().hex[:12]}", name=f"动物园{next(_numbers)}", password=None)
