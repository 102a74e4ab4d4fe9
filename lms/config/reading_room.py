"""The house as the auditor's desk sees it, plugged in at the start: the ground floor knows nobody above."""

from datetime import date, datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_noop

from analytics.audit.house import Due, House, plug_in
from analytics.dashboards import doors
from analytics.learning_log.naming import name_by
from lms.accounts import queries as accounts
from lms.accounts.actions.sign_ins import address_index
from lms.accounts.domain.licence import rule_set_of_region
from lms.accounts.roles import Role, roles_of
from lms.certificates.pdf import fonts, signing
from lms.config.code_names import NAMERS
from lms.notices.actions import send
from lms.notices.kinds import NoticeKind, register
from lms.organisations import queries as organisations
from lms.organisations.domain.working_days import forward

if TYPE_CHECKING:
    from lms.accounts.models import User

EXPLANATION = "audit.explanation_asked"

register(
    NoticeKind(
        EXPLANATION,
        title=gettext_noop("请就案卷 %(number)s 作出说明"),
        text=gettext_noop("审计员要求您就案卷 %(number)s 作出说明，请在 %(until)s 前到本站填写。"),
    )
)


def _working_days() -> Due:
    calendar = organisations.working_calendar()

    def due(start: date, working_days: int) -> tuple[date, bool]:
        found = forward(start, working_days, calendar)
        return found.day, found.provisional

    return due


def _managed_by(person: AbstractUser, on: date) -> frozenset[UUID]:
    return frozenset(place.uuid for place in organisations.managed_by(cast("User", person), on=on))


def _tell(person_id: int, key: str, number: str, until: date, path: str, at: datetime) -> None:  # noqa: PLR0917 — the shape that House names
    send(
        person_id=person_id,
        kind=EXPLANATION,
        params={"number": number, "until": until.isoformat()},
        key=key,
        at=at,
        path=path,
    )


def _font() -> str:
    fonts.font()
    return fonts.NAME


# Whoever manages a company answers for it; in an institution also those who teach there.
_ANSWERABLE = {
    "enterprise": ("company", {"manager"}, {Role.ENTERPRISE_MANAGER}),
    "institution": ("institution", {"manager", "staff"}, {Role.INSTITUTION_MANAGER, Role.INSTRUCTOR}),
}


def _owned(person: AbstractUser, on: date) -> tuple[tuple[str, str], ...]:
    user = cast("User", person)
    held = roles_of(user)
    found = []
    for place in organisations.organisations_of(user, on=on):
        facet, places, roles = _ANSWERABLE.get(place.organisation.kind, ("", set(), set()))
        if place.role in places and held & roles:
            found.append((facet, str(place.organisation.uuid)))
    return tuple(dict.fromkeys(found))


def furnish() -> None:
    """Tell the desk and the dashboards of their house."""
    for unit, namer in NAMERS.items():
        name_by(unit, namer)
    doors.plug_in(doors.Doors(owned=_owned, region_names=organisations.region_names))
    plug_in(
        House(
            working_days=_working_days,
            managers_of=organisations.managers_of,
            managed_by=_managed_by,
            tell=_tell,
            sign=signing.sign,
            no_key=signing.NoSigningKey,
            font=_font,
            address_index=address_index,
            licence=accounts.licence_known,
            person=accounts.find_by_number,
            region_names=organisations.region_names,
            rules_of_region=rule_set_of_region,
        )
    )
