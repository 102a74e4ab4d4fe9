"""How many hours count, and why not more. Sums run over evidence, never over totals, so that a correction is seen."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from lms.credit.domain import accrual
from lms.credit.domain.conditions import ended_state, flags_of, reasons_of
from lms.credit.domain.cycle import Window, window, window_number, years_of
from lms.credit.domain.decision import Decision, Evidence, Holding, Reason, Requirement, Year
from lms.credit.domain.rule_set import GroupRules, RuleSet
from lms.credit.domain.terms import EvidenceState, LedgerCategory, State

NONE = Fraction(0)
EVERY = frozenset(LedgerCategory)
PROFESSIONAL = frozenset({LedgerCategory.ONLINE_PROFESSIONAL})


def decide(
    evidence: Iterable[Evidence], rule_set: RuleSet, holding: Holding, as_of: date, *, cycle: int | None = None
) -> Decision:
    """Return where a certificate stands on `as_of` in the cycle of that number, or else in the one that is running.

    Counted is valid evidence of the person for this post whose activity day lies in the window [start, end) and is not
    later than `as_of`. The order of the evidence changes nothing. Before the first cycle begins, that cycle is
    returned, open and empty.
    Where the texts are silent, the leaf of the rule set that decides is marked as assumed.
    """
    known = netted(item for item in evidence if item.activity_day <= as_of)
    if holding.issued_on is None:
        return _before_certificate(known, rule_set, holding, as_of)
    found = _window(rule_set, holding, as_of, cycle)
    tally = Tally((item for item in known if found.contains(item.activity_day)), rule_set, holding)
    mine = tuple(item for item in known if serves(item, holding))
    inside = tuple(item for item in mine if found.contains(item.activity_day))
    categories = tally.categories()
    groups = tuple(tally.group(rules, categories) for rules in rule_set.hours.groups)
    total = tally.hours()
    short = sum((item.missing for item in (*categories, *groups) if item.missing), NONE)
    total_missing = max(NONE, rule_set.hours.total.value - total - short)
    decision = Decision(
        rule_code=rule_set.code,
        rule_version=rule_set.version,
        rule_status=rule_set.status.value,
        as_of=as_of,
        state=State.OPEN,
        satisfied=not short and not total_missing,
        window=found,
        required=rule_set.hours.total.value,
        total=total,
        earned=tally.by_ledger(),
        categories=categories,
        groups=groups,
        total_missing=total_missing,
        waiting=tally.hours(waiting=True),
        years=_years(tally, found, holding, rule_set),
        flags=(),
        reasons=(),
    )
    if as_of >= found.end:
        decision = replace(decision, state=ended_state(decision, rule_set, holding))
    flags = flags_of(decision, rule_set, holding, inside)
    return replace(decision, flags=flags, reasons=reasons_of(decision, rule_set, holding, mine, tally.over_limit()))


def netted(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return the evidence with every activity and its corrections made one; what nets to nothing is left out.

    One activity = the same source, day, category, post and state. Evidence without a source stands for itself.
    """
    kept: list[Evidence] = []
    sums: dict[tuple[object, ...], Evidence] = {}
    for item in evidence:
        if not item.source:
            kept.append(item)
            continue
        key = (item.source, item.activity_day, item.category, item.post_code, item.state, item.watched, item.made_up)
        before = sums.get(key)
        sums[key] = (
            item
            if before is None
            else replace(before, seconds=before.seconds + item.seconds, order=min(before.order, item.order))
        )
    return tuple(item for item in (*kept, *sums.values()) if item.seconds)


def serves(item: Evidence, holding: Holding) -> bool:
    """Is this evidence about the post of the certificate, or about every post?"""
    return item.post_code in (None, holding.post_code)


class Tally:
    """Adds up the evidence of one window for one certificate.

    The daily limit is a person's, so it is taken over all posts before those of others are left out.
    """

    def __init__(self, inside: Iterable[Evidence], rule_set: RuleSet, holding: Holding) -> None:
        inside = tuple(inside)
        self.rule_set = rule_set
        self.per_hour = rule_set.accrual.seconds_per_hour
        limit = rule_set.accrual.daily_online_hours.value
        counted = accrual.within_daily_limits(
            (item for item in inside if item.state is EvidenceState.VALID),
            limit_seconds=None if limit is None else limit * self.per_hour,
        )
        self.counted = tuple((item, seconds) for item, seconds in counted if serves(item, holding))
        # Sums are of seconds, and become hours once: a fraction costs a gcd for every step.
        self._counted = _by_category(self.counted)
        self._held = _by_category(
            (item, item.seconds) for item in inside if item.state.is_waiting and serves(item, holding)
        )

    def hours(self, ledger: Container[LedgerCategory] = EVERY, *, waiting: bool = False) -> Fraction:
        return self._hours(self._seconds(ledger, self._held if waiting else self._counted))

    def hours_of_year(
        self, year: Window, following: Window | None, ledger: Container[LedgerCategory] = EVERY
    ) -> Fraction:
        """Hours done in the year and not made up for the one before, and those made up for it in the following one."""
        seconds = (
            seconds
            for item, seconds in self.counted
            if item.category in ledger
            and (
                (year.contains(item.activity_day) and not (item.made_up and year.number > 1))
                or (following is not None and item.made_up and following.contains(item.activity_day))
            )
        )
        return self._hours(sum(seconds))

    def over_limit(self) -> dict[date, Fraction]:
        """Hours that passed the limit of their day."""
        over: dict[date, Fraction] = {}
        for item, seconds in self.counted:
            if seconds < item.seconds:
                lost = Fraction(item.seconds - seconds) / self.per_hour
                over[item.activity_day] = over.get(item.activity_day, NONE) + lost
        return over

    def by_ledger(self) -> tuple[tuple[LedgerCategory, Fraction], ...]:
        sums = self._counted
        return tuple((ledger, Fraction(sums[ledger], self.per_hour)) for ledger in LedgerCategory if sums.get(ledger))

    def categories(self) -> tuple[Requirement, ...]:
        found = []
        for rules in self.rule_set.hours.categories:
            counts, least = rules.counts.value, rules.minimum.value
            seconds = self._seconds(counts, self._counted)
            earned, missing = self._hours(seconds), self._missing(least, seconds)
            waiting = self.hours(counts, waiting=True)
            found.append(Requirement(rules.code, rules.name, rules.spoken, least, earned, missing, waiting, counts))
        return tuple(found)

    def _seconds(
        self, ledger: Container[LedgerCategory], sums: Mapping[LedgerCategory, int | Fraction]
    ) -> int | Fraction:
        return sum(seconds for category, seconds in sums.items() if category in ledger)

    def _hours(self, seconds: int | Fraction) -> Fraction:
        return Fraction(seconds, self.per_hour) if seconds else NONE

    def _missing(self, least: Fraction, seconds: int | Fraction) -> Fraction:
        """What is left of a minimum in hours: compared as whole numbers, and made a fraction only where there is a shortage."""
        left = least.numerator * self.per_hour - seconds * least.denominator
        return Fraction(left, self.per_hour * least.denominator) if left > 0 else NONE

    def group(self, rules: GroupRules, categories: Sequence[Requirement]) -> Requirement:
        members = [item for item in categories if item.code in rules.members.value]
        earned = sum((item.earned for item in members), NONE)
        missing = max(NONE, rules.minimum.value - sum((item.missing for item in members if item.missing), earned))
        waiting = sum((item.waiting for item in members if item.waiting), NONE)
        counts = tuple(ledger for item in members for ledger in item.counts)
        return Requirement(rules.code, rules.name, rules.name, rules.minimum.value, earned, missing, waiting, counts)


def _by_category(rows: Iterable[tuple[Evidence, int | Fraction]]) -> dict[LedgerCategory, int | Fraction]:
    sums: dict[LedgerCategory, int | Fraction] = {}
    for item, seconds in rows:
        sums[item.category] = sums.get(item.category, 0) + seconds
    return sums


def _window(rule_set: RuleSet, holding: Holding, as_of: date, cycle: int | None) -> Window:
    assert holding.issued_on is not None  # noqa: S101 — decide() has sent the uncertified elsewhere
    if cycle is None:
        running = window(holding.issued_on, as_of, rule_set, exchanged_on=holding.exchanged_on)
        cycle = running.number if running else 1
    return window_number(cycle, holding.issued_on, rule_set, exchanged_on=holding.exchanged_on)


def _years(tally: Tally, found: Window, holding: Holding, rule_set: RuleSet) -> tuple[Year, ...]:
    assert holding.issued_on is not None  # noqa: S101 — as above
    spans = years_of(found, holding.issued_on, rule_set, exchanged_on=holding.exchanged_on)
    annual = rule_set.hours.annual.value or NONE
    professional = rule_set.hours.annual_professional.value or NONE
    years = []
    for span, following in zip(spans, (*spans[1:], None), strict=True):
        earned = tally.hours_of_year(span, following)
        of_post = tally.hours_of_year(span, following, PROFESSIONAL) if professional else NONE
        years.append(Year(span, earned, max(NONE, annual - earned), max(NONE, professional - of_post)))
    return tuple(years)


def _before_certificate(known: Sequence[Evidence], rule_set: RuleSet, holding: Holding, as_of: date) -> Decision:
    """What a candidate has studied. Nothing is asked for yet: the certificate's day begins the counting."""
    tally = Tally(known, rule_set, holding)
    return Decision(
        rule_code=rule_set.code,
        rule_version=rule_set.version,
        rule_status=rule_set.status.value,
        as_of=as_of,
        state=State.NOT_STARTED,
        satisfied=False,
        window=None,
        required=NONE,
        total=tally.hours(),
        earned=tally.by_ledger(),
        categories=(),
        groups=(),
        total_missing=NONE,
        waiting=tally.hours(waiting=True),
        years=(),
        flags=(),
        reasons=(Reason("not_certified"),),
    )
