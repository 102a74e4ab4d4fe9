"""Steps that a region wants in order (企业培训, then 在线学习): what must be filled before a step may be begun.

It holds back enrolments only. Hours that were earned out of order count; the decision marks them (conditions.out_of_sequence).
"""

from lms.credit.domain.decision import Decision, Requirement
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import LedgerCategory, State


def step_before(decision: Decision, rules: RuleSet, ledger: LedgerCategory) -> Requirement | None:
    """Return the earlier step that is still short for somebody who wants to begin with `ledger`; None = go on.

    Asked of a running cycle alone: before the certificate, before the first cycle and after the last day nothing is held
    back. What belongs to no step is not either.
    """
    if decision.state is not State.OPEN or not decision.has_begun:
        return None
    by_code = {item.code: item for item in decision.categories}
    for code in rules.hours.sequence.value:
        step = by_code.get(code)
        if step is None:
            continue
        if ledger in step.counts:
            return None
        if step.missing and any(
            ledger in by_code[later].counts for later in rules.hours.sequence.value if later in by_code
        ):
            return step
    return None
