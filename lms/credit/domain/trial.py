"""What another rule set would change: the same evidence decided twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.credit.domain.accrual import exact
from lms.credit.domain.decision import Decision, Evidence, Holding
from lms.credit.domain.hours import decide
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import JudgedBy, State

MET = "met"  # open, and everything is there already


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a certificate stands in a cycle: a state, or MET; what is missing, exact, as text."""

    cycle: int
    state: str
    missing: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One cycle of a certificate under both rule sets. which: running or previous."""

    which: str
    before: Outcome
    after: Outcome

    @property
    def is_change(self) -> bool:
        return self.before.state != self.after.state


def differences(
    evidence: Iterable[Evidence], holding: Holding, current: RuleSet, tried: RuleSet, as_of: date
) -> tuple[Difference, ...]:
    """Return the running cycle, and the one before it where both rule sets have one, decided by both.

    What began, or ended, under the current version stays with it (RuleVersions.of_cycle) and is left out.
    """
    by = tried.cycle.judged_by.value if tried.cycle.judged_by else JudgedBy.LAST_DAY
    items = tuple(evidence)
    now, then = decide(items, current, holding, as_of), decide(items, tried, holding, as_of)
    found = []
    if by is not JudgedBy.FIRST_DAY or now.window != then.window:
        found.append(Difference("running", _outcome(now), _outcome(then)))
    if now.window and then.window and min(now.window.number, then.window.number) > 1:
        before = decide(items, current, holding, as_of, cycle=now.window.number - 1)
        after = decide(items, tried, holding, as_of, cycle=then.window.number - 1)
        if by is JudgedBy.TODAY or before.window != after.window:
            found.append(Difference("previous", _outcome(before), _outcome(after)))
    return tuple(found)


def _outcome(decision: Decision) -> Outcome:
    met = decision.state is State.OPEN and decision.satisfied
    number = decision.window.number if decision.window else 0
    return Outcome(number, MET if met else decision.state.value, exact(decision.missing_sum))
