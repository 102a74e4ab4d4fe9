"""Numbers as people read them: hours never rounded up, shares of a picture. No Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

Number = int | Fraction | Decimal

STATES = ("done", "pending", "danger", "info", "neutral")


def hours_floored(hours: Number) -> str:
    """Return hours with two decimals, rounded towards less: nobody is shown an hour that is not earned yet.

    >>> [hours_floored(hours) for hours in (Fraction(5, 7), Decimal("11.999"), 20, Fraction(-1, 3))]
    ['0.71', '11.99', '20.00', '-0.34']
    """
    return _hundredths(floor(Fraction(hours) * 100))


def hours_ceiled(hours: Number) -> str:
    """Return what is missing with two decimals, rounded towards more, so that doing it is always enough.

    >>> hours_ceiled(Fraction(9, 7)), hours_ceiled(2)
    ('1.29', '2.00')
    """
    return _hundredths(ceil(Fraction(hours) * 100))


def _hundredths(count: int) -> str:
    whole, rest = divmod(abs(count), 100)
    return f"{'-' if count < 0 else ''}{whole}.{rest:02d}"


def without_zeros(text: str) -> str:
    """Drop decimals that say nothing.

    >>> without_zeros("20.00"), without_zeros("0.70"), without_zeros("0.71")
    ('20', '0.7', '0.71')
    """
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(part: Number, whole: Number) -> str:
    """Return part of whole as a percentage for an SVG attribute, within 0 and 100; nothing of nothing is all of it.

    A share that is not whole never reaches 100, so that a ring closes only when its category is complete.

    >>> percent(5, 6), percent(9999, 10000), percent(3, 2), percent(0, 0), percent(-1, 4)
    ('83.3', '99.9', '100', '100', '0')
    """
    if whole <= 0:
        return "100"
    share = min(max(Fraction(part) / Fraction(whole), Fraction(0)), Fraction(1))
    tenths = floor(share * 1000)
    return without_zeros(f"{tenths // 10}.{tenths % 10}")


def arc(share: str) -> str:
    """Return how much of a ring to draw for a percentage: an open ring must look open in spite of its round ends.

    >>> arc("83.3"), arc("99.9"), arc("100")
    ('83.3', '94', '100')
    """
    most, whole = 94, 100
    return str(most) if most < Decimal(share) < whole else share


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a bar: where it begins and how wide it is, both as percentages without the sign."""

    state: str
    start: str
    width: str


def stretches(parts: Iterable[tuple[str, Number]], total: Number) -> tuple[Stretch, ...]:
    """Lay parts (state, amount) one after the other on a bar of `total`; empty parts are left out.

    Cases: the parts exceed the total → the bar is as long as the parts; nothing at all → no stretch.
    """
    given = [(state, max(Fraction(amount), Fraction(0))) for state, amount in parts]
    whole = max(Fraction(total), sum((amount for _, amount in given), Fraction(0)))
    if whole == 0:
        return ()
    laid: list[Stretch] = []
    start = Fraction(0)
    for state, amount in given:
        if amount:
            laid.append(Stretch(state=state, start=_of_hundred(start, whole), width=_of_hundred(amount, whole)))
        start += amount
    return tuple(laid)


def _of_hundred(part: Fraction, whole: Fraction) -> str:
    return without_zeros(f"{float(part * 100 / whole):.2f}")


def masked(text: str) -> str:
    """Hide the middle of a number of a person: what is left is enough to recognise, too little to use.

    Cases: 11 characters and more (phone, ID document) → first 3 and last 4 stay; 5 to 10 → last 2; fewer → none.

    >>> masked("13800001234"), masked("E1234567"), masked("1234"), masked("")
    ('138****1234', '******67', '****', '')
    """
    long, short = 11, 5
    if len(text) >= long:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    if len(text) >= short:
        return f"{'*' * (len(text) - 2)}{text[-2:]}"
    return "*" * len(text)
