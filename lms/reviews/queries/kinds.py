"""The table of claim kinds as an authority sees it."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from lms.credit.queries import rule_sets_on
from lms.organisations.domain.area import covers
from lms.organisations.queries import area_of
from lms.reviews.models import ClaimKind

if TYPE_CHECKING:
    from lms.accounts.models import User


def claim_kind_names(codes: Iterable[str]) -> dict[str, str]:
    """Return what kinds are called by code; of a code that several rule sets use, the name in the oldest. One query."""
    return dict(ClaimKind.objects.filter(code__in=set(codes)).order_by("-pk").values_list("code", "name"))


def kinds_of_area(user: "User", *, on: date) -> tuple[ClaimKind, ...]:
    """Return the kinds of the rule sets that an officer's area covers. Three queries."""
    rows = list(ClaimKind.objects.order_by("rule_set_code", "id"))
    rules = rule_sets_on({row.rule_set_code for row in rows}, on)
    area = area_of(user, on=on)
    return tuple(
        row for row in rows if (found := rules.get(row.rule_set_code)) is not None and covers(area, found.region_code)
    )
