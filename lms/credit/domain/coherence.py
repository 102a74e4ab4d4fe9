"""Combinations that nobody could explain to a learner are refused, with the reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lms.credit.domain.presence import presence_policy_of
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import Anchor
from lms.credit.domain.watching import policy_of


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two values that cannot be meant together. code chooses the sentence; about: what it speaks of, "" for nothing."""

    code: str
    about: str = ""

    def __str__(self) -> str:
        return SAID[self.code].format(about=self.about)


# For logs and commands; pages have the same in the reader's language (lms.credit.sentences).
SAID = {
    "ends_before_it_begins": "effective_until must lie after effective_from",
    "cycle_without_a_year": "a cycle lasts at least one year",
    "before_the_certificate": "a cycle cannot begin before the certificate",
    "offset_on_issue_date": "a cycle that begins on the issue date has no offset; with one it is issue_anniversary",
    "no_offset": "{about} without an offset would begin before or on the issue date",
    "no_total": "the total must be more than nothing",
    "negative_minimum": "a minimum cannot be negative",
    "minima_above_total": "the minima ask for more than the total: the total would mean nothing",
    "years_above_total": "the yearly figure asks for more in a cycle than the total",
    "counted_twice": "{about} would count in two categories",
    "nothing_fills": "nothing can fill {about}",
    "group_unknown": "a group names unknown {about}",
    "group_above_total": "group {about} asks for more than the total",
    "named_twice": "{about} is named twice",
    "in_two_groups": "a category stands in two groups",
    "sequence_unknown": "the sequence names unknown {about}",
    "total_as_category": "“total” cannot name a category",
    "no_hour": "an hour of credit lasts at least a minute",
    "no_day": "a daily limit of nothing would count nothing; leave it empty for no limit",
    "carry_over": "hours cannot be carried over: no source allows it, and the engine does not do it",
    "shared_general": "general hours count for all posts of a person: no source denies it, and the engine cannot split them",
    "watching_makes_time": "watching: {about}",
    "presence_not_met": "presence: {about}",
    "retrain_above_total": "somebody who met the total would have to retrain",
}


class IncoherentRules(ValueError):
    """The values of a rule set contradict one another. `reasons`: every contradiction."""

    def __init__(self, code: str, reasons: tuple[Contradiction, ...]) -> None:
        super().__init__(f"{code}: {'; '.join(str(reason) for reason in reasons)}")
        self.reasons = reasons


def refuse_incoherent(rules: RuleSet) -> None:
    """Raise IncoherentRules, naming every contradiction at once, or return."""
    reasons = tuple(reason for check in CHECKS for reason in check(rules))
    if reasons:
        raise IncoherentRules(rules.code, reasons)


def _time_runs_forward(rules: RuleSet) -> Iterator[Contradiction]:
    if rules.effective_until is not None and rules.effective_until <= rules.effective_from:
        yield Contradiction("ends_before_it_begins")


def _cycle_fits_its_anchor(rules: RuleSet) -> Iterator[Contradiction]:
    cycle, offset = rules.cycle, rules.cycle.first_year_offset.value
    if cycle.length_years.value < 1:
        yield Contradiction("cycle_without_a_year")
    if offset < 0:
        yield Contradiction("before_the_certificate")
    if cycle.anchor.value is Anchor.ISSUE_DATE and offset != 0:
        yield Contradiction("offset_on_issue_date")
    if cycle.anchor.value is not Anchor.ISSUE_DATE and offset == 0:
        yield Contradiction("no_offset", cycle.anchor.value.value)


def _minima_fit_the_total(rules: RuleSet) -> Iterator[Contradiction]:
    hours = rules.hours
    if hours.total.value <= 0:
        yield Contradiction("no_total")
    if any(category.minimum.value < 0 for category in hours.categories):
        yield Contradiction("negative_minimum")
    if sum(category.minimum.value for category in hours.categories) > hours.total.value:
        yield Contradiction("minima_above_total")
    annual = hours.annual.value
    if annual is not None and annual * rules.cycle.length_years.value > hours.total.value:
        yield Contradiction("years_above_total")


def _an_hour_has_one_place(rules: RuleSet) -> Iterator[Contradiction]:
    counted = [ledger for category in rules.hours.categories for ledger in category.counts.value]
    for ledger in sorted({item for item in counted if counted.count(item) > 1}):
        yield Contradiction("counted_twice", ledger.value)
    for category in rules.hours.categories:
        if not category.counts.value:
            yield Contradiction("nothing_fills", category.code)


def _codes_exist(rules: RuleSet) -> Iterator[Contradiction]:
    codes = {category.code for category in rules.hours.categories}
    for group in rules.hours.groups:
        if unknown := set(group.members.value) - codes:
            yield Contradiction("group_unknown", ", ".join(sorted(unknown)))
        elif group.minimum.value > rules.hours.total.value:
            yield Contradiction("group_above_total", group.code)
    named = [category.code for category in rules.hours.categories] + [group.code for group in rules.hours.groups]
    for code in sorted({code for code in named if named.count(code) > 1}):
        yield Contradiction("named_twice", code)
    members = [code for group in rules.hours.groups for code in group.members.value]
    if len(members) != len(set(members)):
        yield Contradiction("in_two_groups")
    if unknown := set(rules.hours.sequence.value) - codes:
        yield Contradiction("sequence_unknown", ", ".join(sorted(unknown)))
    if "total" in codes:
        yield Contradiction("total_as_category")


def _an_hour_has_a_length(rules: RuleSet) -> Iterator[Contradiction]:
    if rules.accrual.minutes_per_hour.value < 1:
        yield Contradiction("no_hour")
    cap = rules.accrual.daily_online_hours.value
    if cap is not None and cap <= 0:
        yield Contradiction("no_day")


def _only_what_the_engine_does(rules: RuleSet) -> Iterator[Contradiction]:
    if rules.accrual.carry_over.value:
        yield Contradiction("carry_over")
    if not rules.accrual.shared_general.value:
        yield Contradiction("shared_general")


def _retraining_follows_a_shortage(rules: RuleSet) -> Iterator[Contradiction]:
    if rules.retrain.total_below.value > rules.hours.total.value:
        yield Contradiction("retrain_above_total")


def _watching_makes_no_time(rules: RuleSet) -> Iterator[Contradiction]:
    try:
        policy_of(rules)
    except ValueError as error:
        yield Contradiction("watching_makes_time", str(error))


def _presence_can_be_met(rules: RuleSet) -> Iterator[Contradiction]:
    try:
        presence_policy_of(rules)
    except ValueError as error:
        yield Contradiction("presence_not_met", str(error))


CHECKS: tuple[Callable[[RuleSet], Iterator[Contradiction]], ...] = (
    _time_runs_forward,
    _cycle_fits_its_anchor,
    _minima_fit_the_total,
    _an_hour_has_one_place,
    _codes_exist,
    _an_hour_has_a_length,
    _only_what_the_engine_does,
    _retraining_follows_a_shortage,
    _watching_makes_no_time,
    _presence_can_be_met,
)
