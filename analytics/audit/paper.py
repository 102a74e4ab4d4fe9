"""What the desk's printed reports have in common: their margins, and a number at the foot of each sheet."""

from collections.abc import Callable

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate

MARGIN = 56
_FOOT = 28
_SIZE = 8


def numbered(font: str) -> Callable[[Canvas, BaseDocTemplate], None]:
    """Return what writes the number of a sheet. font: registered with reportlab."""

    def write(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(font, _SIZE)
        canvas.drawCentredString(A4[0] / 2, _FOOT, str(document.page))

    return write
