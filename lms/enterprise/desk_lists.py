"""Every list of the desk as rows for a spreadsheet: the heading first, then what this desk sees and nothing else."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from lms.credit.domain import accrual
from lms.credit.queries import decisions_held
from lms.credit.queries.my_hours import rings_of
from lms.credit.sentences import post_name, state_word
from lms.enterprise import queries
from lms.enterprise.desk_sentences import RISKS, passed_over_rows
from lms.enterprise.domain.standing import Risk
from lms.organisations.spreadsheets import Row, moment_cell

if TYPE_CHECKING:
    from lms.accounts.models import User
    from lms.enterprise.models import RosterLine
    from lms.enterprise.queries import Desk

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose list it is, who asks for it, and when."""

    desk: "Desk"
    by: "User"
    at: datetime

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)


@dataclass(frozen=True, slots=True)
class DeskList:
    """One list. whole: only for who manages the whole company."""

    rows: Callable[[Asked], Iterator[Row]]
    whole: bool = False


def _progress(asked: Asked) -> Iterator[Row]:
    """A row for each person, certificate and category, so that a spreadsheet can sum and filter it."""
    yield (
        _("姓名"), _("项目部"), _("岗位"), _("证书编号"), _("周期开始"), _("周期截止"), _("情况"), _("类别"),
        _("已有学时"), _("要求学时"), _("还差学时"),
    )  # fmt: skip
    lines = queries.roster(asked.desk, queries.Wish(), today=asked.today, sort="name").iterator(chunk_size=AT_ONCE)
    while some := list(islice(lines, AT_ONCE)):
        yield from _progress_of(some, asked.today)


def _progress_of(lines: "list[RosterLine]", today: date) -> Iterator[Row]:
    held = decisions_held([line.person_id for line in lines], today)
    for line in lines:
        who = (line.name, line.site.name if line.site else "")
        for one in held.get(line.person_id, ()):
            what = (post_name(one.licence.post_code), one.licence.number)
            decision = one.current
            if decision is None or decision.window is None:
                yield (*who, *what, "", "", _("没有周期"), "", "", "", "")
                continue
            when = (decision.window.start.isoformat(), decision.window.last_day.isoformat(), state_word(decision)[0])
            for ring in rings_of(decision, one):
                title = _("第 %(year)d 年") % {"year": ring.year} if ring.year else _(ring.title)
                figures = (
                    Decimal(accrual.shown(ring.earned)),
                    Decimal(accrual.shown(ring.required)),
                    Decimal(accrual.shown_missing(ring.missing)),
                )
                yield (*who, *what, *when, title, *figures)


def _sites(asked: Asked) -> Iterator[Row]:
    yield (_("项目部"), _("人数"), *(str(word) for word, _colour in RISKS.values()), _("管理员"))
    table = queries.site_table(asked.desk)
    managers = {site.uuid: "、".join(name for _id, _uuid, name in site.managers) for site in table}
    for site in queries.risk_by_site(asked.desk, today=asked.today):
        name = site.name if site.uuid else _("未分到项目部")
        told = managers.pop(site.uuid, "") if site.uuid else ""
        yield (name, site.figures.people, *(site.figures[risk.value] for risk in Risk), told)
    for empty in table:
        if empty.uuid in managers:  # nobody works there yet
            yield (empty.name, 0, *(0 for _risk in Risk), managers[empty.uuid])


def _managers(asked: Asked) -> Iterator[Row]:
    yield (_("姓名"), _("管理范围"))
    for line in queries.managers_of(asked.desk):
        yield (line.name, _("全单位"))
    for site in queries.site_table(asked.desk):
        for _id, _uuid, name in site.managers:
            yield (name, site.name)


def _jobs(asked: Asked) -> Iterator[Row]:
    yield (
        _("事项"), _("内容"), _("状态"), _("提出人"), _("提出时间"), _("结束时间"), _("已处理"), _("办成"), _("没有办的"),
    )  # fmt: skip
    for job in queries.jobs_on(asked.desk, asked.by).iterator(chunk_size=AT_ONCE):
        yield (
            str(job.get_kind_display()), str(job.params.get("name", "")), str(job.get_state_display()), job.by.name,
            moment_cell(job.asked_at), moment_cell(job.ended_at), job.done, job.succeeded,
            "；".join(f"{why} {count}" for why, count in passed_over_rows(job.passed_over)),
        )  # fmt: skip


def _reminders(asked: Asked) -> Iterator[Row]:
    yield (_("姓名"), _("提醒时间"), _("提醒人"))
    for reminder in queries.reminders_on(asked.desk).iterator(chunk_size=AT_ONCE):
        yield (reminder.person.name, moment_cell(reminder.sent_at), reminder.by.name)


def _letters(asked: Asked) -> Iterator[Row]:
    yield (_("姓名"), _("用户名"), _("状态"), _("登记时间"), _("发送时间"), _("打印时间"), _("有效期至"))
    words = {
        "open": _("待启用"), "used": _("已启用"), "declined": _("本人谢绝"), "expired": _("已过期"), "revoked": _("已作废"),
    }  # fmt: skip
    for one in queries.letters_of(asked.desk.organisation.id, at=asked.at, limit=None):
        yield (
            one.person_name, one.username, words[one.state], moment_cell(one.made_at), moment_cell(one.sent_at),
            moment_cell(one.printed_at), moment_cell(one.expires_at),
        )  # fmt: skip


def _trainings(asked: Asked) -> Iterator[Row]:
    yield (_("名称"), _("来源"), _("状态"), _("开始时间"), _("结束时间"), _("地点"), _("人次"), _("审核意见"))
    for one in queries.trainings_of(asked.desk.organisation.id, limit=None):
        yield (
            one.title, one.source_label, one.state_label, moment_cell(one.starts_at), moment_cell(one.ends_at), one.place,
            one.people, one.reason,
        )  # fmt: skip


def _attendances(asked: Asked) -> Iterator[Row]:
    yield (_("培训"), _("姓名"), _("方式"), _("日期"), _("签到"), _("签退"), _("时长（分）"), _("状态"))
    for one in queries.attendances_of(asked.desk.organisation.id).iterator(chunk_size=AT_ONCE):
        minutes = one.seconds // 60 if one.seconds is not None else ""
        yield (
            one.training.title, one.learner.name, str(one.get_how_display()), one.activity_day.isoformat(),
            moment_cell(one.signed_in_at), moment_cell(one.signed_out_at), minutes, str(one.training.get_state_display()),
        )  # fmt: skip


LISTS: dict[str, DeskList] = {
    "progress": DeskList(_progress),
    "sites": DeskList(_sites),
    "jobs": DeskList(_jobs),
    "reminders": DeskList(_reminders),
    "managers": DeskList(_managers, whole=True),
    "letters": DeskList(_letters, whole=True),
    "trainings": DeskList(_trainings, whole=True),
    "attendances": DeskList(_attendances, whole=True),
}


def roster_rows(lines: "Iterable[RosterLine]", word_of: "Callable[[RosterLine], str]") -> Iterator[Row]:
    """Return the roster; word_of: how pressing it is, in words."""
    yield (_("姓名"), _("项目部"), _("岗位"), _("证书编号"), _("周期截止"), _("还差学时"), _("情况"))
    for line in lines:
        yield (
            line.name,
            line.site.name if line.site else "",
            "、".join(post_name(code) for code in line.posts),
            "、".join(one["number"] for one in line.certificates if one["number"]),
            line.ends_on.isoformat() if line.ends_on else "",
            Decimal(f"{line.missing.normalize():f}"),
            word_of(line),
        )
