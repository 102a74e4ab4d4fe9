"""Where a person stands, out of where each of their certificates stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

SOON_DAYS = 60


class Risk(StrEnum):
    """OVERDUE: a cycle ended without enough. SOON: hours are missing and the cycle ends within SOON_DAYS. BEHIND: hours are

    missing, there is time. MET: nothing is missing. NONE: no cycle runs (no certificate, or rules that nobody knows)."""

    OVERDUE = "overdue"
    SOON = "soon"
    BEHIND = "behind"
    MET = "met"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CertificateStanding:
    """One certificate. last_day None: no cycle runs. missing: hours; overdue: its previous cycle ended without enough."""

    post_code: str
    number: str
    last_day: date | None
    missing: Fraction
    overdue: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One person: when the most pressing cycle ends, what is missing at most, and whether one ended without enough."""

    ends_on: date | None
    missing: Decimal
    overdue: bool


def hundredths_up(hours: Fraction) -> Decimal:
    """Return hours with two decimals, rounded towards more: what is missing is never said to be less.

    >>> hundredths_up(Fraction(1, 3))
    Decimal('0.34')
    """
    return Decimal(ceil(hours * 100)) / 100


def standing_of(certificates: Iterable[CertificateStanding]) -> Standing:
    """Return where a person stands. Hours may count for several certificates, so the largest gap is named, not the sum.

    >>> def cert(day, missing):
    ...     return CertificateStanding("site_civil", "", date(2026, 1, day), Fraction(missing), False)
    >>> standing_of([cert(9, 0), cert(20, 4)]).ends_on
    datetime.date(2026, 1, 20)
    """
    running = [one for one in certificates if one.last_day is not None or one.overdue]
    short = [one for one in running if one.missing and one.last_day is not None]
    days = [one.last_day for one in (short or running) if one.last_day is not None]
    most = max((one.missing for one in running), default=Fraction(0))
    return Standing(min(days, default=None), hundredths_up(most), any(one.overdue for one in running))


def soon_until(today: date) -> date:
    """Return the last day that counts as soon."""
    return today + timedelta(days=SOON_DAYS)


def risk_of(*, ends_on: date | None, missing: Decimal, overdue: bool, today: date) -> Risk:
    """Return how pressing it is today."""
    if overdue:
        return Risk.OVERDUE
    if ends_on is None:
        return Risk.NONE
    if not missing:
        return Risk.MET
    return Risk.SOON if ends_on <= soon_until(today) else Risk.BEHIND
