"""From a rule set to the numbers by which presence is checked."""

from lms.credit.domain.rule_set import RuleSet
from proctoring.domain.policy import Policy

_SECOND_MS = 1_000


def presence_policy_of(rules: RuleSet) -> Policy:
    """Return the policy for face checks. Raises ValueError for numbers that nobody could meet.

    A version of before there were such numbers asks for no presence.
    """
    found = rules.presence
    if found is None:
        return Policy()
    return Policy(
        required=found.required.value,
        first_from_ms=found.first_from_seconds.value * _SECOND_MS,
        first_until_ms=found.first_until_seconds.value * _SECOND_MS,
        every_from_ms=found.every_from_seconds.value * _SECOND_MS,
        every_until_ms=found.every_until_seconds.value * _SECOND_MS,
        quiet_end_ms=found.quiet_end_seconds.value * _SECOND_MS,
        answer_ms=found.answer_seconds.value * _SECOND_MS,
        most_tries=found.tries.value,
        least_actions=found.least_actions.value,
        most_actions=found.most_actions.value,
        self_hours=found.self_release_hours.value,
        appeal_days=found.appeal_working_days.value,
        picture_days=found.picture_days.value,
        keep_passed=found.keep_passed.value,
        hand_over_ms=found.hand_over_seconds.value * _SECOND_MS,
    )
