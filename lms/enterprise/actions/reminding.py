"""Reminding people of what is missing, not more than once in a while; and telling managers once a month."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from lms.enterprise.domain.jobs import REST
from lms.enterprise.models import DeskJob, Reminder, RosterLine, SiteManager
from lms.enterprise.notice_kinds import MONTHLY, OVERDUE_REMINDER, REMINDER
from lms.enterprise.queries.desk import Desk, desks_of, figures_of
from lms.notices.actions import send
from lms.organisations.queries import employments_in_force

_LOCK = 0x726D  # "rm": keeps these locks apart from other advisory locks of the house


def remind_some(job: DeskJob, lines: Sequence[RosterLine], at: datetime) -> Counter[str]:
    """Remind those who miss hours and were not reminded within REST; return how many, "" = reminded, and why not others.

    Two jobs at once remind a person once: a lock a person, held until the step is over.
    """
    ids = [line.person_id for line in lines]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashint8(id)) FROM (SELECT unnest(%s::bigint[]) AS id ORDER BY 1) AS ids",
            [_LOCK, ids],
        )
    lately = set(Reminder.objects.filter(person_id__in=ids, sent_at__gt=at - REST).values_list("person_id", flat=True))
    counted: Counter[str] = Counter()
    sent = []
    for line in lines:
        if not line.missing and not line.overdue:
            counted["nothing_missing"] += 1
        elif line.person_id in lately:
            counted["reminded_lately"] += 1
        else:
            _remind(job, line, at)
            sent.append(Reminder(organisation_id=job.organisation_id, person_id=line.person_id, sent_at=at, by=job.by))
            counted[""] += 1
    Reminder.objects.bulk_create(sent)
    return counted


def _remind(job: DeskJob, line: RosterLine, at: datetime) -> None:
    params: dict[str, str | int] = {"company": job.organisation.name}
    if line.missing and line.ends_on is not None:
        params |= {"hours": f"{line.missing.normalize():f}", "until": line.ends_on.isoformat()}
    send(
        person_id=line.person_id,
        kind=REMINDER if "until" in params else OVERDUE_REMINDER,
        params=params,
        key=f"enterprise:reminder:{job.uuid}",
        at=at,
        path=reverse("credit:my_hours"),
    )


def tell_managers(*, at: datetime) -> int:
    """Tell every manager once a month, one notice a desk, how their people stand; return how many were told."""
    today = timezone.localdate(at)
    whole = employments_in_force(today).filter(role="manager").values_list("user_id", flat=True)
    of_sites = SiteManager.objects.filter(revoked_at__isnull=True).values_list("person_id", flat=True)
    users = employments_in_force(today).filter(user_id__in={*whole, *of_sites}).select_related("user")
    told = 0
    for user in {row.user_id: row.user for row in users.order_by("user_id")}.values():
        told += sum(_tell(user.pk, desk, at) for desk in desks_of(user, on=today))
    return told


def _tell(person_id: int, desk: Desk, at: datetime) -> int:
    today = timezone.localdate(at)
    month = f"{today.year}-{today.month:02d}"
    figures = figures_of(desk, today=today)
    params: dict[str, str | int] = {
        "company": desk.organisation.name,
        "month": month,
        "people": figures.people,
        **{risk: figures[risk] for risk in ("overdue", "soon", "behind", "met")},
    }
    notice = send(
        person_id=person_id,
        kind=MONTHLY,
        params=params,
        key=f"enterprise:monthly:{desk.organisation.uuid}:{month}",
        at=at,
        path=reverse("enterprise:overview", args=[desk.organisation.uuid]),
    )
    return int(notice is not None)
