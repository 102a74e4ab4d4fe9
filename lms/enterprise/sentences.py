"""Words of this room: why a deed or a row was refused."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from lms.enterprise.domain.rows import MOST_ROWS, Mistake
from lms.enterprise.domain.training import State, TrainingRefused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REFUSALS: "dict[str, _StrPromise]" = {
    "not_your_company": _("没有这次培训，或者它不是您单位的。"),
    "not_your_training": _("没有这次培训，或者您不是这家单位的员工。"),
    "not_now": _("现在不能这样办理：培训的时间或状态不对。请刷新后再看。"),
    "not_over": _("培训还没有结束，结束后再提交。"),
    "bad_times": _("结束时间须在开始之后，一次不超过 12 小时。"),
    "half_a_place": _("纬度和经度要么都填，要么都不填。"),
    "not_your_people": _("名单里有人不在本单位。请刷新后重选。"),
    "no_paper": _("还没有现场照片或签到表。请至少上传一份，再提交。"),
    "nobody_there": _("没有人签到并签退，也没有按签到表补登，所以没有可以提交的。"),
    "wrong_code": _("现场码不对或已经过期。请看屏幕上最新的码，再输一次。"),
    "too_many_tries": _("输错太多次。请等一分钟再试。"),
    "no_place": _("这次培训要核对地点，没有收到您的位置。请在浏览器里允许定位，再试一次。"),
    "not_here": _("您不在培训地点附近，或定位不够准。请到现场、走到室外再试；仍不行时请在纸质签到表上签名。"),
    "not_signed_in": _("您还没有签到，不能签退。请在纸质签到表上签名，由单位补登。"),
    "out_of_scope": _("这次培训不在您的审核范围。"),
    "no_reason": _("请写明理由：企业会看到。"),
    "sheet_too_large": _("表格太大。请不超过 5 MB，或分成几份。"),
    "sheet_locked": _("表格加了密码。请去掉密码再上传。"),
    "sheet_unreadable": _("表格打不开。请用 Excel 或 WPS 另存为 .xlsx 再上传。"),
}

MISTAKES: "dict[str, _StrPromise]" = {
    "empty_sheet": _("表格里没有内容"),
    "too_many_rows": _("超过 %(rows)d 行，请分成几份"),
    "no_name": _("没有姓名"),
    "no_document": _("没有证件号码"),
    "no_day": _("日期看不懂，请写成 2026-05-09"),
    "future_day": _("日期晚于今天"),
    "no_title": _("没有培训内容"),
    "bad_hours": _("学时须大于 0、不超过 8，最小单位 0.5"),
    "row_twice": _("与前面一行重复"),
    "not_your_person": _("本单位在册人员中没有姓名和证件号码都相符的人"),
    "before_employment": _("培训日期早于入职日期"),
    "no_licence": _("这位人员没有登记岗位证书，不知道一学时多长"),
}

PILLS = {
    State.PLANNED: "info",
    State.SUBMITTED: "pending",
    State.RETURNED: "info",
    State.ACCEPTED: "done",
    State.REJECTED: "danger",
    State.CANCELLED: "neutral",
}


def refusal_sentence(error: TrainingRefused) -> str:
    """Return what happened and what to do now."""
    sentence = REFUSALS.get(error.code)
    return str(sentence) if sentence is not None else _gettext("未能办理。请稍后再试，或联系管理员。")


def mistake_sentence(mistake: Mistake) -> str:
    """Return what is wrong in a cell, without its place."""
    code, _colon, about = mistake.code.partition(":")
    if code == "column_missing":
        return _gettext("第一行缺少“%(column)s”这一列") % {"column": about}
    return (
        str(MISTAKES.get(code, code)) % {"rows": MOST_ROWS}
        if code == "too_many_rows"
        else str(MISTAKES.get(code, code))
    )
