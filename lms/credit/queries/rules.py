"""Rule sets out of the table."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from lms.credit.domain.cycle import window_number
from lms.credit.domain.decision import Holding
from lms.credit.domain.parsing import parse
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import JudgedBy, Status
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


class RuleVersions:
    """All versions of one rule set. Each is read when it is first asked for."""

    def __init__(self, rows: Iterable[RuleSetVersion]) -> None:
        self._rows = sorted(rows, key=lambda row: (row.effective_from, row.pk))
        self._read: dict[int, RuleSet] = {}

    def on(self, day: date) -> RuleSet | None:
        """Return the version that is effective on a day; where two overlap, the one that began later."""
        for row in reversed(self._rows):
            if row.effective_from <= day and (row.effective_until is None or row.effective_until > day):
                if row.pk not in self._read:
                    self._read[row.pk] = parse(row.data)
                return self._read[row.pk]
        return None

    @property
    def any_draft(self) -> bool:
        """Tell whether any version, of whatever day, is a draft."""
        return any(row.status == Status.DRAFT.value for row in self._rows)

    def of_cycle(self, number: int, holding: Holding, as_of: date) -> RuleSet | None:
        """Return the version that judges cycle `number`, as today's version counts the cycles.

        Today's version says whose day it is. It judges itself what was before any version, and what an earlier one had cut
        into other cycles: a number means one stretch of days, whoever judges it.
        """
        today = self.on(as_of)
        if today is None or holding.issued_on is None:
            return today
        found = window_number(number, holding.issued_on, today, exchanged_on=holding.exchanged_on)
        by = today.cycle.judged_by.value if today.cycle.judged_by else JudgedBy.LAST_DAY
        day = {JudgedBy.FIRST_DAY: found.start, JudgedBy.LAST_DAY: found.last_day, JudgedBy.TODAY: as_of}[by]
        then = self.on(min(day, as_of))
        if then is None or then is today:
            return today
        same = window_number(number, holding.issued_on, then, exchanged_on=holding.exchanged_on)
        return then if same == found else today


def rule_versions(codes: Iterable[str]) -> dict[str, RuleVersions]:
    """Return all versions of each rule set, by code; a code without any is left out. One query."""
    rows: dict[str, list[RuleSetVersion]] = defaultdict(list)
    for row in RuleSetVersion.objects.filter(code__in=set(codes)):
        rows[row.code].append(row)
    return {code: RuleVersions(versions) for code, versions in rows.items()}


def rule_set_on(code: str, day: date) -> RuleSet | None:
    """Return the version of one rule set that is effective on `day`, or None. One query."""
    return rule_sets_on([code], day).get(code)
