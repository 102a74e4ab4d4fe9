"""What the engine is given, and what it answers: never a bare yes or no."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lms.credit.domain.cycle import Window
from lms.credit.domain.terms import EvidenceState, LedgerCategory, State, Status

TOTAL = "total"
Param = str | int | Fraction | date


@dataclass(frozen=True, slots=True)
class Evidence:
    """One activity that may be worth hours. seconds: a Fraction only in worked examples; the ledger has whole ones.

    post_code: the post it is about; None = it counts for every post of the person.
    watched: online time that the server saw, to which the daily limit applies. order: its place among the watched of
    a day (earlier is counted first). Activities with one `source` on one day are one activity, corrections included.
    made_up: counts for the year before the one it was done in, as far as yearly figures go. recorded_on: the day on which
    somebody else reported it; None = at once, or not asked.
    """

    activity_day: date
    category: LedgerCategory
    seconds: int | Fraction
    state: EvidenceState = EvidenceState.VALID
    post_code: str | None = None
    watched: bool = False
    source: str = ""
    order: int = 0
    made_up: bool = False
    recorded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What the rules must know of a certificate. issued_on None = not yet certified.

    exchanged_on: the day on which it replaced an old paper certificate. in_national_list: does the national system know
    its post, so that hours can be sent there?
    """

    issued_on: date | None
    post_code: str = ""
    works_in_post: bool = True
    in_national_list: bool = True
    exchanged_on: date | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One minimum and how far it is met, in hours. name: for labels; spoken: within a sentence.

    missing: what is left; for a group and for the total, what is left even when every category below it is filled.
    waiting: evidence that would count if its check, test or review went well.
    """

    code: str
    name: str
    spoken: str
    required: Fraction
    earned: Fraction
    missing: Fraction
    waiting: Fraction
    counts: tuple[LedgerCategory, ...]

    @property
    def is_met(self) -> bool:
        return self.missing == 0


@dataclass(frozen=True, slots=True)
class Year:
    """One year of the cycle. missing, professional_missing: against the soft yearly figures; 0 where there is none."""

    window: Window
    hours: Fraction
    missing: Fraction
    professional_missing: Fraction


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence to be: `code` chooses the words, `params` fills them. Every one may be shown to the learner."""

    code: str
    params: tuple[tuple[str, Param], ...] = ()

    def __getitem__(self, key: str) -> Param:
        return dict(self.params)[key]


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a certificate stands in one cycle on the day `as_of`, under which version of which rules, and why.

    satisfied: every minimum and the total are met, whether or not the cycle is over. window: None before certification.
    earned: hours by ledger category, only those that counted. flags: short codes for machines, in a fixed order.
    """

    rule_code: str
    rule_version: str
    rule_status: Status
    as_of: date
    state: State
    satisfied: bool
    window: Window | None
    required: Fraction
    total: Fraction
    earned: tuple[tuple[LedgerCategory, Fraction], ...]
    categories: tuple[Requirement, ...]
    groups: tuple[Requirement, ...]
    total_missing: Fraction
    waiting: Fraction
    years: tuple[Year, ...]
    flags: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @property
    def missing(self) -> dict[str, Fraction]:
        """What is short, by code of category or group, and TOTAL for what would be short even if those were met."""
        short = {item.code: item.missing for item in (*self.categories, *self.groups) if item.missing}
        return short | ({TOTAL: self.total_missing} if self.total_missing else {})

    @property
    def missing_sum(self) -> Fraction:
        """All that is short, added up."""
        return sum(self.missing.values(), Fraction(0))

    @property
    def towards(self) -> Fraction:
        """Hours that move this cycle towards its end: excess in one category never replaces another."""
        return max(Fraction(0), self.required - self.missing_sum)

    @property
    def has_begun(self) -> bool:
        return self.window is not None and self.window.start <= self.as_of

    @property
    def days_left(self) -> int:
        """Days after today on which learning still counts: 0 on the last day, and when the cycle is over or has none."""
        return max(0, (self.window.last_day - self.as_of).days) if self.window else 0

    @property
    def is_over(self) -> bool:
        return self.window is not None and self.window.end <= self.as_of
