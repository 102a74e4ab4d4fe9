"""Combinations that nobody could explain to a learner are refused, with the reason."""

from collections.abc import Callable, Iterator

from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import Anchor
from lms.credit.domain.watching import policy_of


class IncoherentRules(ValueError):
    """The values of a rule set contradict one another. `reasons`: a sentence for each contradiction."""

    def __init__(self, code: str, reasons: tuple[str, ...]) -> None:
        super().__init__(f"{code}: {'; '.join(reasons)}")
        self.reasons = reasons


def refuse_incoherent(rules: RuleSet) -> None:
    """Raise IncoherentRules, naming every contradiction at once, or return."""
    reasons = tuple(reason for check in CHECKS for reason in check(rules))
    if reasons:
        raise IncoherentRules(rules.code, reasons)


def _time_runs_forward(rules: RuleSet) -> Iterator[str]:
    if rules.effective_until is not None and rules.effective_until <= rules.effective_from:
        yield "effective_until must lie after effective_from"


def _cycle_fits_its_anchor(rules: RuleSet) -> Iterator[str]:
    cycle, offset = rules.cycle, rules.cycle.first_year_offset.value
    if cycle.length_years.value < 1:
        yield "a cycle lasts at least one year"
    if offset < 0:
        yield "a cycle cannot begin before the certificate"
    if cycle.anchor.value is Anchor.ISSUE_DATE and offset != 0:
        yield "a cycle that begins on the issue date has no offset; with one it is issue_anniversary"
    if cycle.anchor.value is not Anchor.ISSUE_DATE and offset == 0:
        yield f"{cycle.anchor.value} without an offset would begin before or on the issue date"


def _minima_fit_the_total(rules: RuleSet) -> Iterator[str]:
    hours = rules.hours
    if hours.total.value <= 0:
        yield "the total must be more than nothing"
    if any(category.minimum.value < 0 for category in hours.categories):
        yield "a minimum cannot be negative"
    if sum(category.minimum.value for category in hours.categories) > hours.total.value:
        yield "the minima ask for more than the total: the total would mean nothing"
    annual = hours.annual.value
    if annual is not None and annual * rules.cycle.length_years.value > hours.total.value:
        yield "the yearly figure asks for more in a cycle than the total"


def _an_hour_has_one_place(rules: RuleSet) -> Iterator[str]:
    counted = [ledger for category in rules.hours.categories for ledger in category.counts.value]
    for ledger in sorted({item for item in counted if counted.count(item) > 1}):
        yield f"{ledger} would count in two categories"
    for category in rules.hours.categories:
        if not category.counts.value:
            yield f"nothing can fill {category.code}"


def _codes_exist(rules: RuleSet) -> Iterator[str]:
    codes = {category.code for category in rules.hours.categories}
    for group in rules.hours.groups:
        if unknown := set(group.members.value) - codes:
            yield f"group {group.code} names unknown {', '.join(sorted(unknown))}"
        elif group.minimum.value > rules.hours.total.value:
            yield f"group {group.code} asks for more than the total"
    named = [category.code for category in rules.hours.categories] + [group.code for group in rules.hours.groups]
    for code in sorted({code for code in named if named.count(code) > 1}):
        yield f"{code} is named twice"
    members = [code for group in rules.hours.groups for code in group.members.value]
    if len(members) != len(set(members)):
        yield "a category stands in two groups"
    if unknown := set(rules.hours.sequence.value) - codes:
        yield f"the sequence names unknown {', '.join(sorted(unknown))}"
    if "total" in codes:
        yield "“total” cannot name a category"


def _an_hour_has_a_length(rules: RuleSet) -> Iterator[str]:
    if rules.accrual.minutes_per_hour.value < 1:
        yield "an hour of credit lasts at least a minute"
    cap = rules.accrual.daily_online_hours.value
    if cap is not None and cap <= 0:
        yield "a daily limit of nothing would count nothing; leave it empty for no limit"


def _only_what_the_engine_does(rules: RuleSet) -> Iterator[str]:
    if rules.accrual.carry_over.value:
        yield "hours cannot be carried over: no source allows it, and the engine does not do it"
    if not rules.accrual.shared_general.value:
        yield "general hours count for all posts of a person: no source denies it, and the engine cannot split them"


def _retraining_follows_a_shortage(rules: RuleSet) -> Iterator[str]:
    if rules.retrain.total_below.value > rules.hours.total.value:
        yield "somebody who met the total would have to retrain"


def _watching_makes_no_time(rules: RuleSet) -> Iterator[str]:
    try:
        policy_of(rules)
    except ValueError as error:
        yield f"watching: {error}"


CHECKS: tuple[Callable[[RuleSet], Iterator[str]], ...] = (
    _time_runs_forward,
    _cycle_fits_its_anchor,
    _minima_fit_the_total,
    _an_hour_has_one_place,
    _codes_exist,
    _an_hour_has_a_length,
    _only_what_the_engine_does,
    _retraining_follows_a_shortage,
    _watching_makes_no_time,
)
