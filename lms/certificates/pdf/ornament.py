"""What makes paper look like a document: a fine woven ground, a frame, a QR code."""

import math

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
WOVEN = Color(0.043, 0.361, 0.678, alpha=0.11)


def rosette(canvas: Canvas, x: float, y: float, radius: float, *, petals: int, turns: int) -> None:
    """Draw an engraved rose: a hypotrochoid of `petals` that goes round `turns` times."""
    path = canvas.beginPath()
    steps = 90 * turns
    for step in range(steps + 1):
        angle = 2 * math.pi * turns * step / steps
        reach = radius * (0.62 + 0.38 * math.cos(angle * petals / turns))
        point = (x + reach * math.cos(angle), y + reach * math.sin(angle))
        (path.lineTo if step else path.moveTo)(*point)
    canvas.drawPath(path, stroke=1, fill=0)


def ground(canvas: Canvas, width: float, height: float) -> None:
    """Weave the ground: waves across the sheet and a rose in its middle, in a tint that a copier loses."""
    canvas.saveState()
    canvas.setLineWidth(0.3)
    canvas.setStrokeColor(WOVEN)
    rosette(canvas, width / 2, height / 2, 170, petals=29, turns=7)
    rosette(canvas, width / 2, height / 2, 105, petals=17, turns=5)
    for line in range(18):
        path = canvas.beginPath()
        for step in range(0, int(width) + 6, 6):
            y = height * (line + 0.5) / 18 + 9 * math.sin(step / 38 + line * 0.7) + 4 * math.sin(step / 13)
            (path.lineTo if step else path.moveTo)(step, y)
        canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()


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
    rows = tuple(segno.make(text, error="m", micro=False).matrix_iter(border=2))
    cell = size / len(rows)
    canvas.saveState()
    canvas.setFillColor(Color(1, 1, 1))
    canvas.rect(x, y, size, size, stroke=0, fill=1)
    canvas.setFillColor(DEEP)
    path = canvas.beginPath()
    for down, row in enumerate(rows):
        for along, dark in enumerate(row):
            if dark:
                path.rect(x + along * cell, y + size - (down + 1) * cell, cell, cell)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()
