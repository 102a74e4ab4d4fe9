"""Whose people and whose area a person may see, and what stands there. Days are the regulator's."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from lms.accounts.queries import LicenceFacts, licences_held
from lms.organisations.domain.area import NATION, area_prefix
from lms.organisations.domain.notice_reading import read_notice
from lms.organisations.domain.working_days import Calendar, Notice
from lms.organisations.models import Membership, Organisation, Region, WorkingDayNotice
from lms.organisations.working_day_notices import shipped_notices

if TYPE_CHECKING:
    from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """One region. level: nation, province, city or district."""

    code: str
    name: str
    level: str
    fictional: bool


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """One organisation, with its region."""

    id: int
    uuid: UUID
    kind: str
    name: str
    credit_code: str
    region: RegionFacts
    fictional: bool


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """One place of a person in an organisation."""

    id: int
    organisation: OrganisationFacts
    role: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person of an organisation. roles: of the organisation (staff, manager, officer); since: their earliest day."""

    user_id: int
    uuid: UUID
    name: str
    roles: tuple[str, ...]
    since: date
    licences: tuple[LicenceFacts, ...]
    has_document: bool


@dataclass(frozen=True, slots=True)
class StaffFigures:
    """The people of an organisation as figures. by_post: (post code, certificates), most first."""

    people: int
    holders: int
    licences: int
    without_document: int
    by_post: tuple[tuple[str, int], ...]


def organisations_of(user: "User", *, on: date) -> tuple[MembershipFacts, ...]:
    """Return the places a person has on a day, in the order in which they were recorded. One query."""
    rows = _in_force(on).filter(user=user).select_related("organisation__region").order_by("pk")
    return tuple(
        MembershipFacts(row.pk, _organisation(row.organisation), row.role, row.valid_from, row.valid_until)
        for row in rows
    )


def managed_by(user: "User", *, on: date) -> tuple[OrganisationFacts, ...]:
    """Return the organisations whose people a person manages on a day, in the order in which they were recorded. One query."""
    return tuple(place.organisation for place in organisations_of(user, on=on) if place.role == Membership.Role.MANAGER)


def area_of(user: "User", *, on: date) -> frozenset[str]:
    """Return the area that a person watches over, as prefixes of region codes; "" covers the whole country. One query.

    Whoever is no officer of an authority watches over nothing: an empty set, which covers nothing.
    """
    codes = _in_force(on).filter(
        user=user, role=Membership.Role.OFFICER, organisation__kind=Organisation.Kind.AUTHORITY
    )
    return frozenset(area_prefix(code) for code in codes.values_list("organisation__region_id", flat=True))


def officers_over(region_code: str, *, on: date) -> tuple[int, ...]:
    """Return the ids of those who watch over a region as officers of an authority, the country's included. One query."""
    above = {NATION, f"{region_code[:2]}0000", f"{region_code[:4]}00", region_code}
    rows = _in_force(on).filter(
        role=Membership.Role.OFFICER,
        organisation__kind=Organisation.Kind.AUTHORITY,
        organisation__region_id__in=above,
        user__is_active=True,
    )
    return tuple(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def staff_of(organisation_id: int, *, on: date, name: str = "") -> tuple[StaffMember, ...]:
    """Return the people of an organisation on a day, by name; with `name`, those whose names contain it. Two queries."""
    rows = _in_force(on).filter(organisation_id=organisation_id, user__is_active=True)
    if name:
        rows = rows.filter(user__name__icontains=name)
    places: dict[int, list[Membership]] = {}
    for row in rows.select_related("user__identity"):
        places.setdefault(row.user_id, []).append(row)
    licences = licences_held(places)
    people = [
        StaffMember(
            user_id=user_id,
            uuid=held[0].user.uuid,
            name=held[0].user.name,
            roles=tuple(place.role for place in held),
            since=min(place.valid_from for place in held),
            licences=licences.get(user_id, ()),
            has_document=hasattr(held[0].user, "identity"),
        )
        for user_id, held in places.items()
    ]
    return tuple(sorted(people, key=lambda person: (person.name, person.user_id)))


def staff_ids(organisation_id: int, *, among: Iterable[int], on: date) -> frozenset[int]:
    """Return which of these persons are of an organisation on a day. One query, however large the organisation."""
    rows = _in_force(on).filter(organisation_id=organisation_id, user_id__in=list(among), user__is_active=True)
    return frozenset(rows.values_list("user_id", flat=True))


def staff_member(organisation_id: int, person_uuid: UUID, *, on: date) -> StaffMember | None:
    """Return one person of an organisation on a day; None for somebody who is not of it."""
    return next((one for one in staff_of(organisation_id, on=on) if one.uuid == person_uuid), None)


def employments_in_force(on: date) -> QuerySet[Membership]:
    """Return every place in an enterprise that is in force on a day, of people whose accounts are open.

    For the desks above, which join it with rows of their own; nobody writes on it.
    """
    return _in_force(on).filter(organisation__kind=Organisation.Kind.ENTERPRISE, user__is_active=True)


def figures_of(staff: Iterable[StaffMember]) -> StaffFigures:
    """Return how many people there are, and how many certificates by post, most first. No query."""
    people = tuple(staff)
    posts = Counter(licence.post_code for person in people for licence in person.licences)
    return StaffFigures(
        people=len(people),
        holders=sum(bool(person.licences) for person in people),
        licences=posts.total(),
        without_document=sum(not person.has_document for person in people),
        by_post=tuple(posts.most_common()),
    )


def may_see_person(viewer: "User", person_id: int, *, on: date) -> bool:
    """Say whether a person is of an organisation that the viewer manages, or of one in the viewer's area. Three queries."""
    managed = [organisation.id for organisation in managed_by(viewer, on=on)]
    theirs = _in_force(on).filter(user_id=person_id)
    return theirs.filter(
        Q(organisation_id__in=managed) | _in_area("organisation__region__code", area_of(viewer, on=on))
    ).exists()


def organisations_in(
    area: Iterable[str], *, kind: str | None = None, limit: int | None = None, offset: int = 0
) -> tuple[OrganisationFacts, ...]:
    """Return the organisations in an area, by region and then by age; of one kind if asked. One query."""
    rows = _organisations_in(area, kind).select_related("region").order_by("region_id", "pk")
    end = None if limit is None else offset + limit
    return tuple(_organisation(row) for row in rows[offset:end])


def kinds_in(area: Iterable[str]) -> dict[str, int]:
    """Return how many organisations of each kind an area has, zeros included. One query."""
    counted = Counter(dict.fromkeys(Organisation.Kind.values, 0))
    rows = _organisations_in(area, None).values_list("kind").annotate(n=Count("pk")).order_by("kind")
    counted.update(dict(rows))
    return dict(counted)


def counts_by_region(area: Iterable[str]) -> tuple[tuple[RegionFacts, int], ...]:
    """Return the regions of an area that have organisations, with their number, most first. One query."""
    rows = Region.objects.filter(_in_area("code", area)).annotate(n=Count("organisations")).filter(n__gt=0)
    return tuple((_region(row), row.n) for row in rows.order_by("-n", "code"))


def regions_in(area: Iterable[str]) -> tuple[RegionFacts, ...]:
    """Return the highest regions of an area (those its prefixes name), by code. One query."""
    codes = [prefix.ljust(6, "0") if prefix else "100000" for prefix in area]
    return tuple(_region(row) for row in Region.objects.filter(code__in=codes).order_by("code"))


def regions_above(organisation_id: int) -> tuple[str, ...]:
    """Return the codes of an organisation's region and of those above it, the nearest first. At most five queries."""
    code = Organisation.objects.values_list("region_id", flat=True).get(pk=organisation_id)
    codes: list[str] = []
    while code is not None:
        codes.append(code)
        code = Region.objects.values_list("parent_id", flat=True).get(pk=code)
    return tuple(codes)


def region(code: str) -> RegionFacts | None:
    """Return a region, None for a code that is not known. One query."""
    row = Region.objects.filter(code=code).first()
    return _region(row) if row else None


def region_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of these regions by code; one that is not known is left out. One query."""
    return dict(Region.objects.filter(code__in=set(codes)).values_list("code", "name"))


def find_organisation(uuid: UUID) -> OrganisationFacts | None:
    """Return an organisation by its outside name; None for none. One query."""
    row = Organisation.objects.filter(uuid=uuid).select_related("region").first()
    return _organisation(row) if row else None


def _in_force(on: date) -> QuerySet[Membership]:
    return Membership.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on), valid_from__lte=on)


def _organisations_in(area: Iterable[str], kind: str | None) -> QuerySet[Organisation]:
    rows = Organisation.objects.filter(_in_area("region__code", area))
    return rows.filter(kind=kind) if kind else rows


def _in_area(column: str, area: Iterable[str]) -> Q:
    """Return the condition that a region's code lies in the area; of an empty area nothing does."""
    condition = Q(pk__in=[])
    for prefix in area:
        condition |= Q(**{f"{column}__startswith": prefix})
    return condition


def _organisation(row: Organisation) -> OrganisationFacts:
    return OrganisationFacts(
        id=row.pk,
        uuid=row.uuid,
        kind=row.kind,
        name=row.name,
        credit_code=row.credit_code,
        region=_region(row.region),
        fictional=row.fictional,
    )


def _region(row: Region) -> RegionFacts:
    return RegionFacts(row.code, row.name, row.level, row.fictional)


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The notice that counts for a year. version 0 = as shipped; loaded_at, by_id: of one that an administrator loaded."""

    notice: Notice
    version: int
    loaded_at: datetime | None
    by_id: int | None


def notices() -> tuple[NoticeFacts, ...]:
    """Return the notice that counts for each year, the latest year first. One query."""
    found = {notice.year: NoticeFacts(notice, 0, None, None) for notice in shipped_notices()}
    for row in WorkingDayNotice.objects.order_by("year", "version"):
        found[row.year] = NoticeFacts(read_notice(row.data), row.version, row.loaded_at, row.by_id)
    return tuple(facts for _year, facts in sorted(found.items(), reverse=True))


def working_calendar() -> Calendar:
    """Return the calendar by the notices that count now. One query; count many periods with one calendar.

    Periods are counted when they are asked for and never stored, so a notice that is loaded moves all of them at once.
    """
    return Calendar(facts.notice for facts in notices())


@dataclass(frozen=True, slots=True)
class Employment:
    """An enterprise, those who manage it, and which of the persons asked about work there, by their user ids."""

    organisation: OrganisationFacts
    manager_ids: tuple[int, ...]
    person_ids: tuple[int, ...]


def managers_of(organisation_uuid: UUID, on: date) -> tuple[int, ...]:
    """Return the ids of those who manage an organisation on a day; nobody, for one that is not there. One query."""
    rows = _in_force(on).filter(
        organisation__uuid=organisation_uuid, role=Membership.Role.MANAGER, user__is_active=True
    )
    return tuple(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def employers_of(person_ids: Iterable[int], *, on: date) -> tuple[Employment, ...]:
    """Return the enterprises where any of these persons work on a day, each once, by age. Two queries."""
    rows = _in_force(on).filter(user_id__in=set(person_ids), organisation__kind=Organisation.Kind.ENTERPRISE)
    people: dict[int, set[int]] = {}
    places: dict[int, Organisation] = {}
    for row in rows.select_related("organisation__region").order_by("organisation_id"):
        people.setdefault(row.organisation_id, set()).add(row.user_id)
        places[row.organisation_id] = row.organisation
    managers: dict[int, set[int]] = {}
    for row in _in_force(on).filter(organisation_id__in=places, role=Membership.Role.MANAGER, user__is_active=True):
        managers.setdefault(row.organisation_id, set()).add(row.user_id)
    return tuple(
        Employment(_organisation(places[pk]), tuple(sorted(managers.get(pk, ()))), tuple(sorted(people[pk])))
        for pk in places
    )


def workplaces_of(person_ids: Iterable[int], *, on: date) -> dict[int, frozenset[int]]:
    """Return the ids of the enterprises where each of these persons has a place on a day or later. One query."""
    rows = Membership.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=on),
        user_id__in=set(person_ids),
        organisation__kind=Organisation.Kind.ENTERPRISE,
    )
    found: dict[int, set[int]] = {}
    for user_id, organisation_id in rows.values_list("user_id", "organisation_id"):
        found.setdefault(user_id, set()).add(organisation_id)
    return {user_id: frozenset(places) for user_id, places in found.items()}
