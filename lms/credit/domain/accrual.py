"""How seconds become hours: exactly. Seconds are stored, hours are fractions, and only what is shown is cut off."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from fractions import Fraction
from math import ceil, floor

from lms.credit.domain.decision import Evidence

HUNDREDTH = Fraction(1, 100)


def hours(seconds: int | Fraction, *, seconds_per_hour: int) -> Fraction:
    """Return the exact hours of credit in so many seconds."""
    return Fraction(seconds) / seconds_per_hour


def shown(amount: Fraction) -> str:
    """Return earned hours with two decimals, towards less: never rounded up.

    >>> shown(Fraction(2699, 2700)), shown(Fraction(2)), shown(Fraction(-1, 3))
    ('0.99', '2.00', '-0.34')
    """
    return _decimal(floor(amount / HUNDREDTH))


def shown_missing(amount: Fraction) -> str:
    """Return missing hours with two decimals, upwards: earned and missing as shown add up to what is asked for.

    >>> shown_missing(Fraction(1, 2700)), shown_missing(Fraction(2))
    ('0.01', '2.00')
    """
    return _decimal(ceil(amount / HUNDREDTH))


def _decimal(hundredths: int) -> str:
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02d}"


def short(text: str) -> str:
    """Return a shown amount without decimals that say nothing, for sentences.

    >>> short("2.00"), short("0.70"), short("0.71")
    ('2', '0.7', '0.71')
    """
    return text.rstrip("0").rstrip(".")


def exact(amount: Fraction) -> str:
    """Return hours as the shortest decimal if there is one, else as a fraction: for codes, never for pages.

    >>> exact(Fraction(1, 10)), exact(Fraction(32)), exact(Fraction(1, 3))
    ('0.1', '32', '1/3')
    """
    denominator = amount.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return str(amount)
    digits = 0
    while (amount * 10**digits).denominator != 1:
        digits += 1
    whole = abs(int(amount * 10**digits))
    text = f"{whole // 10**digits}.{whole % 10**digits:0{digits}d}" if digits else str(whole)
    return f"-{text}" if amount < 0 else text


def within_daily_limit(
    seconds: int | Fraction, *, limit_seconds: int | Fraction | None
) -> tuple[int | Fraction, int | Fraction]:
    """Return what of one day's watching counts and what lies over the limit. None = no limit."""
    if limit_seconds is None:
        return seconds, 0
    counted = min(seconds, limit_seconds)
    return counted, seconds - counted


def split_at_midnight(start: datetime, end: datetime, *, zone: tzinfo) -> dict[date, int]:
    """Return the whole seconds of [start, end) on each local day, in order. Raises ValueError when end < start."""
    if end < start:
        raise ValueError("the end lies before the start")
    days: dict[date, int] = {}
    while start < end:
        local = start.astimezone(zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), tzinfo=zone)
        until = min(end, midnight)
        days[local.date()] = int((until - start).total_seconds())
        start = until
    return days


def within_daily_limits(
    evidence: Iterable[Evidence], *, limit_seconds: Fraction | None
) -> tuple[tuple[Evidence, int | Fraction], ...]:
    """Return each activity with the seconds of it that count. None = no limit.

    All watching of a day shares one limit, over all courses and categories; what was counted first stays counted.
    Other activities count whole. The evidence must be net: a correction apart from its activity would free or use up
    time twice. Whole seconds stay whole numbers: sums of fractions cost a gcd each.
    """
    limit = int(limit_seconds) if limit_seconds is not None and limit_seconds.denominator == 1 else limit_seconds
    used: dict[date, int | Fraction] = {}
    counted = []
    for item in sorted(evidence, key=lambda item: (item.activity_day, item.order, item.source)):
        seconds = item.seconds
        if item.watched and limit is not None:
            before = used.get(item.activity_day, 0)
            seconds = min(seconds, max(limit - before, 0))
            used[item.activity_day] = before + seconds
        counted.append((item, seconds))
    return tuple(counted)
