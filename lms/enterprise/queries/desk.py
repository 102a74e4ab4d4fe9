"""Whose desk it is, and the people on it: lists, figures, the picture of risk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import OrderBy

from lms.enterprise.domain.standing import Risk, soon_until
from lms.enterprise.models import RosterLine, Site, SiteManager
from lms.organisations.queries import OrganisationFacts, managed_by, organisations_of

if TYPE_CHECKING:
    from lms.accounts.models import User

SORTS: dict[str, tuple[str | OrderBy, ...]] = {
    "end": ("-overdue", F("ends_on").asc(nulls_last=True), "id"),
    "name": ("name", "id"),
    "missing": ("-missing", "id"),
    "site": (F("site_name").asc(nulls_last=True), "name", "id"),
}
NO_SITE = "none"


@dataclass(frozen=True, slots=True)
class Desk:
    """What one manager sees of one company. site_ids None: the whole company; else the people of these sites alone."""

    organisation: OrganisationFacts
    site_ids: frozenset[int] | None

    @property
    def is_whole(self) -> bool:
        return self.site_ids is None

    @property
    def scope(self) -> Q:
        """The condition under which a line of the roster is on this desk."""
        own = Q(organisation_id=self.organisation.id)
        return own if self.site_ids is None else own & Q(site_id__in=self.site_ids)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which people are asked for. "" and None: all. site: uuid, or NO_SITE for who has none; people: only these."""

    words: str = ""
    post: str = ""
    site: str = ""
    ends_before: date | None = None
    missing: bool = False
    state: str = ""
    people: tuple[UUID, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Figures:
    """People by how pressing it is, and how many in all."""

    people: int
    by_risk: Mapping[str, int]

    def __getitem__(self, risk: str) -> int:
        return self.by_risk[risk]


@dataclass(frozen=True, slots=True)
class SiteRisk:
    """One site (uuid None: people without one) with its people by how pressing it is."""

    uuid: UUID | None
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """One open site. people: how many work there; managers: (id, uuid of the person, name)."""

    id: int
    uuid: UUID
    name: str
    people: int
    managers: tuple[tuple[int, UUID, str], ...]


def desks_of(user: "User", *, on: date) -> tuple[Desk, ...]:
    """Return the desks of a person on a day: companies they manage, then those of which they manage sites. Three queries."""
    whole = [place for place in managed_by(user, on=on) if place.kind == "enterprise"]
    desks = [Desk(place, None) for place in whole]
    granted = SiteManager.objects.filter(person=user, revoked_at__isnull=True, site__closed_at__isnull=True)
    sites: dict[int, set[int]] = {}
    for site_id, organisation_id in granted.values_list("site_id", "site__organisation_id"):
        sites.setdefault(organisation_id, set()).add(site_id)
    for place in {one.organisation.id: one.organisation for one in organisations_of(user, on=on)}.values():
        if place.id in sites and place.id not in {one.id for one in whole}:
            desks.append(Desk(place, frozenset(sites[place.id])))
    return tuple(desks)


def desk_of(user: "User", organisation_uuid: UUID, *, on: date) -> Desk | None:
    """Return a person's desk of a company; None for whoever has none there, whatever else they manage."""
    return next((desk for desk in desks_of(user, on=on) if desk.organisation.uuid == organisation_uuid), None)


def roster(desk: Desk, wish: Wish, *, today: date, sort: str = "end") -> QuerySet[RosterLine]:
    """Return the lines of a desk that fit, to be cut into pages. Two queries a page, one to count.

    The sites come by a query of their own: joined, they would be looked up for every line before the page as well.
    """
    rows = RosterLine.objects.filter(desk.scope, _fits(wish, today)).prefetch_related("site")
    return rows.order_by(*SORTS.get(sort, SORTS["end"]))


def figures_of(desk: Desk, *, today: date) -> Figures:
    """Return how many people a desk has, by how pressing it is. One query."""
    counted = RosterLine.objects.filter(desk.scope).aggregate(people=Count("pk"), **_counts(today))
    return _read(counted)


def risk_by_site(desk: Desk, *, today: date) -> tuple[SiteRisk, ...]:
    """Return the sites of a desk with their people by how pressing it is, the most pressing site first. One query."""
    rows = (
        RosterLine.objects.filter(desk.scope)
        .values("site__uuid", "site__name")
        .annotate(people=Count("pk"), **_counts(today))
        .order_by()
    )
    found = [
        SiteRisk(
            row["site__uuid"],
            row["site__name"] or "",
            _read(row),
        )
        for row in rows
    ]
    return tuple(
        sorted(found, key=lambda one: (-one.figures["overdue"] - one.figures["soon"], one.uuid is None, one.name))
    )


def line_of(desk: Desk, person_uuid: UUID) -> RosterLine | None:
    """Return one person of a desk; None for somebody who is not on it. One query."""
    return RosterLine.objects.filter(desk.scope, person_uuid=person_uuid).select_related("site").first()


def posts_on(desk: Desk) -> tuple[str, ...]:
    """Return the posts of the certificates on a desk, by code. One query."""
    rows = RosterLine.objects.filter(desk.scope).exclude(posts=[]).values_list("posts", flat=True).distinct().order_by()
    return tuple(sorted({post for posts in rows for post in posts}))


def sites_on(desk: Desk) -> tuple[Site, ...]:
    """Return the open sites that a desk sees, by name. One query."""
    rows = Site.objects.filter(organisation_id=desk.organisation.id, closed_at__isnull=True)
    if desk.site_ids is not None:
        rows = rows.filter(pk__in=desk.site_ids)
    return tuple(rows.order_by("name"))


def site_table(desk: Desk) -> tuple[SiteFacts, ...]:
    """Return the open sites of a desk with how many people and which managers each has. Three queries."""
    sites = sites_on(desk)
    people = dict(
        RosterLine.objects.filter(desk.scope, site__in=sites).values_list("site_id").annotate(n=Count("pk")).order_by()
    )
    managers: dict[int, list[tuple[int, UUID, str]]] = {}
    rows = SiteManager.objects.filter(site__in=sites, revoked_at__isnull=True).select_related("person").order_by("id")
    for row in rows:
        managers.setdefault(row.site_id, []).append((row.pk, row.person.uuid, row.person.name))
    return tuple(
        SiteFacts(site.pk, site.uuid, site.name, people.get(site.pk, 0), tuple(managers.get(site.pk, ())))
        for site in sites
    )


def managers_of(desk: Desk) -> tuple[RosterLine, ...]:
    """Return who manages the whole company, by name. One query."""
    rows = RosterLine.objects.filter(organisation_id=desk.organisation.id, is_manager=True)
    return tuple(rows.order_by("name", "id"))


def ids_on(desk: Desk, wish: Wish, *, today: date, limit: int) -> tuple[int, ...]:
    """Return the persons of a desk that fit, the most pressing first. One query."""
    people = roster(desk, wish, today=today).prefetch_related(None).values_list("person_id", flat=True)
    return tuple(people[:limit])


def all_on(desk: Desk, people: Sequence[int]) -> bool:
    """Say whether all these persons are on a desk now. One query."""
    return RosterLine.objects.filter(desk.scope, person_id__in=people).count() == len(people)


def _fits(wish: Wish, today: date) -> Q:
    where = Q()
    if wish.people:
        where &= Q(person_uuid__in=wish.people)
    if wish.words:
        where &= Q(name__icontains=wish.words)
    if wish.post:
        where &= Q(posts__contains=[wish.post])
    if wish.site:
        where &= Q(site__isnull=True) if wish.site == NO_SITE else Q(site__uuid=wish.site)
    if wish.ends_before is not None:
        where &= Q(ends_on__lt=wish.ends_before)
    if wish.missing:
        where &= Q(missing__gt=Decimal(0)) | Q(overdue=True)
    if wish.state in {risk.value for risk in Risk}:
        where &= _is(Risk(wish.state), today)
    return where


def _is(risk: Risk, today: date) -> Q:
    """The same as domain.standing.risk_of, as a condition."""
    if risk is Risk.OVERDUE:
        return Q(overdue=True)
    if risk is Risk.NONE:
        return Q(overdue=False, ends_on__isnull=True)
    runs = Q(overdue=False, ends_on__isnull=False)
    if risk is Risk.MET:
        return runs & Q(missing=0)
    edge = soon_until(today)
    return runs & Q(missing__gt=0) & (Q(ends_on__lte=edge) if risk is Risk.SOON else Q(ends_on__gt=edge))


def _counts(today: date) -> dict[str, Count]:
    """Named apart from the columns, of which one is called overdue."""
    return {f"n_{risk.value}": Count("pk", filter=_is(risk, today)) for risk in Risk}


def _read(row: Mapping[str, Any]) -> Figures:
    return Figures(row["people"], {risk.value: row[f"n_{risk.value}"] for risk in Risk})


def known_uuids(texts: Iterable[str]) -> tuple[UUID, ...]:
    """Return those of the texts that are uuids."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return tuple(found)
