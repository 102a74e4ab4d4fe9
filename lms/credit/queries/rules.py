"""Rule sets out of the table."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from lms.credit.domain.parsing import parse
from lms.credit.domain.rule_set import RuleSet
from lms.credit.models import RuleSetVersion


def rule_sets_on(codes: Iterable[str], day: date) -> dict[str, RuleSet]:
    """Return the version of each rule set that is effective on `day`, by code; a code without one is left out. One query.

    Where two versions overlap, the one that began later counts.
    """
    rows = (
        RuleSetVersion.objects.filter(code__in=set(codes), effective_from__lte=day)
        .filter(Q(effective_until__isnull=True) | Q(effective_until__gt=day))
        .order_by("effective_from", "id")
    )
    newest = {row.code: row for row in rows}
    return {code: parse(row.data) for code, row in newest.items()}


def rule_set_on(code: str, day: date) -> RuleSet | None:
    """Return the version of one rule set that is effective on `day`, or None. One query."""
    return rule_sets_on([code], day).get(code)
