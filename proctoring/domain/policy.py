"""The numbers by which presence is checked. A rule set may set them; none can be set so that nobody could comply."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

LEAST_ANSWER_MS = 30_000


@dataclass(frozen=True, slots=True)
class Policy:
    """When presence is asked for, and what a learner has to answer it. Raises ValueError for what nobody could meet.

    required: without it nothing is ever asked. first_from_ms, first_until_ms: window of the first check, in counted
    media since the sitting began; every_from_ms, every_until_ms: of each following one after the one before;
    quiet_end_ms: none so shortly before the end. answer_ms: to begin after the prompt. most_tries: at one check.
    least_actions, most_actions: of a challenge. self_hours: how long a learner may release held time alone;
    appeal_days: working days until an appeal is answered. picture_days: how long frames of a check are kept; 0 = not
    beyond the verdict. keep_passed: also those of a passed check. hand_over_ms: how long a QR code to the phone holds.
    lights: the screen shines in colours on the face while a try begins.
    """

    required: bool = False
    first_from_ms: int = 180_000
    first_until_ms: int = 360_000
    every_from_ms: int = 720_000
    every_until_ms: int = 1_080_000
    quiet_end_ms: int = 60_000
    answer_ms: int = 60_000
    most_tries: int = 3
    least_actions: int = 2
    most_actions: int = 3
    self_hours: int = 72
    appeal_days: int = 3
    picture_days: int = 30
    keep_passed: bool = True
    hand_over_ms: int = 90_000
    lights: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.first_from_ms <= self.first_until_ms:
            raise ValueError("first: the window begins after nought and ends after it begins")
        if not 0 < self.every_from_ms <= self.every_until_ms:
            raise ValueError("every: the window begins after nought and ends after it begins")
        if self.answer_ms < LEAST_ANSWER_MS:
            raise ValueError(f"answer_ms: at least {LEAST_ANSWER_MS}, for somebody who looks elsewhere")
        if self.most_tries < 1 or not 1 <= self.least_actions <= self.most_actions:
            raise ValueError("tries and actions: at least one")
        if self.self_hours < 1 or self.appeal_days < 1:
            raise ValueError("self_hours, appeal_days: time to answer is left")


def from_numbers(numbers: Mapping[str, object]) -> Policy:
    """Return the policy that plain values describe; names left out keep their defaults. Raises ValueError."""
    defaults = asdict(Policy())
    for name, value in numbers.items():
        if name not in defaults or type(value) is not type(defaults[name]) or (isinstance(value, int) and value < 0):
            raise ValueError(f"{name}: {value!r}")
    return Policy(**numbers)  # type: ignore[arg-type]  # each was compared with the type of its default


def to_numbers(policy: Policy) -> dict[str, int | bool]:
    """Return the plain values of a policy, in the order of their names."""
    return dict(sorted(asdict(policy).items()))


def strictest(policies: Iterable[Policy]) -> Policy:
    """Return a policy that satisfies all of these that ask for presence; where none does, presence is not asked for.

    Checks come as early and as often as the strictest has them; what serves the learner is as the most generous has it.
    """
    asking = [policy for policy in policies if policy.required]
    if not asking:
        return Policy()

    def least(name: str) -> int:
        return min(int(getattr(policy, name)) for policy in asking)

    def most(name: str) -> int:
        return max(int(getattr(policy, name)) for policy in asking)

    return Policy(
        required=True,
        first_from_ms=least("first_from_ms"),
        first_until_ms=least("first_until_ms"),
        every_from_ms=least("every_from_ms"),
        every_until_ms=least("every_until_ms"),
        quiet_end_ms=least("quiet_end_ms"),
        answer_ms=most("answer_ms"),
        most_tries=most("most_tries"),
        least_actions=most("least_actions"),
        most_actions=most("most_actions"),
        self_hours=most("self_hours"),
        appeal_days=least("appeal_days"),
        picture_days=least("picture_days"),
        keep_passed=all(policy.keep_passed for policy in asking),
        hand_over_ms=least("hand_over_ms"),
        lights=any(policy.lights for policy in asking),
    )
