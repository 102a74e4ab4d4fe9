"""From the size of a source to the sizes in which it can be watched."""

from dataclasses import dataclass
from fractions import Fraction

# Short side of the picture → bits per second of H.264. Lessons are slides and people speaking, not sport; the encoder
# spends less where the picture is still, so these are ceilings, not targets.
RUNGS: tuple[tuple[int, int], ...] = ((360, 800_000), (540, 1_500_000), (720, 2_800_000), (1080, 5_000_000))
AUDIO_BITS_PER_SECOND = 96_000
GREATEST_FRAME_RATE = Fraction(30)
# Room for 21:9 at 720. A strip of 10000 × 720 is a mistake or an attack, and is shown within this.
GREATEST_LONG_SIDE = 1920

SLIDES = "slides"
# With sound and wrapping, a stream of these stays under 100 kbit/s: what is left of a mobile line in a basement.
SLIDES_BITS_PER_SECOND = 36_000
SLIDES_AUDIO_BITS_PER_SECOND = 32_000

SPRITE_COLUMNS = SPRITE_ROWS = 10
_THUMBNAIL_WIDTH, _THUMBNAIL_GREATEST_HEIGHT = 160, 284
_LEAST_INTERVAL_MS = 2_000


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels of a picture as it is shown: turned upright and with square pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to watch; width and height are even, because H.264 in 4:2:0 halves both.

    code: what its playlist and files are called: the height in digits, or "slides".
    """

    code: str
    width: int
    height: int
    bits_per_second: int

    @property
    def is_slides(self) -> bool:
        return self.code == SLIDES


@dataclass(frozen=True, slots=True)
class Sprite:
    """How to draw the thumbnails: one every `interval_ms` from 0, of this size, on sheets of 10 × 10, row by row."""

    interval_ms: int
    width: int
    height: int


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
        by_height[height] = Rung(str(height), width, height, bits)
    return tuple(by_height.values())


def slides(smallest: Rung) -> Rung:
    """Return the way for weak networks: the smallest size at one picture a second, with sound for speech."""
    return Rung(SLIDES, smallest.width, smallest.height, SLIDES_BITS_PER_SECOND)


def sprite(rung: Rung, duration_ms: int) -> Sprite:
    """Return thumbnails of which one sheet holds all, at most one every 2 s."""
    width = min(_THUMBNAIL_WIDTH, rung.width)
    height = _even(rung.height, Fraction(width, rung.width))
    if height > _THUMBNAIL_GREATEST_HEIGHT:
        height = _THUMBNAIL_GREATEST_HEIGHT
        width = _even(rung.width, Fraction(height, rung.height))
    whole_seconds = -(-duration_ms // (1000 * SPRITE_COLUMNS * SPRITE_ROWS))
    return Sprite(max(_LEAST_INTERVAL_MS, 1000 * whole_seconds), width, height)


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
