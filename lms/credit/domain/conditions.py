"""The conditions of the rules: small named functions that say what is amiss, each with its words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from lms.credit.domain.accrual import exact
from lms.credit.domain.decision import Decision, Evidence, Holding, Reason, Year
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import Closing, EvidenceState, State, Status


def ended_state(decision: Decision, rule_set: RuleSet, holding: Holding) -> State:
    """Return how a finished cycle ended. The total and the post decide before any category does."""
    retrain = rule_set.retrain
    left_the_post = retrain.not_working_in_post.value and not holding.works_in_post
    if decision.total < retrain.total_below.value or left_the_post:
        return State.RETRAIN
    if not decision.satisfied:
        return State.HOLD if retrain.category_short.value is Closing.HOLD else State.RETRAIN
    return State.COMPLETE


def flags_of(decision: Decision, rule_set: RuleSet, holding: Holding, inside: Sequence[Evidence]) -> tuple[str, ...]:
    """Return the marks of a decision that do not change its state, in a fixed order."""
    flags = []
    if rule_set.status.value is not Status.IN_FORCE:
        flags.append(f"ruleset_{rule_set.status.value}")
    flags += [
        f"annual_short_y{year.window.number}_{exact(year.missing)}" for year in years_over(decision) if year.missing
    ]
    flags += [
        f"annual_professional_short_y{year.window.number}_{exact(year.professional_missing)}"
        for year in years_over(decision)
        if year.professional_missing
    ]
    if out_of_sequence(rule_set, inside):
        flags.append("sequence_anomaly")
    if late_hours(decision, rule_set, inside):
        flags.append("late_upload")
    if not holding.in_national_list:
        flags.append("sync_blocked_post")
    return tuple(flags)


def years_over(decision: Decision) -> tuple[Year, ...]:
    """Return the years that are over. A running year can still be filled, so its shortage is not mentioned."""
    return tuple(year for year in decision.years if year.window.end <= decision.as_of)


def out_of_sequence(rule_set: RuleSet, inside: Sequence[Evidence]) -> bool:
    """Was a step taken up while an earlier one was unfilled and went on only afterwards?

    A step that never came is a shortage, and is said as such. Days, not moments, are compared.
    """
    steps = [
        category
        for code in rule_set.hours.sequence.value
        for category in rule_set.hours.categories
        if category.code == code
    ]
    valid = [item for item in inside if item.state is EvidenceState.VALID]
    for earlier, later in pairwise(steps):
        first = [item for item in valid if item.category in earlier.counts.value]
        needed = earlier.minimum.value * rule_set.accrual.seconds_per_hour
        for day in {item.activity_day for item in valid if item.category in later.counts.value}:
            done = sum(item.seconds for item in first if item.activity_day <= day)
            if done < needed and any(item.activity_day > day for item in first):
                return True
    return False


def late_hours(decision: Decision, rule_set: RuleSet, inside: Sequence[Evidence]) -> Fraction:
    """Return what was reported only after its cycle was over: it counts by the day it was done, and is marked."""
    window = decision.window
    seconds = (
        Fraction(item.seconds)
        for item in inside
        if window and item.state is EvidenceState.VALID and item.recorded_on and item.recorded_on >= window.end
    )
    return sum(seconds, Fraction(0)) / rule_set.accrual.seconds_per_hour


def reasons_of(
    decision: Decision,
    rule_set: RuleSet,
    holding: Holding,
    mine: Sequence[Evidence],
    over_limit: Mapping[date, Fraction],
) -> tuple[Reason, ...]:
    """Return everything that explains the figures, the weightiest first."""
    return (
        *_about_the_post(decision, rule_set, holding),
        *_about_shortages(decision),
        *_about_waiting_and_refused(mine, decision, rule_set),
        *(Reason("over_daily_limit", (("day", day), ("hours", hours))) for day, hours in sorted(over_limit.items())),
        *_about_days_outside(mine, decision, rule_set),
        *_about_the_rules(decision, rule_set, holding, mine),
    )


def _about_the_post(decision: Decision, rule_set: RuleSet, holding: Holding) -> Iterator[Reason]:
    if rule_set.retrain.not_working_in_post.value and not holding.works_in_post:
        yield Reason("not_working_in_post")
    if decision.state is State.RETRAIN and decision.total < rule_set.retrain.total_below.value:
        yield Reason("total_too_low", (("hours", decision.total), ("required", rule_set.retrain.total_below.value)))


def _about_shortages(decision: Decision) -> Iterator[Reason]:
    for item in (*decision.categories, *decision.groups):
        if item.missing:
            yield Reason(
                "category_short", (("name", item.spoken), ("missing", item.missing), ("required", item.required))
            )
    if decision.total_missing:
        yield Reason("total_short", (("missing", decision.total_missing), ("required", decision.required)))
    for year in years_over(decision):
        if year.missing:
            yield Reason("annual_short", (("year", year.window.number), ("missing", year.missing)))
        if year.professional_missing:
            yield Reason(
                "annual_professional_short", (("year", year.window.number), ("missing", year.professional_missing))
            )


def _about_waiting_and_refused(mine: Sequence[Evidence], decision: Decision, rule_set: RuleSet) -> Iterator[Reason]:
    window, sums = decision.window, dict[EvidenceState, int | Fraction]()
    for item in mine:
        if item.state is not EvidenceState.VALID and window and window.contains(item.activity_day):
            sums[item.state] = sums.get(item.state, 0) + item.seconds
    for state in EvidenceState:
        if seconds := sums.get(state):
            hours = Fraction(seconds, rule_set.accrual.seconds_per_hour)
            yield Reason(f"evidence_{state.value}", (("hours", hours),))


def _about_days_outside(mine: Sequence[Evidence], decision: Decision, rule_set: RuleSet) -> Iterator[Reason]:
    """Hours before the first cycle look lost; before any other cycle lies another one, which has them."""
    window = decision.window
    if window is None or window.number != 1:
        return
    before = sum(
        (
            Fraction(item.seconds)
            for item in mine
            if item.state is EvidenceState.VALID and item.activity_day < window.start
        ),
        Fraction(0),
    )
    if before:
        yield Reason(
            "before_first_cycle", (("hours", before / rule_set.accrual.seconds_per_hour), ("start", window.start))
        )


def _about_the_rules(
    decision: Decision, rule_set: RuleSet, holding: Holding, mine: Sequence[Evidence]
) -> Iterator[Reason]:
    window = decision.window
    inside = [item for item in mine if window and window.contains(item.activity_day)]
    if out_of_sequence(rule_set, inside):
        yield Reason("sequence_anomaly")
    if late := late_hours(decision, rule_set, inside):
        yield Reason("late_upload", (("hours", late),))
    if rule_set.status.value is not Status.IN_FORCE:
        yield Reason(f"ruleset_{rule_set.status.value}", (("name", rule_set.name),))
    if not holding.in_national_list:
        yield Reason("sync_blocked_post")
