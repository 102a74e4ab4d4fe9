"""Invitations as slips of paper with a QR code, eight on an A4 sheet, to be cut along the lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from lms.certificates.pdf import fonts, ornament

ACROSS, DOWN = 2, 4
_MARGIN = 28
_QR = 96


@dataclass(frozen=True, slots=True)
class Slip:
    """What one slip says. link: with the token, so neither shown by repr nor written anywhere but on the paper."""

    name: str
    username: str
    link: str = field(repr=False)
    until: date = date.max


def slips(rows: Sequence[Slip], *, company: str) -> bytes:
    """Return the sheets. Raises GlyphsMissing when the font lacks a character of a name, before anything is drawn."""
    fonts.font()
    fonts.check([company, *(row.name for row in rows), "筑学继续教育邀请证件号码后六位"])
    canvas = Canvas(BytesIO(), pagesize=A4)
    canvas.setTitle(company)
    width, height = (A4[0] - 2 * _MARGIN) / ACROSS, (A4[1] - 2 * _MARGIN) / DOWN
    for at, row in enumerate(rows):
        place = at % (ACROSS * DOWN)
        if at and place == 0:
            canvas.showPage()
        x = _MARGIN + place % ACROSS * width
        y = A4[1] - _MARGIN - (place // ACROSS + 1) * height
        _slip(canvas, row, company, x, y, width, height)
    canvas.showPage()
    return bytes(canvas.getpdfdata())


def _slip(  # noqa: PLR0917 — a place on the sheet has four numbers
    canvas: Canvas, row: Slip, company: str, x: float, y: float, width: float, height: float
) -> None:
    canvas.setStrokeColor(ornament.LINE)
    canvas.setDash(3, 3)
    canvas.rect(x, y, width, height)
    canvas.setDash()
    top = y + height - 26
    _words(canvas, "筑学 · 继续教育账号邀请", x + 14, top, 10, muted=True)
    _words(canvas, row.name, x + 14, top - 24, 16)
    _words(canvas, _fitting(company, width - 28, 9), x + 14, top - 42, 9, muted=True)
    ornament.qr(canvas, row.link, x + width - _QR - 12, y + 22, _QR)
    for at, line in enumerate(
        (
            "1. 手机扫右边的二维码",
            "2. 输证件号码后六位",
            "3. 设置自己的密码",
            f"用户名 {row.username}",
            f"{row.until.isoformat()} 前有效，只能用一次",
        )
    ):
        _words(canvas, line, x + 14, top - 68 - 16 * at, 9.5)


def _words(canvas: Canvas, text: str, x: float, y: float, size: float, *, muted: bool = False) -> None:
    canvas.setFillColor(ornament.MUTED if muted else ornament.INK)
    canvas.setFont(fonts.NAME, size)
    canvas.drawString(x, y, text)


def _fitting(text: str, width: float, size: float) -> str:
    while text and fonts.width(text, size) > width:
        text = text[:-1]
    return text
