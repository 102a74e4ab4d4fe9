"""Cycles that wait for an authority, and what was decided about them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from lms.accounts.queries import LicenceFacts, licences_held, names_of
from lms.accounts.roles import Role, roles_of
from lms.credit.domain.terms import State
from lms.credit.models import CreditBalance, HoldResolution
from lms.organisations.domain.area import covers
from lms.organisations.queries import area_of

if TYPE_CHECKING:
    from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """A cycle on hold, with its last day. missing: exact hours as text by category; total: the same of the whole cycle."""

    licence: LicenceFacts
    holder_name: str
    cycle: int
    starts_on: date | None
    last_day: date | None
    total: str
    missing: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResolutionFacts:
    """What was decided about a cycle. outcome: renew or retrain."""

    licence_id: int
    cycle: int
    outcome: str
    outcome_label: str
    reason: str
    decided_at: datetime
    by_name: str


def may_resolve(user: "User", region_code: str, *, on: date) -> bool:
    """Say whether a person works for an authority, as its officer, that watches over the region. Two queries."""
    return Role.AUTHORITY in roles_of(user) and covers(area_of(user, on=on), region_code)


def holds_in(area: frozenset[str], *, limit: int = 200) -> tuple[HoldFacts, ...]:
    """Return the cycles of an area that wait for a decision, the one that ended first first. Three queries.

    By the stored balances, which each night follow the calendar; whoever decides asks the rules again.
    """
    where = Q(pk__in=[])
    for prefix in area:
        where |= Q(licence__region_code__startswith=prefix)
    decided = HoldResolution.objects.filter(licence_id=OuterRef("licence_id"), cycle=OuterRef("cycle"))
    rows = list(
        CreditBalance.objects.filter(where, state=State.HOLD.value, licence__withdrawn_on__isnull=True)
        .exclude(Exists(decided))
        .order_by("ends_on", "id")[:limit]
    )
    people = {row.learner_id for row in rows}
    held = {one.id: one for licences in licences_held(people).values() for one in licences}
    names = names_of(people)
    return tuple(
        HoldFacts(
            licence=held[row.licence_id],
            holder_name=names.get(row.learner_id, ""),
            cycle=row.cycle,
            starts_on=row.starts_on,
            last_day=row.ends_on - timedelta(days=1) if row.ends_on else None,
            total=str(row.figures.get("total", "")),
            missing=tuple((str(code), str(hours)) for code, hours in row.figures.get("missing", {}).items()),
        )
        for row in rows
        if row.licence_id in held
    )


def resolution_of(licence_id: int, cycle: int) -> ResolutionFacts | None:
    """Return what an authority decided about one cycle of a certificate; None as long as nobody has. Two queries."""
    return next(iter(_facts(HoldResolution.objects.filter(licence_id=licence_id, cycle=cycle))), None)


def resolutions_in(area: frozenset[str], *, limit: int = 20) -> tuple[ResolutionFacts, ...]:
    """Return what was decided in an area, the newest first. Two queries."""
    where = Q(pk__in=[])
    for prefix in area:
        where |= Q(licence__region_code__startswith=prefix)
    return _facts(HoldResolution.objects.filter(where).order_by("-id")[:limit])


def _facts(rows: QuerySet[HoldResolution]) -> tuple[ResolutionFacts, ...]:
    found = list(rows)
    names = names_of(row.by_id for row in found)
    return tuple(
        ResolutionFacts(
            licence_id=row.licence_id,
            cycle=row.cycle,
            outcome=row.outcome,
            outcome_label=row.get_outcome_display(),
            reason=row.reason,
            decided_at=row.decided_at,
            by_name=names.get(row.by_id, ""),
        )
        for row in found
    )
