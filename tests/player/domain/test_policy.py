"""The numbers of watching: read from plain values, refused where they would make time, the strictest of several."""

import pytest

from player.domain.policy import Policy, SeekRule, from_numbers, strictest, to_numbers


def test_numbers_survive_the_way_to_the_table_and_back() -> None:
    policy = Policy(look_ahead_ms=600_000, seek=SeekRule.COUNTED_ONLY, count_unfocused=False)
    assert from_numbers(to_numbers(policy)) == policy
    assert from_numbers({}) == Policy()


@pytest.mark.parametrize(
    "numbers",
    [
        {"largest_rate_percent": 101},
        {"largest_rate_percent": 0},
        {"look_ahead_ms": 0},
        {"look_ahead_ms": 600_001},
        {"largest_gap_ms": 4_999},
        {"day_limit_ms": 1_000, "day_warning_ms": 1_001},
        {"most_failures": 0},
        {"silent_ms": 1_800_001},
        {"beat_interval_ms": -1},
        {"beat_interval_ms": "5000"},
        {"count_unfocused": 1},
        {"seek": "anywhere"},
        {"speed": 2},
    ],
)
def test_a_policy_that_makes_time_or_no_sense_is_refused(numbers: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        from_numbers(numbers)


def test_of_several_the_strictest_of_each_number_holds() -> None:
    both = strictest(
        (
            Policy(look_ahead_ms=48_000, day_limit_ms=100, allow_native=True),
            Policy(look_ahead_ms=600_000, day_limit_ms=90, day_warning_ms=80, seek=SeekRule.COUNTED_ONLY),
        )
    )
    assert (both.look_ahead_ms, both.day_limit_ms, both.day_warning_ms) == (48_000, 90, 80)
    assert (both.seek, both.allow_native) == (SeekRule.COUNTED_ONLY, False)
    assert strictest(()) == Policy()
    assert strictest((both,)).day_limit_ms == 90


def test_the_warning_of_one_rule_set_never_lies_beyond_the_limit_of_another() -> None:
    both = strictest((Policy(day_limit_ms=90), Policy(day_limit_ms=200, day_warning_ms=150)))
    assert (both.day_limit_ms, both.day_warning_ms) == (90, 90)
