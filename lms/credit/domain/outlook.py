"""What is ahead: until when how much is needed, at which pace, and what comes after; and what a course would change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from lms.credit.domain.cycle import Window, window_number
from lms.credit.domain.decision import Decision, Evidence, Holding, Requirement
from lms.credit.domain.hours import decide
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import LedgerCategory, State


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a running cycle still asks for until `last_day`, and the cycle after it.

    missing: in hours; missing_total: what is short even when those are filled. per_week: hours a week from now on that are
    enough, exact; None when nothing is missing. study_days: days of watching at least, by the daily limit; 0 = no limit.
    """

    last_day: date
    days_left: int
    missing: tuple[Requirement, ...]
    missing_total: Fraction
    per_week: Fraction | None
    study_days: int
    following: Window
    following_required: Fraction


def outlook_of(decision: Decision, rules: RuleSet, holding: Holding) -> Outlook | None:
    """Return what is ahead of a running cycle; None before the certificate and for a cycle that is over."""
    window = decision.window
    if window is None or decision.state is not State.OPEN or holding.issued_on is None:
        return None
    short = tuple(item for item in (*decision.categories, *decision.groups) if item.missing)
    whole = decision.missing_sum
    days = decision.days_left + 1  # today still counts
    limit = rules.accrual.daily_online_hours.value
    online = sum((item.missing for item in decision.categories if _is_online(item)), Fraction(0))
    return Outlook(
        last_day=window.last_day,
        days_left=decision.days_left,
        missing=short,
        missing_total=decision.total_missing,
        per_week=whole * 7 / max(days, 7) if whole else None,
        study_days=ceil(online / limit) if limit else 0,
        following=window_number(window.number + 1, holding.issued_on, rules, exchanged_on=holding.exchanged_on),
        following_required=rules.hours.total.value,
    )


def if_finished(
    evidence: Iterable[Evidence],
    rules: RuleSet,
    holding: Holding,
    decision: Decision,
    *,
    ledger: LedgerCategory,
    seconds: int,
    post_code: str | None,
) -> Decision:
    """Return the decision as it would be with so much more watching in one category within this cycle.

    Over as many days as the daily limit asks for: the limit of today is not applied.
    """
    more = Evidence(decision.as_of, ledger, seconds, post_code=post_code, source="what if")
    number = decision.window.number if decision.window else None
    return decide((*evidence, more), rules, holding, decision.as_of, cycle=number)


def days_needed(hours: Fraction, rules: RuleSet) -> int:
    """Return over how many days so much watching must be spread; 1 where there is no limit."""
    limit = rules.accrual.daily_online_hours.value
    return max(1, ceil(hours / limit)) if limit else 1


def _is_online(item: Requirement) -> bool:
    return any(ledger in (LedgerCategory.ONLINE_GENERAL, LedgerCategory.ONLINE_PROFESSIONAL) for ledger in item.counts)
