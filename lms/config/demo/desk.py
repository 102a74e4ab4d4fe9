"""The demo company's staff over its sites: several dozen, with cycles that end on different days and hours to match."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from lms.accounts.actions import grant_role, record_licence, register_person
from lms.accounts.queries import find_by_sign_in_name
from lms.accounts.roles import Role
from lms.credit.actions import record_hours
from lms.enterprise import actions
from lms.organisations.actions import add_member
from lms.organisations.queries import managed_by, staff_of

if TYPE_CHECKING:
    from lms.accounts.models import User
    from lms.organisations.models import Organisation

SITES = ("一号地块项目部（虚构）", "地铁九号线项目部（虚构）", "滨江医院项目部（虚构）", "装配式构件厂（虚构）")
SURNAMES = "梁柱墙板钢砼模架泥瓦"
GIVEN = ("大平", "小安", "立方", "志高", "晓工", "建国")
POSTS = ("site_civil", "quality_civil", "machinery", "material", "labor", "document", "standard")
# (days ago on which the certificate was issued, hours earned in the running cycle); repeated over the people.
STORIES = (
    (715, 40),
    (700, 58),
    (690, 12),
    (676, 64),
    (640, 30),
    (560, 64),
    (500, 20),
    (420, 44),
    (300, 64),
    (200, 8),
    (90, 0),
    (30, 0),
)
PARTS = (
    ("online_general", 20),
    ("online_professional", 12),
    ("live", 8),
    ("self_study", 24),
)  # what 64 hours are made of


def staff(at: datetime, say: Callable[[str], None]) -> None:
    """Employ the people of the demo's first company and put them on its sites. Found again, it does nothing."""
    manager = find_by_sign_in_name("qiye")
    if manager is None or find_by_sign_in_name("gongdi01") is not None:
        return
    (place, *_) = managed_by(manager, on=timezone.localdate(at))
    company = (
        manager.memberships.select_related("organisation").get(organisation_id=place.id, role="manager").organisation
    )
    sites = [actions.open_site(organisation_uuid=place.uuid, name=name, at=at, by=manager) for name in SITES]
    by_site: dict[int, list[int]] = {}
    names = [surname + given for given in GIVEN for surname in SURNAMES][:48]
    for number, name in enumerate(names, start=1):
        person = _employ(number, name, company, at)
        by_site.setdefault(number % (len(SITES) + 1), []).append(person.pk)
    known = [one.user_id for one in staff_of(place.id, on=timezone.localdate(at)) if "staff" in one.roles]
    actions.refresh_company(place.id, at=at)
    for number, site in enumerate(sites):
        people = [*by_site.get(number, ()), *(known[:3] if number == 0 else ())]
        actions.move_people(organisation_uuid=place.uuid, people=set(people), site_uuid=site.uuid, at=at, by=manager)
    chief = find_by_sign_in_name("gongdi01")
    if chief is not None:
        actions.grant_manager(
            organisation_uuid=place.uuid, person_uuid=chief.uuid, site_uuid=sites[1].uuid, at=at, by=manager
        )
    actions.refresh_company(place.id, at=at)
    say(f"演示企业员工 {len(names)} 名，项目部 {len(sites)} 个")


def _employ(number: int, name: str, company: "Organisation", at: datetime) -> "User":
    today = timezone.localdate(at)
    issued_ago, earned = STORIES[number % len(STORIES)]
    person = register_person(
        username=f"gongdi{number:02d}",
        name=f"{name}（虚构）",
        phone=None,
        password=settings.DEMO_PASSWORD,
        at=at,
        by=None,
    )
    grant_role(user=person, role=Role.LEARNER, at=at, by=None)
    post, issued_on = POSTS[number % len(POSTS)], today - timedelta(days=issued_ago)
    record_licence(
        holder=person,
        post_code=post,
        number=f"演示渝-0600-{number:04d}",
        issued_on=issued_on,
        region_code="500000",
        rule_set_code="chongqing",
        at=at,
        by=None,
    )
    add_member(user=person, organisation=company, role="staff", from_day=today - timedelta(days=800), at=at, by=None)
    _study(person, post, earned, issued_on, at=at)
    return person


def _study(person: "User", post: str, earned: int, issued_on: date, *, at: datetime) -> None:
    """Record so many hours of the running cycle, category after category."""
    day = issued_on + (timezone.localdate(at) - issued_on) / 2
    for category, most in PARTS:
        hours = min(earned, most)
        if hours <= 0:
            break
        earned -= hours
        record_hours(
            learner=person,
            category=category,
            hours=hours,
            source_kind={"live": "live", "self_study": "claim"}.get(category, "imported"),
            rule_set_code="chongqing",
            post_code=post if category == "online_professional" else "",
            activity_day=day,
            title="历史学时（演示）",
            at=at,
            by=None,
        )
