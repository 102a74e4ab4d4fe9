"""Telling holders that a certificate ends, and employers, once a week, about all of theirs together."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from lms.accounts.queries import names_of
from lms.certificates.domain.periods import REMINDERS_DAYS, last_reminder_day, reminder_due
from lms.certificates.models import Certificate
from lms.certificates.notice_kinds import DIGEST, EXPIRING, LATE
from lms.certificates.queries import post_label
from lms.credit.domain.accrual import shown_missing
from lms.credit.queries import decisions_of
from lms.notices.actions import send
from lms.organisations.queries import employers_of

BATCH = 500
DIGEST_DAYS = 90
NAMES_IN_DIGEST = 5


def remind_holders(*, at: datetime) -> int:
    """Send every reminder that is due and was not sent; return how many. Running it again sends none.

    180, 90, 60, 30 and 7 days before the end, and weekly once it has passed.
    """
    return sum(_remind(row, at) for row in _ending(at, within=timedelta(days=max(REMINDERS_DAYS))))


def tell_employers(*, at: datetime) -> int:
    """Tell every manager once a week, in one notice, whose certificates end within 90 days or have ended; return how many."""
    today = timezone.localdate(at)
    year, week, _ = today.isocalendar()
    rows = _ending(at, within=timedelta(days=DIGEST_DAYS))
    by_holder: dict[int, list[Certificate]] = {}
    for row in rows:
        if row.holder_id is not None:
            by_holder.setdefault(row.holder_id, []).append(row)
    names = names_of(by_holder)
    told = 0
    for place in employers_of(by_holder, on=today):
        theirs = [row for person in place.person_ids for row in by_holder[person]]
        late = sum(row.valid_to is not None and row.valid_to < today for row in theirs)
        people = [names.get(person, "") for person in place.person_ids]
        params: dict[str, str | int] = {
            "company": place.organisation.name,
            "people": len(people),
            "soon": len(theirs) - late,
            "late": late,
            "names": "、".join(people[:NAMES_IN_DIGEST]) + ("…" if len(people) > NAMES_IN_DIGEST else ""),
        }
        for manager in place.manager_ids:
            key = f"certificates:digest:{place.organisation.uuid}:{year}-{week}"
            desk = reverse("organisations:desk")
            told += send(person_id=manager, kind=DIGEST, params=params, key=key, at=at, path=desk) is not None
    return told


def _ending(at: datetime, *, within: timedelta) -> Sequence[Certificate]:
    """Return kept certificates in force whose end is near, or past and still spoken of."""
    today = timezone.localdate(at)
    rows = Certificate.objects.filter(
        side=Certificate.Side.PLATFORM, revoked_at__isnull=True, valid_to__lte=today + within
    )
    found = rows.select_related("licence").order_by("id").iterator(chunk_size=BATCH)
    return [row for row in found if row.valid_to is not None and today <= last_reminder_day(row.valid_to)]


def _remind(row: Certificate, at: datetime) -> int:
    today = timezone.localdate(at)
    due = reminder_due(row.valid_to, today) if row.valid_to else None
    if due is None or row.valid_to is None or row.holder_id is None:
        return 0
    params: dict[str, str | int] = {
        "post": post_label(row.post_code),
        "number": row.number,
        "until": row.valid_to.isoformat(),
    }
    if row.valid_to >= today:
        params |= {"days": (row.valid_to - today).days, "hours": _hours_short(row, at)}
    kind = EXPIRING if row.valid_to >= today else LATE
    key = f"certificates:expiry:{row.uuid}:{row.valid_to.isoformat()}:{due}"
    path = reverse("certificates:mine")
    return int(send(person_id=row.holder_id, kind=kind, params=params, key=key, at=at, path=path) is not None)


def _hours_short(row: Certificate, at: datetime) -> str:
    """Return what is missing in the cycle that ends with the certificate, as hours are shown."""
    held = decisions_of(row.holder_id or 0, timezone.localdate(at))
    standing = next((item for item in held if item.licence.id == row.licence_id), None)
    return shown_missing(standing.current.missing_sum) if standing and standing.current else "—"
