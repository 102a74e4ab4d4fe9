"""From a rule set to the numbers by which the player counts."""

from fractions import Fraction

from lms.credit.domain.rule_set import RuleSet
from player.domain.policy import Policy

_SECOND_MS = 1_000
_MINUTE_MS = 60_000


def policy_of(rules: RuleSet) -> Policy:
    """Return the player's policy. Raises ValueError for numbers by which more than the server's clock would count.

    The day's limit is that of the ledger in media time: nothing is played in vain that the ledger would not take.
    """
    limit, watching = rules.accrual.daily_online_hours.value, rules.watching
    day_limit_ms = _hours_ms(rules, limit) if limit is not None else 0
    if watching is None:
        return Policy(day_limit_ms=day_limit_ms)
    warning = watching.warning_hours.value
    return Policy(
        largest_rate_percent=watching.rate_percent.value,
        beat_interval_ms=watching.beat_seconds.value * _SECOND_MS,
        largest_gap_ms=watching.largest_gap_seconds.value * _SECOND_MS,
        look_ahead_ms=watching.look_ahead_seconds.value * _SECOND_MS,
        seek=watching.seek.value,
        rewatch=watching.rewatch.value,
        count_unfocused=watching.count_unfocused.value,
        idle_after_ms=(watching.idle_minutes.value or 0) * _MINUTE_MS,
        day_limit_ms=day_limit_ms,
        day_warning_ms=min(_hours_ms(rules, warning), day_limit_ms) if warning is not None else 0,
        allow_native=watching.native_players.value,
        lock_after_ms=(watching.lock_minutes.value or 0) * _MINUTE_MS,
    )


def _hours_ms(rules: RuleSet, hours: Fraction) -> int:
    return int(hours * rules.accrual.seconds_per_hour * _SECOND_MS)
