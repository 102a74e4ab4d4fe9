"""The house as the auditor's desk sees it, plugged in at the start: the ground floor knows nobody above."""

from datetime import date, datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_noop

from analytics.audit.house import House, plug_in
from lms.certificates.pdf import fonts, signing
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


def _due(start: date, working_days: int) -> tuple[date, bool]:
    due = forward(start, working_days, organisations.working_calendar())
    return due.day, due.provisional


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


def furnish() -> None:
    """Tell the desk of its house."""
    plug_in(
        House(
            due=_due,
            managers_of=organisations.managers_of,
            managed_by=_managed_by,
            tell=_tell,
            sign=signing.sign,
            no_key=signing.NoSigningKey,
            font=_font,
        )
    )
