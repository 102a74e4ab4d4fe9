"""What both papers share: a sheet with its ground, centred words, a table of facts, the foot with the QR code."""

from collections.abc import Iterable
from io import BytesIO

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from lms.certificates.pdf import fonts, ornament

# Streams as bytes: in letters (base 85) they would be a quarter larger, and written in Python.
rl_config.useA85 = 0

WIDTH, HEIGHT = A4
LEFT, RIGHT = 74, WIDTH - 74
QR_POINTS = 96


class Sheet:
    """One A4 sheet. Words are in the paper's language, Chinese: a certificate is not translated."""

    def __init__(self, *, title: str, subject: str, author: str) -> None:
        fonts.font()
        # invariant: the same facts give the same bytes, so that a paper can be compared with its version.
        self.canvas = Canvas(BytesIO(), pagesize=A4, invariant=1, pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setSubject(subject)
        self.canvas.setAuthor(author)
        self.canvas.setCreator("Zhuxue")
        ornament.ground(self.canvas, WIDTH, HEIGHT)
        ornament.frame(self.canvas, WIDTH, HEIGHT)

    def centred(self, text: str, y: float, size: float, colour: object = ornament.INK, spread: float = 0) -> None:
        whole = fonts.width(text, size) + spread * max(len(text) - 1, 0)
        self.words(text, (WIDTH - whole) / 2, y, size, colour, spread)

    def words(  # noqa: PLR0917 — as a canvas has them
        self, text: str, x: float, y: float, size: float, colour: object = ornament.INK, spread: float = 0
    ) -> None:
        """Write one line. spread: points between characters."""
        writer = self.canvas.beginText(x, y)
        writer.setFont(fonts.NAME, size)
        writer.setFillColor(colour)
        writer.setCharSpace(spread)
        writer.textLine(text)
        self.canvas.drawText(writer)

    def facts(self, rows: Iterable[tuple[str, str]], y: float, *, left: float = LEFT, right: float = RIGHT) -> float:
        """Write label and value a line, ruled; long values shrink until they fit. Returns where the next line would stand."""
        for label, value in rows:
            self.words(label, left, y, 10.5, ornament.MUTED)
            size = 12.5
            while fonts.width(value, size) > right - left - 96 and size > 6:  # noqa: PLR2004 — smaller is not read
                size -= 0.5
            self.words(value, left + 96, y, size)
            self.canvas.setStrokeColor(ornament.LINE)
            self.canvas.setLineWidth(0.6)
            self.canvas.line(left, y - 8, right, y - 8)
            y -= 27
        return y

    def foot(self, lines: Iterable[str], link: str) -> None:
        """Put the QR code and what it is for at the foot."""
        ornament.qr(self.canvas, link, RIGHT - QR_POINTS, 62, QR_POINTS)
        y = 140.0
        for line in lines:
            self.words(line, LEFT, y, 9, ornament.MUTED)
            y -= 15

    def finished(self) -> bytes:
        """Return the PDF. Nothing may be drawn afterwards."""
        return bytes(self.canvas.getpdfdata())
