"""A case as a printed report. What it says is decided by `case_queries`; here it is only laid out."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from xml.sax.saxutils import escape

from django.utils import timezone
from django.utils.translation import gettext
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from analytics.audit.case_queries import CaseView
from analytics.audit.case_words import conclusion_word, entry_word, subject_word
from analytics.audit.paper import MARGIN, numbered


def report(case: CaseView, *, font: str, at: datetime) -> bytes:
    """Return the report as PDF bytes, unsigned. font: registered with reportlab."""
    into = BytesIO()
    document = SimpleDocTemplate(
        into, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=case.number, author="筑学", invariant=1,
    )  # fmt: skip
    document.build(list(_story(case, font, at)), onFirstPage=numbered(font), onLaterPages=numbered(font))
    return into.getvalue()


def _story(case: CaseView, font: str, at: datetime) -> Iterator[Flowable]:
    plain = ParagraphStyle("plain", fontName=font, fontSize=10.5, leading=17, wordWrap="CJK")
    small = ParagraphStyle("small", parent=plain, fontSize=8.5, leading=13, textColor="#51606f")
    title = ParagraphStyle("title", parent=plain, fontSize=18, leading=26, spaceAfter=6)
    heading = ParagraphStyle("heading", parent=plain, fontSize=13, leading=20, spaceBefore=12, spaceAfter=4)

    def line(text: str, style: ParagraphStyle = plain) -> Paragraph:
        return Paragraph(escape(text).replace("\n", "<br/>"), style)

    yield line(gettext("案卷 %(number)s") % {"number": case.number}, title)
    yield line(case.title)
    yield line(f"{subject_word(case.subject_kind)} · {case.subject}")
    yield line(gettext("立案：%(at)s，%(by)s") % {"at": _moment(case.opened_at), "by": case.opened_by})
    if case.closed_at:
        told = {"at": _moment(case.closed_at), "how": conclusion_word(case.conclusion)}
        yield line(gettext("结案：%(at)s，%(how)s") % told)
    yield line(gettext("笔记、发现与结论"), heading)
    for entry in case.entries:
        record = f" · #{entry.about_record}" if entry.about_record else ""
        yield line(f"{entry_word(entry.kind)} · {_moment(entry.at)} · {entry.by}{record}", small)
        yield line(entry.text)
        yield Spacer(1, 6)
    yield line(gettext("要求说明"), heading)
    for asked in case.asked:
        told = {"whom": asked.whom, "at": _moment(asked.asked_at), "until": asked.term.last_day.isoformat()}
        yield line(gettext("向 %(whom)s，%(at)s，期限至 %(until)s") % told, small)
        yield line(asked.question)
        if asked.answered_at:
            yield line(gettext("答复：%(at)s") % {"at": _moment(asked.answered_at)}, small)
            yield line(asked.answer)
        else:
            yield line(gettext("未答复"), small)
        yield Spacer(1, 6)
    yield line(gettext("日志中的步骤"), heading)
    for row in case.steps:
        yield line(f"#{row.id} · {_moment(row.recorded_at)} · {row.sentence}", small)
        yield line(row.sealed.leaf_hash.hex(), small)
    yield Spacer(1, 12)
    yield line(gettext("报告时间 %(at)s（北京时间）。个人信息按查阅权限遮盖。") % {"at": _moment(at)}, small)


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")
