"""Whose claims a reviewer decides: by the area of their authority, or of the people of their organisation."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from lms.accounts.roles import Role, roles_of
from lms.organisations.domain.area import area_prefix, covers
from lms.organisations.queries import organisations_of

if TYPE_CHECKING:
    from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class Scope:
    """area: prefixes of region codes; organisations: ids. Both empty: nothing may be seen."""

    area: frozenset[str]
    organisations: frozenset[int]

    @property
    def is_empty(self) -> bool:
        return not self.area and not self.organisations

    def includes(self, region_code: str, organisation_id: int | None) -> bool:
        """Say whether something of this region and organisation is theirs to decide."""
        return covers(self.area, region_code) or organisation_id in self.organisations

    def condition(self, *, region: str = "region_code", organisation: str = "organisation_id") -> Q:
        """Return the same as a condition over rows; of an empty scope nothing."""
        where = Q(**{f"{organisation}__in": self.organisations})
        for prefix in self.area:
            where |= Q(**{f"{region}__startswith": prefix})
        return where


def scope_of(user: "User", *, on: date) -> Scope:
    """Return what a reviewer may decide on a day; without the role, nothing. Two queries.

    A place in an authority, whatever it is called there, gives its area; a place in an institution or company its people.
    """
    if Role.REVIEWER not in roles_of(user):
        return Scope(frozenset(), frozenset())
    places = [place.organisation for place in organisations_of(user, on=on)]
    return Scope(
        frozenset(area_prefix(place.region.code) for place in places if place.kind == "authority"),
        frozenset(place.id for place in places if place.kind in ("enterprise", "institution")),
    )
