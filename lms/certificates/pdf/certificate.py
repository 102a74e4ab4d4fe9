"""The certificate as an A4 sheet, from the facts that were copied when its version was issued."""

from collections.abc import Iterator

from reportlab.lib.utils import ImageReader

from lms.certificates.domain.facts import CertificateFacts
from lms.certificates.pdf import fonts, ornament
from lms.certificates.pdf.sheet import HEIGHT, LEFT, RIGHT, WIDTH, Sheet

TITLE = "建设行业职业培训合格证"
PHOTO_WIDTH, PHOTO_HEIGHT = 88, 118


def draw(facts: CertificateFacts, *, version: int, link: str, photo: ImageReader | None = None) -> bytes:
    """Return the sheet, unsigned. link: what the QR code says. Raises GlyphsMissing before anything is drawn."""
    rows = tuple(_rows(facts, version))
    fonts.check(text for row in rows for text in row)
    fonts.check((facts.issuer, facts.holder_name))
    sheet = Sheet(title=f"{TITLE} {facts.number}", subject=facts.post_name, author=facts.issuer)
    ornament.mark(sheet.canvas, WIDTH / 2 - 15, HEIGHT - 112, 30)
    sheet.centred(TITLE, HEIGHT - 158, 27, ornament.DEEP, spread=3)
    sheet.centred("施工现场专业人员", HEIGHT - 182, 12, ornament.MUTED, spread=2)
    top = HEIGHT - 232
    _photo(sheet, photo, RIGHT - PHOTO_WIDTH, top + 14 - PHOTO_HEIGHT)
    y = sheet.facts(rows[:4], top, right=RIGHT - PHOTO_WIDTH - 22)
    y = sheet.facts(rows[4:], y - 4)
    if facts.hours:
        _hours(sheet, facts, y - 6)
    _seal(sheet, facts)
    lines = (
        "扫描二维码，可离线核对签名，并联网查看当前状态。",
        "也可在核验页输入证书编号和姓名。",
        "本文件带有数字签名，改动一个字节即失效；打印件以核验结果为准。",
    )
    sheet.foot(lines, link)
    return sheet.finished()


def _rows(facts: CertificateFacts, version: int) -> Iterator[tuple[str, str]]:
    yield "姓名", facts.holder_name
    yield "证件号码", facts.id_masked
    yield "岗位", facts.post_name
    yield "证书编号", facts.number
    yield "地区", facts.region_name
    yield "发证日期", _day(facts.issued_on.isoformat())
    until = _day(facts.valid_to.isoformat()) if facts.valid_to else "长期"
    yield "有效期", f"{_day(facts.valid_from.isoformat())} 至 {until}"
    yield "版本", f"第 {version} 版，依据规则 {facts.rule_set}"
    if facts.replaces:
        yield "换发自", facts.replaces


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{year} 年 {int(month)} 月 {int(day)} 日"


def _photo(sheet: Sheet, photo: ImageReader | None, x: float, y: float) -> None:
    canvas = sheet.canvas
    canvas.saveState()
    canvas.setStrokeColor(ornament.LINE)
    canvas.setFillColor(ornament.PALE)
    canvas.rect(x, y, PHOTO_WIDTH, PHOTO_HEIGHT, stroke=1, fill=1)
    if photo is not None:
        canvas.drawImage(photo, x + 1, y + 1, PHOTO_WIDTH - 2, PHOTO_HEIGHT - 2, preserveAspectRatio=True, anchor="c")
    canvas.restoreState()
    if photo is None:
        sheet.words("未上传照片", x + 17, y + PHOTO_HEIGHT / 2 - 4, 10.5, ornament.MUTED)


def _hours(sheet: Sheet, facts: CertificateFacts, y: float) -> None:
    sheet.words("本周期继续教育学时", LEFT, y, 11, ornament.DEEP)
    wide = (RIGHT - LEFT) / max(len(facts.hours), 1)
    for place, item in enumerate(facts.hours):
        x = LEFT + place * wide
        sheet.words(item.hours, x, y - 27, 18, ornament.BLUE)
        sheet.words(item.name, x, y - 42, 8.5, ornament.MUTED)


def _seal(sheet: Sheet, facts: CertificateFacts) -> None:
    """The issuer's name and day beside a rose; the seal that binds is the signature inside the file."""
    canvas = sheet.canvas
    canvas.saveState()
    canvas.setStrokeColor(ornament.ORANGE)
    canvas.setLineWidth(0.5)
    ornament.rosette(canvas, RIGHT - 48, 226, 44, petals=19, turns=5)
    canvas.restoreState()
    name = facts.issuer
    sheet.words("签发", LEFT, 226, 10.5, ornament.MUTED)
    sheet.words(name, LEFT + 36, 225, 13)
    sheet.words(_day(facts.issued_on.isoformat()), LEFT + 36, 206, 10.5, ornament.MUTED)
