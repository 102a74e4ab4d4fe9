"""Quiet hours and waiting times, against a walk hour by hour."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from lms.notices.domain.timing import LONGEST_WAIT, MOST_ATTEMPTS, after_quiet_hours, wait_after

SHANGHAI = ZoneInfo("Asia/Shanghai")


def naive_end(at: datetime, quiet_from: int, quiet_until: int) -> datetime:
    """Walk from hour to hour until one is not quiet."""
    if quiet_from == quiet_until:
        return at
    quiet = {hour % 24 for hour in range(quiet_from, quiet_until + (24 if quiet_until < quiet_from else 0))}
    while at.hour in quiet:
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at


@given(
    at=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1), timezones=st.just(SHANGHAI)),
    quiet_from=st.integers(0, 23),
    quiet_until=st.integers(0, 23),
)
def test_a_message_goes_out_in_the_first_hour_that_is_not_quiet(
    at: datetime, quiet_from: int, quiet_until: int
) -> None:
    assert after_quiet_hours(at, quiet_from=quiet_from, quiet_until=quiet_until) == naive_end(
        at, quiet_from, quiet_until
    )


def test_each_failure_waits_longer_until_it_is_given_up() -> None:
    waits = [wait_after(n) for n in range(1, MOST_ATTEMPTS)]
    assert waits == sorted(waits, key=lambda wait: wait or LONGEST_WAIT)
    assert None not in waits
    assert wait_after(MOST_ATTEMPTS) is None
