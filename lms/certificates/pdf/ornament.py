"""What makes paper look like a document: a fine woven ground, a frame, a QR code."""

import math
from collections.abc import Iterable
from functools import cache
from itertools import groupby

import segno
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

BLUE = Color(0.043, 0.361, 0.678)
DEEP = Color(0.071, 0.188, 0.310)
ORANGE = Color(0.949, 0.549, 0.157)
INK = Color(0.106, 0.165, 0.227)
MUTED = Color(0.318, 0.376, 0.435)
LINE = Color(0.890, 0.910, 0.933)
PALE = Color(0.96, 0.97, 0.98)
# Of the eight that the standard has: readers undo any of them, and on signed text, which looks like chance, none is better.
MASK = 0
WOVEN = Color(0.043, 0.361, 0.678, alpha=0.11)


Point = tuple[float, float]


def rosette(canvas: Canvas, x: float, y: float, radius: float, *, petals: int, turns: int) -> None:
    """Draw an engraved rose: a hypotrochoid of `petals` that goes round `turns` times."""
    _line(canvas, _rose(x, y, radius, petals, turns))


def ground(canvas: Canvas, width: float, height: float) -> None:
    """Weave the ground: waves across the sheet and a rose in its middle, in a tint that a copier loses."""
    canvas.saveState()
    canvas.setLineWidth(0.3)
    canvas.setStrokeColor(WOVEN)
    for strokes in _woven(width, height):
        _line(canvas, strokes)
    canvas.restoreState()


@cache
def _woven(width: float, height: float) -> tuple[str, ...]:
    """The lines of the ground in the language of PDF: always the same, so written once a process."""
    middle = (width / 2, height / 2)
    roses = (_rose(*middle, 170, 29, 7), _rose(*middle, 105, 17, 5))
    return (*roses, *(_wave(line, width, height) for line in range(18)))


def _wave(line: int, width: float, height: float) -> str:
    def point(step: int) -> Point:
        return step, height * (line + 0.5) / 18 + 9 * math.sin(step / 38 + line * 0.7) + 4 * math.sin(step / 13)

    return _strokes(point(step) for step in range(0, int(width) + 6, 6))


@cache
def _rose(x: float, y: float, radius: float, petals: int, turns: int) -> str:
    steps = 90 * turns

    def point(step: int) -> Point:
        angle = 2 * math.pi * turns * step / steps
        reach = radius * (0.62 + 0.38 * math.cos(angle * petals / turns))
        return x + reach * math.cos(angle), y + reach * math.sin(angle)

    return _strokes(point(step) for step in range(steps + 1))


def _strokes(points: Iterable[Point]) -> str:
    words = [f"{x:.2f} {y:.2f} l" for x, y in points]
    return " ".join([words[0][:-1] + "m", *words[1:]])


def _line(canvas: Canvas, strokes: str) -> None:
    path = canvas.beginPath()
    path._code.append(strokes)  # as PDFPathObject keeps what its own methods write
    canvas.drawPath(path, stroke=1, fill=0)


def frame(canvas: Canvas, width: float, height: float) -> None:
    """Draw the double frame with its corners."""
    canvas.saveState()
    canvas.setStrokeColor(BLUE)
    for inset, line in ((28, 1.6), (34, 0.5)):
        canvas.setLineWidth(line)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)
    canvas.setFillColor(ORANGE)
    for x in (28, width - 28):
        for y in (28, height - 28):
            canvas.rect(x - 4, y - 4, 8, 8, stroke=0, fill=1)
    canvas.restoreState()


def mark(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw the sign of the house: a blue and an orange triangle in one square."""
    canvas.saveState()
    for colour, corners in (
        (BLUE, ((x, y), (x, y + size), (x + size, y + size))),
        (ORANGE, ((x, y), (x + size, y), (x + size, y + size))),
    ):
        canvas.setFillColor(colour)
        path = canvas.beginPath()
        path.moveTo(*corners[0])
        for corner in corners[1:]:
            path.lineTo(*corner)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def qr(canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
    """Draw a QR code (error correction M) as one path of squares, with its quiet zone inside `size`."""
    rows = tuple(segno.make(text, error="m", micro=False, mask=MASK).matrix_iter(border=2))
    canvas.saveState()
    canvas.setFillColor(Color(1, 1, 1))
    canvas.rect(x, y, size, size, stroke=0, fill=1)
    canvas.setFillColor(DEEP)
    # One unit is one square and rows go down: whole numbers are written as they are, where points would need decimals.
    canvas.translate(x, y + size)
    canvas.scale(size / len(rows), -size / len(rows))
    squares = []
    for down, row in enumerate(rows):
        along = 0
        for dark, run in groupby(row):  # neighbours as one stroke: a third of the rectangles
            length = len(tuple(run))
            if dark:
                squares.append(f"{along} {down} {length} 1 re")
            along += length
    canvas.addLiteral(f"{' '.join(squares)} f")
    canvas.restoreState()
