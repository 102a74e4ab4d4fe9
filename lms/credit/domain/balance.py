"""A decision in few figures, as it is stored and compared: exact, and the same for the same ledger."""

from dataclasses import dataclass
from datetime import date

from lms.credit.domain.accrual import exact
from lms.credit.domain.decision import Decision, Holding

Figures = dict[str, object]


@dataclass(frozen=True, slots=True)
class Balance:
    """One certificate in one cycle. cycle 0, no days: before certification.

    basis: what was judged by, beside the evidence. figures: hours by category and in all, as exact text.
    """

    cycle: int
    starts_on: date | None
    ends_on: date | None
    state: str
    satisfied: bool
    as_of: date
    basis: Figures
    figures: Figures


def balance_of_decision(decision: Decision, holding: Holding) -> Balance:
    """Return a decision as a balance."""
    window = decision.window
    return Balance(
        cycle=window.number if window else 0,
        starts_on=window.start if window else None,
        ends_on=window.end if window else None,
        state=decision.state.value,
        satisfied=decision.satisfied,
        as_of=decision.as_of,
        basis={
            "rules": f"{decision.rule_code} {decision.rule_version}",
            "issued_on": holding.issued_on.isoformat() if holding.issued_on else "",
            "exchanged_on": holding.exchanged_on.isoformat() if holding.exchanged_on else "",
            "post": holding.post_code,
            "works_in_post": holding.works_in_post,
        },
        figures={
            "total": exact(decision.total),
            "waiting": exact(decision.waiting),
            "earned": {ledger.value: exact(hours) for ledger, hours in decision.earned},
            "missing": {code: exact(hours) for code, hours in sorted(decision.missing.items())},
            "years": [exact(year.hours) for year in decision.years],
            "flags": list(decision.flags),
        },
    )
