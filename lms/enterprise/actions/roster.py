"""The roster follows its facts: memberships, postings, certificates, hours, and the day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from lms.credit.queries import LicenceDecision, decisions_held
from lms.enterprise.actions.leaving import close_behind, free_seats
from lms.enterprise.domain.standing import CertificateStanding, hundredths_up, standing_of
from lms.enterprise.models import Posting, RosterLine, Site
from lms.organisations.queries import employments_in_force

if TYPE_CHECKING:
    from uuid import UUID

BATCH = 500
_LOCK = 0x726F  # "ro": keeps these locks apart from other advisory locks of the house
_COPIED = [
    "person_uuid",
    "name",
    "is_manager",
    "site",
    "site_name",
    "posts",
    "certificates",
    "ends_on",
    "missing",
    "overdue",
    "as_of",
]


def refresh_people(person_ids: Iterable[int], *, at: datetime) -> int:
    """Make the lines of these persons anew, in every company; return how many lines they have. Nine queries a batch.

    Who has no place in a company any more keeps nothing of it: neither posting, nor right over a site, nor unused seat.
    """
    ids = sorted(set(person_ids))
    return sum(_refresh(ids[start : start + BATCH], at) for start in range(0, len(ids), BATCH))


def refresh_company(organisation_id: int, *, at: datetime) -> int:
    """Make the lines of a whole company anew; for whoever has added or moved many people at once."""
    today = timezone.localdate(at)
    now_there = employments_in_force(today).filter(organisation_id=organisation_id).values_list("user_id", flat=True)
    listed = RosterLine.objects.filter(organisation_id=organisation_id).values_list("person_id", flat=True)
    return refresh_people({*now_there, *listed}, at=at)


def stale_people(*, at: datetime, limit: int) -> tuple[int, ...]:
    """Return persons whose lines lack, remain without a place, or are of an earlier day. Three queries."""
    today = timezone.localdate(at)
    line = RosterLine.objects.filter(organisation_id=OuterRef("organisation_id"), person_id=OuterRef("user_id"))
    place = employments_in_force(today).filter(
        organisation_id=OuterRef("organisation_id"), user_id=OuterRef("person_id")
    )
    unlisted = employments_in_force(today).filter(~Exists(line)).values_list("user_id", flat=True)[:limit]
    gone = RosterLine.objects.filter(~Exists(place)).values_list("person_id", flat=True)[:limit]
    old = RosterLine.objects.filter(as_of__lt=today).order_by("as_of").values_list("person_id", flat=True)[:limit]
    return tuple(sorted({*unlisted, *gone, *old}))[: limit * 2]


@transaction.atomic
def _refresh(person_ids: list[int], at: datetime) -> int:
    """Serialised a person by locks of the transaction: facts are read after them, so that no older line comes last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashint8(id)) FROM (SELECT unnest(%s::bigint[]) AS id ORDER BY 1) AS ids",
            [_LOCK, person_ids],
        )
    today = timezone.localdate(at)
    places = (
        employments_in_force(today).filter(user_id__in=person_ids).values_list("organisation_id", "user_id", "role")
    )
    roles: dict[tuple[int, int], set[str]] = {}
    for organisation_id, person_id, role in places:
        roles.setdefault((organisation_id, person_id), set()).add(role)
    sites = {
        (row.organisation_id, row.person_id): row.site
        for row in Posting.objects.filter(person_id__in=person_ids, until__isnull=True).select_related("site")
    }
    rows = get_user_model().objects.filter(pk__in=person_ids).values_list("pk", "uuid", "name", "is_active")
    people = {pk: (uuid, name) for pk, uuid, name, _active in rows}
    open_accounts = {
        pk for pk, _uuid, _name, active in rows if active
    }  # one that is closed may open again, and keeps all
    held = decisions_held(person_ids, today)
    lines = [
        _line(place, people[place[1]], "manager" in roles[place], sites.get(place), held.get(place[1], ()), today)
        for place in roles
    ]
    close_behind(open_accounts, there=set(roles), at=at)
    gone = {
        pk: (organisation_id, person_id)
        for pk, organisation_id, person_id in RosterLine.objects.filter(person_id__in=person_ids).values_list(
            "pk", "organisation_id", "person_id"
        )
        if (organisation_id, person_id) not in roles
    }
    if gone:
        RosterLine.objects.filter(pk__in=gone).delete()
        free_seats([place for place in gone.values() if place[1] in open_accounts], at=at)
    RosterLine.objects.bulk_create(
        lines, update_conflicts=True, unique_fields=["organisation", "person"], update_fields=_COPIED
    )
    return len(lines)


def _line(  # noqa: PLR0917 — the facts in the order in which they were read
    place: tuple[int, int],
    person: "tuple[UUID, str]",
    is_manager: bool,
    site: Site | None,
    held: Sequence[LicenceDecision],
    today: date,
) -> RosterLine:
    certificates = [_certificate(one) for one in held]
    standing = standing_of(certificates)
    return RosterLine(
        organisation_id=place[0],
        person_id=place[1],
        person_uuid=person[0],
        name=person[1],
        is_manager=is_manager,
        site=site,
        site_name=site.name if site else None,
        posts=sorted({one.post_code for one in certificates}),
        certificates=[_written(one) for one in certificates],
        ends_on=standing.ends_on,
        missing=standing.missing,
        overdue=standing.overdue,
        as_of=today,
    )


def _certificate(held: LicenceDecision) -> CertificateStanding:
    current, overdue = held.current, held.overdue
    running = current is not None and current.window is not None
    return CertificateStanding(
        post_code=held.licence.post_code,
        number=held.licence.number,
        last_day=current.window.last_day if current is not None and current.window is not None else None,
        missing=current.missing_sum if current is not None and running else Fraction(0),
        overdue=overdue is not None,
    )


def _written(one: CertificateStanding) -> dict[str, object]:
    missing: Decimal = hundredths_up(one.missing)
    return {
        "post": one.post_code,
        "number": one.number,
        "ends_on": one.last_day.isoformat() if one.last_day else "",
        "missing": str(missing),
        "overdue": one.overdue,
    }
