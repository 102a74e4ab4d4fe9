"""The numbers by which watching counts. A rule set may set them; nobody can set them so that time is made."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

REAL_TIME_PERCENT = 100
# Ten minutes: for sites whose network comes and goes. More would let half a lesson be decrypted at once.
LONGEST_LOOK_AHEAD_MS = 600_000


class SeekRule(StrEnum):
    """Where a learner may go without playing there."""

    TO_FURTHEST = "to_furthest"  # anywhere up to the furthest media that ever counted
    COUNTED_ONLY = "counted_only"  # only where it counted, or at the beginning of a hole: none may be jumped over


class Rewatch(StrEnum):
    """What watching again brings. Both let the learner watch as often as he likes."""

    ADDS_NOTHING = "adds_nothing"  # each millisecond counts once per learner and subject, ever


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the rule. Raises ValueError for a set that could credit more than the server's clock.

    beat_interval_ms: how often a player that plays sends a beat; idle_interval_ms: and one that does not, as a sign of
    life. largest_gap_ms: media that one beat may bring. largest_bank_ms: unused server time that is kept for the next
    beat. seek_tolerance_ms: how far ahead of the counted media a position may be. step_ms: a picture that starts so
    little ahead of where it stopped has not skipped anything; largest_steps_ms: of all such steps
    in a session. burst_ms: how long beats that waited may take to arrive.
    silent_ms: a session unheard for so long is sealed, and counts as not in use elsewhere; resumable_ms: and then it is
    over (these two are the same for every session). look_ahead_ms: how far ahead of the counted media keys are given out.
    day_limit_ms, day_warning_ms: newly counted media on one day; 0 = no limit. idle_after_ms: without a key or touch of
    the person for so long, what plays does not count; 0 = no such rule. question_every_beats: about how many beats pass
    between two questions for the media; 0 = none. answer_within_ms: of beats; most_failures: in a row.
    allow_native: players that cannot show the bytes of the media may count without proof. lock_after_ms: a page at rest
    locks itself for so long; 0 = never.
    """

    beat_interval_ms: int = 5_000
    idle_interval_ms: int = 20_000
    largest_gap_ms: int = 15_000
    largest_bank_ms: int = 2_000
    seek_tolerance_ms: int = 2_000
    step_ms: int = 250
    largest_steps_ms: int = 2_000
    largest_rate_percent: int = REAL_TIME_PERCENT
    burst_ms: int = 10_000
    silent_ms: int = 60_000
    resumable_ms: int = 1_800_000
    look_ahead_ms: int = 48_000
    seek: SeekRule = SeekRule.TO_FURTHEST
    rewatch: Rewatch = Rewatch.ADDS_NOTHING
    count_unfocused: bool = True
    idle_after_ms: int = 0
    day_limit_ms: int = 0
    day_warning_ms: int = 0
    question_every_beats: int = 20
    answer_within_ms: int = 30_000
    most_failures: int = 3
    allow_native: bool = False
    lock_after_ms: int = 900_000

    def __post_init__(self) -> None:
        # Above it media would pass faster than the server time that pays for it, and holes would be left.
        if not 0 < self.largest_rate_percent <= REAL_TIME_PERCENT:
            raise ValueError(f"largest_rate_percent: between 1 and {REAL_TIME_PERCENT}")
        if not 0 < self.look_ahead_ms <= LONGEST_LOOK_AHEAD_MS:
            raise ValueError(f"look_ahead_ms: between 1 and {LONGEST_LOOK_AHEAD_MS}")
        if self.largest_gap_ms < self.beat_interval_ms:
            raise ValueError("largest_gap_ms: a beat may bring at least what lies between two beats")
        if self.silent_ms > self.resumable_ms:
            raise ValueError("silent_ms: a session is sealed before it is over")
        if self.day_limit_ms and self.day_warning_ms > self.day_limit_ms:
            raise ValueError("day_warning_ms: the warning comes before the limit")
        if self.question_every_beats and self.most_failures < 1:
            raise ValueError("most_failures: at least one")

    @property
    def largest_backlog_ms(self) -> int:
        """Server time that beats which waited out a cut may use together: nobody can play further than his keys reach."""
        return self.look_ahead_ms + self.largest_gap_ms + 24_000


def from_numbers(numbers: Mapping[str, object]) -> Policy:
    """Return the policy that a mapping of plain values describes; names that are left out keep their defaults.

    Raises ValueError for an unknown name, a value of another type, and as Policy does.
    """
    defaults = asdict(Policy())
    values: dict[str, object] = {}
    for name, value in numbers.items():
        if name not in defaults:
            raise ValueError(f"{name}: no such number")
        default = defaults[name]
        if isinstance(default, StrEnum):
            values[name] = type(default)(str(value))
            continue
        if type(value) is not type(default) or (isinstance(value, int) and value < 0):
            raise ValueError(f"{name}: {value!r}")
        values[name] = value
    return Policy(**values)  # type: ignore[arg-type]  # each was compared with the type of its default


def to_numbers(policy: Policy) -> dict[str, int | bool | str]:
    """Return the plain values of a policy, in the order of their names."""
    return dict(sorted(asdict(policy).items()))


def strictest(policies: tuple[Policy, ...]) -> Policy:
    """Return a policy that satisfies all of these: a person under two rule sets is counted so that both accept it.

    No policies at all give the defaults.
    """
    if not policies:
        return Policy()
    day_limit_ms = min((policy.day_limit_ms for policy in policies if policy.day_limit_ms), default=0)
    warnings = [policy.day_warning_ms for policy in policies if policy.day_warning_ms]
    idle = [policy.idle_after_ms for policy in policies if policy.idle_after_ms]
    first = policies[0]
    return Policy(
        largest_rate_percent=min(policy.largest_rate_percent for policy in policies),
        largest_gap_ms=min(policy.largest_gap_ms for policy in policies),
        beat_interval_ms=min(policy.beat_interval_ms for policy in policies),
        look_ahead_ms=min(policy.look_ahead_ms for policy in policies),
        seek=SeekRule.COUNTED_ONLY if any(policy.seek is SeekRule.COUNTED_ONLY for policy in policies) else first.seek,
        count_unfocused=all(policy.count_unfocused for policy in policies),
        idle_after_ms=min(idle, default=0),
        day_limit_ms=day_limit_ms,
        # The warning of one may lie beyond the limit of another.
        day_warning_ms=min([*warnings, *([day_limit_ms] if warnings and day_limit_ms else [])], default=0),
        allow_native=all(policy.allow_native for policy in policies),
        lock_after_ms=min((policy.lock_after_ms for policy in policies if policy.lock_after_ms), default=0),
    )
