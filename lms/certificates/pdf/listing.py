"""A list of papers as A4 pages: what a company received together, each file with its hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.certificates.pdf import fonts, ornament
from lms.certificates.pdf.sheet import HEIGHT, LEFT, RIGHT, WIDTH, Sheet

TITLE = "证书文件清单"
ROWS_A_PAGE = 18
ROW_POINTS = 33


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """One paper: whose, for which post, until when it is valid (in words), the file and its SHA-256."""

    holder: str
    post: str
    number: str
    until: str
    file_name: str
    sha256: str


def draw(company: str, papers: Sequence[ListedPaper], *, made_on: date) -> bytes:
    """Return the list, unsigned. Raises GlyphsMissing."""
    fonts.check([company, *(text for one in papers for text in (one.holder, one.post, one.number, one.until))])
    sheet = Sheet(title=f"{TITLE} {company}", subject=company, author="筑学")
    pages = -(-len(papers) // ROWS_A_PAGE)
    for page in range(pages):
        if page:
            sheet.canvas.showPage()
            ornament.ground(sheet.canvas, WIDTH, HEIGHT)
            ornament.frame(sheet.canvas, WIDTH, HEIGHT)
        sheet.centred(TITLE, HEIGHT - 96, 20, ornament.DEEP, spread=3)
        sheet.centred(f"{company} · {made_on} · 共 {len(papers)} 份", HEIGHT - 118, 10.5, ornament.MUTED)
        y = HEIGHT - 152.0
        for number, one in enumerate(papers[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE], page * ROWS_A_PAGE + 1):
            sheet.words(f"{number}", LEFT, y, 9.5, ornament.MUTED)
            sheet.words(f"{one.holder} · {one.post} · {one.number}", LEFT + 28, y, 10.5)
            until = f"有效期至 {one.until}"
            sheet.words(until, RIGHT - fonts.width(until, 9.5), y, 9.5)
            sheet.words(f"SHA-256 {one.sha256}", LEFT + 28, y - 13, 7.5, ornament.MUTED)
            sheet.canvas.setStrokeColor(ornament.LINE)
            sheet.canvas.line(LEFT, y - 19, RIGHT, y - 19)
            y -= ROW_POINTS
        sheet.centred(f"第 {page + 1} 页，共 {pages} 页", 62, 9, ornament.MUTED)
    return sheet.finished()
