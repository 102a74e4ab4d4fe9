"""The one font of the paper, embedded; what it cannot write is refused before a sheet is drawn."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FILE = Path(__file__).resolve().parents[1] / "fonts" / "wqy-microhei.ttc"
NAME = "Zhuxue"


class GlyphsMissing(ValueError):
    """The font has no picture of these characters: a name would be printed with a hole. `characters`: each once."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


@cache
def font() -> TTFont:
    """Return the font, registered with reportlab. Reading it takes a tenth of a second: once a process."""
    found = TTFont(NAME, str(FILE), subfontIndex=0)
    pdfmetrics.registerFont(found)
    return found


def check(texts: Iterable[str]) -> None:
    """Raise GlyphsMissing when a text has a character that the font lacks."""
    known = font().face.charToGlyph
    missing = dict.fromkeys(c for text in texts for c in text if ord(c) not in known)
    if missing:
        raise GlyphsMissing("".join(missing))


def width(text: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, NAME, size))
