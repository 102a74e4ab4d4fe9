"""How many hours an edition may declare: never more than its videos hold."""

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from math import ceil

from content.domain.refusals import Reason, gettext_noop

_MS_PER_MINUTE = 60_000


def hours_held(*, total_ms: int, minutes_per_hour: int) -> Fraction:
    """Return the 学时 that these milliseconds of video amount to, exactly.

    >>> hours_held(total_ms=2_700_000, minutes_per_hour=45)
    Fraction(1, 1)
    """
    return Fraction(total_ms, _MS_PER_MINUTE * minutes_per_hour)


def largest_declarable(*, total_ms: int, minutes_per_hour: int) -> Decimal:
    """Return the largest figure of two decimals that may be declared; rounded down, never up."""
    held = hours_held(total_ms=total_ms, minutes_per_hour=minutes_per_hour)
    return (Decimal(held.numerator) / Decimal(held.denominator)).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def minutes_and_seconds(ms: int) -> tuple[int, int]:
    """Return whole minutes and seconds; what is left below a second is dropped."""
    return divmod(ms // 1000, 60)


def excess_of(*, declared: Decimal, total_ms: int, minutes_per_hour: int, lesson_count: int) -> Reason | None:
    """Return why the declared hours are too many, with the figures; None when the videos hold them.

    Exactly as many as the videos hold is permitted.
    """
    if Fraction(declared) <= hours_held(total_ms=total_ms, minutes_per_hour=minutes_per_hour):
        return None
    # Up to the second, where what is there goes down: the two figures must never look alike in a refusal.
    needed_minutes, needed_seconds = divmod(ceil(Fraction(declared) * minutes_per_hour * 60), 60)
    minutes, seconds = minutes_and_seconds(total_ms)
    return Reason(
        gettext_noop(
            "申报 %(declared)s 学时，按每学时 %(per_hour)s 分钟需要视频 %(needed_minutes)s 分 %(needed_seconds)s 秒；"
            "现有 %(lessons)s 课时共 %(minutes)s 分 %(seconds)s 秒，最多申报 %(largest)s 学时。请增加课时，或降低申报学时。"
        ),
        {
            "declared": f"{declared:.2f}",
            "per_hour": minutes_per_hour,
            "needed_minutes": needed_minutes,
            "needed_seconds": f"{needed_seconds:02d}",
            "lessons": lesson_count,
            "minutes": minutes,
            "seconds": f"{seconds:02d}",
            "largest": str(largest_declarable(total_ms=total_ms, minutes_per_hour=minutes_per_hour)),
        },
    )
