"""Words of the desk: risks, refusals, and what came of a job."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from lms.enterprise.domain.desk import DeskRefused
from lms.enterprise.domain.standing import SOON_DAYS, Risk

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

RISKS: "dict[Risk, tuple[_StrPromise, str]]" = {
    Risk.OVERDUE: (_("上期未学够"), "danger"),
    Risk.SOON: (_("60 天内到期"), "pending"),
    Risk.BEHIND: (_("未学够"), "info"),
    Risk.MET: (_("已达标"), "done"),
    Risk.NONE: (_("没有周期"), "neutral"),
}
assert SOON_DAYS == 60, "the word of Risk.SOON names it"  # noqa: S101, PLR2004 — two places, one number

REFUSALS: "dict[str, _StrPromise]" = {
    "not_your_company": _("您不是这家单位的管理员，看不到它的人员。"),
    "whole_company_only": _("这件事由管理全单位的管理员办理。您管理的是项目部。"),
    "site_name_missing": _("请填写项目部名称。"),
    "site_name_taken": _("已经有同名的项目部。请换一个名称。"),
    "no_such_site": _("没有这个项目部，或者它已撤销。请刷新后再选。"),
    "not_your_people": _("名单里有人不在本单位。请刷新后重选。"),
    "manages_already": _("这位人员已有这项管理权限。"),
    "manages_nothing": _("这位人员没有这项管理权限。请刷新页面。"),
    "not_yourself": _("不能对自己办理。请另一位管理员办理。"),
    "nobody_chosen": _("没有选中任何人。请先选人或放宽筛选。"),
    "too_many_people": _("一次最多办理 5,000 人。请缩小筛选范围。"),
    "no_such_product": _("没有这种席位。请重新选择。"),
    "not_sure": _("请勾选确认，再登记离职。人数可能刚有变化，请核对名单后再办。"),
    "not_sure_of_site": _("请勾选确认，再撤销项目部。项目部的人数可能刚有变化，请核对后再办。"),
    "not_enough_seats": _("空闲席位不够。请先订席位，或少选几人。"),
    "no_course_chosen": _("请至少选择一门课程。"),
    "job_is_over": _("这项办理已经结束。"),
}

PASSED_OVER: "dict[str, _StrPromise]" = {
    "has_seat": _("已有席位"),
    "no_seat_left": _("席位不够"),
    "not_on_desk": _("已不在本单位"),
    "nothing_missing": _("没有缺的学时"),
    "reminded_lately": _("七天内已提醒过"),
    "no_certificate": _("没有电子证书"),
    "no_paper": _("证书文件无法出具"),
    "course_closed": _("课程已停用"),
    "not_allowed": _("管理权限已收回"),
}


def refusal_sentence(error: DeskRefused) -> str:
    """Return what happened and what to do now."""
    sentence = REFUSALS.get(error.code)
    return str(sentence) if sentence is not None else _gettext("未能办理。请稍后再试，或联系管理员。")


def passed_over_rows(counted: dict[str, int]) -> list[tuple[str, int]]:
    """Return why people were passed over, in words, the most frequent reason first."""
    rows = sorted(counted.items(), key=lambda item: -item[1])
    return [(str(PASSED_OVER.get(code, code)), count) for code, count in rows]
