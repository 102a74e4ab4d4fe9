"""Pictures of the demo lessons: a title, key points that come up one by one, a clock. Drawn by Pillow, one picture a second.

The clock in the corner moves once a second: it lets a person see that seeking and resuming are right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).resolve().parents[2] / "certificates" / "fonts" / "wqy-microhei.ttc"
SIZE = (1280, 720)
NIGHT, DEEP, PALE, WHITE, ORANGE = (16, 34, 56), (31, 78, 124), (205, 219, 234), (255, 255, 255), (242, 140, 40)


@dataclass(frozen=True, slots=True)
class Slide:
    """One page: a heading and up to five points; it stands for `seconds`."""

    heading: str
    points: tuple[str, ...]
    seconds: int


def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the demo's font in a size of pixels."""
    return ImageFont.truetype(str(FONT), size)


def _ground() -> Image.Image:
    """Return the dark blue ground, lighter in the middle."""
    distance = Image.radial_gradient("L").resize(SIZE)
    return Image.composite(Image.new("RGB", SIZE, NIGHT), Image.new("RGB", SIZE, DEEP), distance)


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Break a Chinese text into lines no wider than `width` pixels; no line begins with closing punctuation."""
    lines, line = [], ""
    for letter in text:
        if font.getlength(line + letter) > width and letter not in "，。；：、）》！？":
            lines.append(line)
            line = ""
        line += letter
    return [*lines, line]


def draw(slide: Slide, *, course: str, shown: int, clock: str, number: str) -> Image.Image:
    """Return one picture: the first `shown` points of a slide, the course below, the clock at the lower right."""
    picture = _ground()
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((72, 84, 80, 84 + 64), radius=4, fill=ORANGE)
    top = 80
    for line in _wrap(slide.heading, font(52), 1080):
        pen.text((104, top), line, font=font(52), fill=WHITE)
        top += 72
    top += 36
    for point in slide.points[:shown]:
        pen.ellipse((110, top + 16, 122, top + 28), fill=ORANGE)
        for line in _wrap(point, font(34), 1010):
            pen.text((144, top), line, font=font(34), fill=PALE)
            top += 50
        top += 18
    pen.line((72, 640, 1208, 640), fill=(58, 92, 130), width=2)
    pen.text((72, 658), f"筑学 · {course}"[:44], font=font(24), fill=(150, 175, 202))
    pen.text((1208, 658), f"{number}   {clock}", font=font(24), fill=WHITE, anchor="ra")
    return picture


def pictures(slides: Sequence[Slide], *, course: str) -> Iterator[Image.Image]:
    """Yield one picture for each second of the film; the points of a slide come up in its first half."""
    total = sum(slide.seconds for slide in slides)
    now = 0
    for page, slide in enumerate(slides, start=1):
        reveal = max(1, slide.seconds // (2 * len(slide.points)))
        for second in range(slide.seconds):
            clock = f"{now // 60:02d}:{now % 60:02d} / {total // 60:02d}:{total % 60:02d}"
            shown = min(len(slide.points), 1 + second // reveal)
            yield draw(slide, course=course, shown=shown, clock=clock, number=f"{page}/{len(slides)}")
            now += 1
