"""The one navigation of each role. A context processor: templates get `navigation`, `demo` and nothing else from here.

Evaluated only when a template asks for it, so pages without a header cost no query.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

from lms.accounts.roles import Role, roles_of

if TYPE_CHECKING:
    from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """Where a navigation leads. `title`, `short` (under an icon of a phone): msgids; `address`: URL name or path.

    `also` are path prefixes that belong to the place although they do not begin with its address.
    """

    title: str
    address: str
    icon: str
    short: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NavItem:
    title: str
    short: str
    url: str
    icon: str
    active: bool


MY_HOURS = Place(gettext_noop("我的学时"), "credit:my_hours", "clock-history", gettext_noop("学时"))
COURSES = Place(gettext_noop("课程"), "/courses/", "mortarboard", also=("/learn/",))
LEDGER = Place(gettext_noop("明细"), "credit:ledger", "journal-text")
ME = Place(gettext_noop("我的"), "accounts:profile", "person-circle")
STAFF = Place(gettext_noop("员工"), "organisations:desk", "people")
DESK = Place(gettext_noop("员工"), "enterprise:desk", "people", also=("/organisation/",))
AREA = Place(gettext_noop("辖区"), "organisations:area", "geo-alt")
DRAFTS = Place(gettext_noop("规则"), "credit:drafts", "card-checklist", also=("/hours/rules/",))
WORKING_DAYS = Place(gettext_noop("工作日"), "organisations:working_days", "calendar3")
CLAIMS = Place(gettext_noop("申报"), "reviews:mine", "file-earmark-text")
REVIEWS = Place(gettext_noop("审核"), "reviews:desk", "clipboard-check")
TRAININGS = Place(gettext_noop("企业培训"), "enterprise:trainings", "mortarboard", gettext_noop("培训"))
TRAINING_REVIEWS = Place(gettext_noop("企业培训"), "enterprise:reviews", "building", gettext_noop("培训"))
HOLDS = Place(gettext_noop("暂缓"), "reviews:holds", "hourglass-split", also=("/reviews/kinds/",))
IMPORTS = Place(
    gettext_noop("导入名单"), "enterprise:imports", "upload", gettext_noop("导入"), also=("/enterprise/invitations/",)
)
ORDERS = Place(gettext_noop("订单与席位"), "commerce:orders", "file-earmark-text", gettext_noop("席位"))
FINANCE = Place(gettext_noop("财务"), "commerce:finance", "journal-text", also=("/orders/",))
CERTIFICATES = Place(gettext_noop("我的证书"), "certificates:mine", "award", gettext_noop("证书"))
ISSUED = Place(gettext_noop("证书"), "certificates:desk", "award")
EXCHANGE = Place(gettext_noop("系统对接"), "exchange:desk", "arrow-right", gettext_noop("对接"))
LOG = Place(gettext_noop("日志"), "audit:records", "shield-check")
TODAYS_LOG = Place(gettext_noop("今天的日志"), "audit:records", "shield-check", gettext_noop("日志"))
FIGURES = Place(
    gettext_noop("学习数据"), "audit:own_dashboard", "bar-chart", gettext_noop("数据"), also=("/audit/dashboards/",)
)
STUDIO = Place(gettext_noop("内容管理"), "wagtailadmin_home", "pencil-square", gettext_noop("内容"))
PROGRAMS = Place(gettext_noop("客户程序"), "xapi:clients", "key", gettext_noop("程序"))
SYSTEM = Place(gettext_noop("系统管理"), "admin:index", "gear", gettext_noop("系统"))
PRESENCE_DESK = Place(gettext_noop("核验审核"), "proctoring:desk", "person-circle", gettext_noop("核验"))
VOUCH = Place(gettext_noop("现场确认"), "classroom:vouch", "patch-check", gettext_noop("确认"))
SIGN_IN = Place(gettext_noop("登录"), "account_login", "box-arrow-in-right")

# In the order of rank: who holds two roles sees the places of the first, then what the second adds.
PLACES: dict[Role, tuple[Place, ...]] = {
    Role.ADMINISTRATOR: (COURSES, STUDIO, LOG, WORKING_DAYS, PROGRAMS, EXCHANGE, SYSTEM),
    Role.AUDITOR: (TODAYS_LOG, COURSES, ME),
    Role.AUTHORITY: (AREA, HOLDS, ISSUED, DRAFTS, WORKING_DAYS, ME),
    Role.REVIEWER: (REVIEWS, PRESENCE_DESK, TRAINING_REVIEWS, COURSES, ME),
    Role.INSTITUTION_MANAGER: (STAFF, FIGURES, COURSES, VOUCH, ME),
    Role.FINANCE: (FINANCE, COURSES, ME),
    Role.ENTERPRISE_MANAGER: (DESK, IMPORTS, TRAININGS, ORDERS, FIGURES, COURSES, VOUCH, ME),
    Role.INSTRUCTOR: (COURSES, STUDIO, FIGURES, VOUCH, ME),
    Role.LEARNER: (MY_HOURS, COURSES, CERTIFICATES, CLAIMS, LEDGER, ME),
}
NOBODY = (COURSES, SIGN_IN)


def _address(place: Place) -> str:
    return place.address if place.address.startswith("/") else reverse(place.address)


def places_of(user: "User | AnonymousUser") -> tuple[Place, ...]:
    """Return the places of somebody, each once, his own page last. A person without any role is taken for a learner."""
    if isinstance(user, AnonymousUser):
        return NOBODY
    held = roles_of(user)
    roles = [role for role in PLACES if role in held] or [Role.LEARNER]
    if user.is_superuser and Role.ADMINISTRATOR not in held:
        roles.insert(0, Role.ADMINISTRATOR)
    found: dict[str, Place] = {}
    for place in (place for role in roles for place in PLACES[role]):
        found.setdefault(place.address, place)
    found.pop(ME.address, None)
    return (*found.values(), ME)


def items(places: Iterable[Place], path: str) -> tuple[NavItem, ...]:
    """Return what to show on a page at `path`: the place with the longest fitting prefix is the active one."""
    reachable = [(place, _address(place)) for place in places]

    def fit(place: Place, url: str) -> int:
        return max((len(prefix) for prefix in (url, *place.also) if path.startswith(prefix)), default=0)

    best = max((fit(place, url) for place, url in reachable), default=0)
    return tuple(
        NavItem(
            title=capfirst(gettext(place.title)),
            short=capfirst(gettext(place.short or place.title)),  # 学时 is a unit elsewhere: hours
            url=url,
            icon=place.icon,
            active=best > 0 and fit(place, url) == best,
        )
        for place, url in reachable
    )


def navigation(request: HttpRequest) -> dict[str, object]:
    """Give every template its navigation (lazily) and whether its data are fictional."""
    user = getattr(request, "user", AnonymousUser())
    return {
        "navigation": SimpleLazyObject(lambda: items(places_of(user), request.path)),
        "demo": settings.DEMO,
    }
