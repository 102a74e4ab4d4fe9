"""The sentence for each refusal of this room, in the language of the reader."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from lms.organisations.domain.notice_reading import BadNotice
from lms.organisations.domain.refusals import OrganisationsError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SENTENCES: "dict[str, _StrPromise]" = {
    "length": _("统一社会信用代码为 18 位。请对照营业执照重新填写。"),
    "characters": _("统一社会信用代码只含数字和大写字母，不含 I、O、S、V、Z。请对照营业执照重新填写。"),
    "area": _("统一社会信用代码第 3 至 8 位不是有效的行政区划代码。请对照营业执照重新填写。"),
    "check_character": _("统一社会信用代码末位与前面对不上，可能有一位填错。请对照营业执照重新填写。"),
    "credit_code_missing": _("企业和培训机构必须填写统一社会信用代码。"),
    "credit_code_taken": _("这个统一社会信用代码已登记。请核对，或直接使用已登记的单位。"),
    "region_unknown": _("请选择所在地区。"),
    "name_missing": _("请填写单位名称。"),
    "already_member": _("这位人员已在单位中，不必重复添加。"),
    "ends_before_it_begins": _("结束日期应在开始日期之后。"),
    "role_not_of_this_kind": _("这一身份不适用于此类单位。"),
    "notice_unchanged": _("这一年的安排没有变化，不必再载入。"),
    "not_allowed": _("您不能为这位人员或这家单位办理此事。请联系系统管理员。"),
    "not_activated": _("这位人员还没有启用账号，没有密码可重置。请到“邀请”里再发一次邀请。"),
}


NOTICE_SENTENCES: "dict[str, _StrPromise]" = {
    "too_long_text": _("文字太长。请只粘贴通知正文。"),
    "no_year": _("没有找到年份。正文里应有“关于……年部分节假日安排的通知”。"),
    "no_number": _("没有找到文号。请在下面填写文号。"),
    "no_issue_day": _("没有找到落款日期。请连同最后一行的年月日一起粘贴。"),
    "no_days_off": _("没有找到放假的日子。请粘贴“一、元旦：……”这样的各行。"),
    "not_a_day": _("%(about)s 不是有效的日期。"),
    "weekday_wrong": _("%(about)s 与文中写的星期几不符。"),
    "day_count_wrong": _("“%(about)s”写的天数与起止日期不符。"),
    "ends_before_it_begins": _("“%(about)s”的结束日期早于开始日期。"),
    "too_long": _("“%(about)s”太长，请核对起止日期。"),
    "off_twice": _("“%(about)s”与另一个假期重叠。"),
    "other_year": _("%(about)s 不在这一年里。"),
    "off_and_worked": _("%(about)s 既写放假又写上班。"),
    "worked_on_a_weekday": _("%(about)s 本来就是工作日，不必写调休上班。"),
    "not_a_year": _("年份无效。"),
    "missing": _("缺少内容：%(about)s。"),
}


def notice_sentences(error: BadNotice) -> list[str]:
    """Return a sentence for each thing that is wrong with a notice."""
    unknown = gettext_noop("有一处看不懂：%(about)s。")
    return [str(NOTICE_SENTENCES.get(code, gettext(unknown))) % {"about": about} for code, about in error.complaints]


def sentence_for(error: OrganisationsError) -> str:
    """Return what happened and what to do now; a code without a sentence is our fault and says so politely."""
    sentence = SENTENCES.get(error.code)
    return str(sentence) if sentence is not None else gettext("未能办理。请稍后再试，或联系管理员。")
