"""From the size of a source to the sizes in which it can be watched."""

from dataclasses import dataclass
from fractions import Fraction

# Short side of the picture → bits per second of H.264. Lessons are slides and people speaking, not sport; the encoder
# spends less where the picture is still, so these are ceilings, not targets.
RUNGS: tuple[tuple[int, int], ...] = ((360, 800_000), (540, 1_500_000), (720, 2_800_000))
AUDIO_BITS_PER_SECOND = 96_000
GREATEST_FRAME_RATE = Fraction(30)
# Room for 21:9 at 720. A strip of 10000 × 720 is a mistake or an attack, and is shown within this.
GREATEST_LONG_SIDE = 1920


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels of a picture as it is shown: turned upright and with square pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rung:
    """One size to encode; width and height are even, because H.264 in 4:2:0 halves both."""

    width: int
    height: int
    bits_per_second: int


def rungs(source: Size) -> tuple[Rung, ...]:
    """Return the sizes to encode, smallest first: never larger than the source, and never two of one height.

    Measured by the short side, so that a portrait video has 360 × 640, not 202 × 360.
    Cases: source smaller than the first rung → one rung, the source itself made even; a source between two rungs → the
    rungs below it; a strip whose long side would pass 1920 → its sizes are held within that.
    Raises ValueError for a size that is no picture.
    """
    if source.width < 1 or source.height < 1:
        raise ValueError("a picture has at least one pixel each way")
    short = min(source.width, source.height)
    fitting = [(side, bits) for side, bits in RUNGS if side <= short] or [(short, RUNGS[0][1])]
    by_height: dict[int, Rung] = {}
    for side, bits in fitting:
        width, height = _scaled(source, Fraction(side, short))
        by_height[height] = Rung(width, height, bits)
    return tuple(by_height.values())


def frame_rate(source: Fraction | None) -> Fraction:
    """Return the steady rate to encode at, at most 30 frames a second, and 25 where the source's is not known.

    60 becomes 30, 50 becomes 25, 48 becomes 24: every second frame is taken and nothing judders.
    """
    if source is None or source <= 0:
        return Fraction(25)
    if source <= GREATEST_FRAME_RATE:
        return source
    return min(GREATEST_FRAME_RATE, source / round(source / GREATEST_FRAME_RATE))


def _scaled(source: Size, factor: Fraction) -> tuple[int, int]:
    factor = min(factor, Fraction(GREATEST_LONG_SIDE, max(source.width, source.height)))
    return _even(source.width, factor), _even(source.height, factor)


def _even(length: int, factor: Fraction) -> int:
    """Return the nearest even number, but none above `length` (that would be upscaling), and at least 2."""
    nearest = 2 * int(length * factor / 2 + Fraction(1, 2))
    return max(2, min(nearest, length - length % 2))
