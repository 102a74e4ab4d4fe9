"""The proof of hours (学时证明) as an A4 sheet."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from lms.certificates.pdf import fonts, ornament
from lms.certificates.pdf.sheet import HEIGHT, LEFT, RIGHT, Sheet

TITLE = "继续教育学时证明"


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """What a proof of hours says, copied on the day it was made.

    code: its check code. hours: (category, hours as text, of so many required or ""). since, until: first and last day of the
    cycle, None before the first certificate. state: the decision in words.
    """

    code: str
    holder_name: str
    id_masked: str
    post_name: str
    licence_number: str
    since: date | None
    until: date | None
    hours: tuple[tuple[str, str, str], ...]
    total: str
    required: str
    state: str
    rule_set: str
    made_on: date

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that is printed."""
        plain = (
            self.code,
            self.holder_name,
            self.id_masked,
            self.post_name,
            self.licence_number,
            self.state,
            self.rule_set,
        )
        return (*plain, *(text for row in self.hours for text in row))

    def as_json(self) -> dict[str, object]:
        """Return the value as it is stored: texts, lists of texts, null for no day."""
        days = {name: day.isoformat() if day else None for name, day in (("since", self.since), ("until", self.until))}
        return {**asdict(self), **days, "hours": [list(row) for row in self.hours], "made_on": self.made_on.isoformat()}


def draw(facts: ProofFacts, *, link: str) -> bytes:
    """Return the sheet, unsigned. Raises GlyphsMissing."""
    fonts.check(facts.texts)
    sheet = Sheet(title=f"{TITLE} {facts.code}", subject=facts.post_name, author="筑学")
    sheet.centred(TITLE, HEIGHT - 128, 25, ornament.DEEP, spread=4)
    sheet.centred(f"校验码 {facts.code}", HEIGHT - 152, 11, ornament.MUTED)
    period = f"{facts.since} 至 {facts.until}" if facts.since else "取证前的学习"
    rows = [
        ("姓名", facts.holder_name),
        ("证件号码", facts.id_masked),
        ("岗位", facts.post_name),
        ("证书编号", facts.licence_number or "尚未取证"),
        ("周期", period),
        ("结论", facts.state),
        ("依据规则", facts.rule_set),
    ]
    y = sheet.facts(rows, HEIGHT - 200)
    _table(sheet, facts.hours, y - 8)
    sheet.words(f"合计 {facts.total} / {facts.required} 学时", LEFT, 208, 16, ornament.BLUE)
    sheet.words(f"出具日期 {facts.made_on}", LEFT, 186, 10.5, ornament.MUTED)
    sheet.foot(("扫描二维码或在核验页输入校验码，可核对本证明。", "每一学时都有学习日志为证，可以逐条查验。"), link)
    return sheet.finished()


def _table(sheet: Sheet, hours: Sequence[tuple[str, str, str]], y: float) -> None:
    sheet.words("各类学时", LEFT, y, 11, ornament.DEEP)
    for name, earned, required in hours:
        y -= 24
        sheet.words(name, LEFT, y, 11.5)
        value = f"{earned} / {required} 学时" if required else f"{earned} 学时"
        sheet.words(value, RIGHT - fonts.width(value, 11.5), y, 11.5)
        sheet.canvas.setStrokeColor(ornament.LINE)
        sheet.canvas.line(LEFT, y - 7, RIGHT, y - 7)
