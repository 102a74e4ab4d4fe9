"""The shape of a rule set. Numbers are data, conditions are code: a new region is a new file, not a new branch."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Generic, TypeVar

from lms.credit.domain.terms import Anchor, Closing, Grouping, JudgedBy, LeapDay, LedgerCategory, PostList, Status
from player.domain.policy import Rewatch, SeekRule

T = TypeVar("T")
ASSUMED = "assumed"

# What a provision that the engine does not judge may hold. Lists are of texts.
Plain = str | int | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    """A value of a rule set with the place it comes from.

    source: a code of rule_sets/sources.yaml, or ASSUMED: our own reading, which an authority may change and every
    page must mark.
    quote: the words of the source. note: why it is read so. alternative: the other reading, if there is one.
    inherited_from: the code of the parent whose value it is, else empty.
    """

    value: T
    source: str
    quote: str = ""
    note: str = ""
    alternative: str = ""
    inherited_from: str = ""

    @property
    def assumed(self) -> bool:
        return self.source == ASSUMED


@dataclass(frozen=True, slots=True)
class CycleRules:
    """When a cycle runs, and which version judges it. first_year_offset: whole years between the certificate and the
    first cycle. judged_by None: a version of before there was such a choice; as LAST_DAY.
    """

    anchor: Value[Anchor]
    first_year_offset: Value[int]
    length_years: Value[int]
    grouping: Value[Grouping]
    leap_day: Value[LeapDay]
    judged_by: Value[JudgedBy] | None = None


@dataclass(frozen=True, slots=True)
class CategoryRules:
    """One minimum: at least `minimum` hours in a cycle from evidence in the ledger categories `counts`.

    name: for labels (网络 · 专业); spoken: within a sentence (专业知识还差 2 学时).
    """

    code: str
    name: str
    spoken: str
    minimum: Value[Fraction]
    counts: Value[tuple[LedgerCategory, ...]]
    test_required: Value[bool] | None = None
    reported_by: Value[str] | None = None
    nature: Value[str] | None = None


@dataclass(frozen=True, slots=True)
class GroupRules:
    """A minimum over several categories together, beside the minimum of each."""

    code: str
    name: str
    minimum: Value[Fraction]
    members: Value[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class HoursRules:
    """How much a cycle asks for. `annual` and `annual_professional` only warn; None = the text gives no number.

    sequence: category codes in the order in which the text wants them begun; empty = any order.
    """

    total: Value[Fraction]
    annual: Value[Fraction | None]
    annual_professional: Value[Fraction | None]
    categories: tuple[CategoryRules, ...]
    groups: tuple[GroupRules, ...]
    sequence: Value[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AccrualRules:
    """How time becomes hours.

    daily_online_hours: the most hours of watching that count on one day, over all courses; None = no limit.
    """

    minutes_per_hour: Value[int]
    daily_online_hours: Value[Fraction | None]
    carry_over: Value[bool]
    shared_general: Value[bool]

    @property
    def seconds_per_hour(self) -> int:
        return self.minutes_per_hour.value * 60


@dataclass(frozen=True, slots=True)
class WatchingRules:
    """By which numbers the player counts. What they do: player.domain.policy.Policy; None = no such rule.

    warning_hours: of the daily limit, from which the learner is told.
    """

    rate_percent: Value[int]
    beat_seconds: Value[int]
    largest_gap_seconds: Value[int]
    look_ahead_seconds: Value[int]
    seek: Value[SeekRule]
    rewatch: Value[Rewatch]
    count_unfocused: Value[bool]
    idle_minutes: Value[int | None]
    warning_hours: Value[Fraction | None]
    native_players: Value[bool]
    lock_minutes: Value[int | None]


@dataclass(frozen=True, slots=True)
class PresenceRules:
    """Whether and when a learner is asked to show that he is there. What the numbers do: proctoring.domain.policy.Policy.

    Without `required` nothing is asked. picture_days 0: frames of a check are not kept beyond its verdict.
    """

    required: Value[bool]
    first_from_seconds: Value[int]
    first_until_seconds: Value[int]
    every_from_seconds: Value[int]
    every_until_seconds: Value[int]
    quiet_end_seconds: Value[int]
    answer_seconds: Value[int]
    tries: Value[int]
    least_actions: Value[int]
    most_actions: Value[int]
    self_release_hours: Value[int]
    appeal_working_days: Value[int]
    picture_days: Value[int]
    keep_passed: Value[bool]
    hand_over_seconds: Value[int]


@dataclass(frozen=True, slots=True)
class RetrainRules:
    """When the course of training must be taken again after a cycle is over."""

    total_below: Value[Fraction]
    not_working_in_post: Value[bool]
    category_short: Value[Closing]


@dataclass(frozen=True, slots=True)
class Provision:
    """A rule kept and shown with its source, which this engine does not judge. path: section.name."""

    path: str
    rule: Value[Plain]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one region in one version. effective_until is exclusive; None = until replaced."""

    code: str
    version: str
    name: str
    region_code: str
    parent: str
    effective_from: date
    effective_until: date | None
    status: Value[Status]
    cycle: CycleRules
    hours: HoursRules
    accrual: AccrualRules
    retrain: RetrainRules
    watching: WatchingRules | None  # None: a version of before there were such numbers
    presence: PresenceRules | None  # None: as above
    posts: Value[PostList]
    provisions: tuple[Provision, ...]

    def category_of(self, ledger: LedgerCategory) -> CategoryRules | None:
        """Return the one minimum that evidence of this ledger category fills; None = it counts in the total alone."""
        return next((rules for rules in self.hours.categories if ledger in rules.counts.value), None)
