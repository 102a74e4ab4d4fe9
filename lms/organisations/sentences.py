"""The sentence for each refusal of this room, in the language of the reader."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
    "not_allowed": _("您不能为这位人员或这家单位办理此事。请联系系统管理员。"),
}


def sentence_for(error: OrganisationsError) -> str:
    """Return what happened and what to do now; a code without a sentence is our fault and says so politely."""
    sentence = SENTENCES.get(error.code)
    return str(sentence) if sentence is not None else gettext("未能办理。请稍后再试，或联系管理员。")
