"""The demo's organisations, staff and learners, made through the rooms' own actions: all in one transaction, or found again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lms.accounts.actions import grant_role, record_identity, record_licence, register_person
from lms.accounts.queries import find_by_sign_in_name
from lms.accounts.roles import Role
from lms.config.demo import data
from lms.organisations.actions import add_member, create_organisation

if TYPE_CHECKING:
    from lms.accounts.models import User
    from lms.organisations.models import Organisation

PLACE_OF_ROLE = {
    "enterprise_manager": "manager",
    "institution_manager": "manager",
    "authority": "officer",
    "reviewer": "officer",
}
EMPLOYED_DAYS = 900  # how long the demo's people have worked where they work


def make_people(at: datetime, say: Callable[[str], None]) -> "dict[str, User]":
    """Return the demo's learners by user name; organisations and staff are made along with them."""
    learners = data.learners(timezone.localdate(at))
    if find_by_sign_in_name(learners[-1].username) is None:
        _make(learners, at, say)
    found = {learner.username: find_by_sign_in_name(learner.username) for learner in learners}
    return {name: user for name, user in found.items() if user is not None}


@transaction.atomic
def _make(learners: tuple[data.DemoLearner, ...], at: datetime, say: Callable[[str], None]) -> None:
    organisations = {
        row.id: create_organisation(
            kind=row.kind,
            name=row.name,
            credit_code=row.credit_code,
            region_code=row.region,
            fictional=True,
            at=at,
            by=None,
        )
        for row in data.organisations()
    }
    say(f"单位 {len(organisations)} 家")
    for learner in learners:
        _make_learner(learner, organisations, at)
    say(f"学员 {len(learners)} 名")
    for member in data.staff():
        _make_staff(member, organisations, at)
    say(f"工作人员 {len(data.staff())} 名")


def _make_learner(learner: data.DemoLearner, organisations: "dict[str, Organisation]", at: datetime) -> None:
    user = register_person(
        username=learner.username,
        name=learner.name,
        phone=learner.phone,
        password=settings.DEMO_PASSWORD,
        at=at,
        by=None,
    )
    grant_role(user=user, role=Role.LEARNER, at=at, by=None)
    record_identity(user=user, kind="resident_id", legal_name=learner.name, number=learner.id_number, at=at, by=None)
    for licence in learner.licences:
        record_licence(
            holder=user,
            post_code=licence.post,
            number=licence.number,
            issued_on=licence.issued_on,
            region_code=licence.region,
            rule_set_code=licence.rule_set,
            at=at,
            by=None,
        )
    if learner.org:
        _employ(user, organisations[learner.org], "staff", at)


def _make_staff(member: data.DemoStaff, organisations: "dict[str, Organisation]", at: datetime) -> None:
    user = register_person(
        username=member.username, name=member.name, phone=member.phone, password=settings.DEMO_PASSWORD, at=at, by=None
    )
    grant_role(user=user, role=Role(member.role), at=at, by=None)
    if member.org:
        _employ(user, organisations[member.org], PLACE_OF_ROLE.get(member.role, "staff"), at)


def _employ(user: "User", organisation: "Organisation", place: str, at: datetime) -> None:
    since = timezone.localdate(at) - timedelta(days=EMPLOYED_DAYS)
    add_member(user=user, organisation=organisation, role=place, from_day=since, at=at, by=None)
