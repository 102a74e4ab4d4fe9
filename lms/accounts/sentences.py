"""The sentence for each refusal of this room, in the language of the reader. None repeats what was typed."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.accounts.domain.refusals import AccountsError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SENTENCES: "dict[str, _StrPromise]" = {
    "phone_shape": _("请填写 11 位大陆手机号。"),
    "phone_taken": _("这个手机号已注册。请直接登录；若不是您本人注册，请联系所在单位的管理员。"),
    "name_shape": _("用户名为 2 至 150 个字符，可用汉字、字母、数字和 @ . + - _。"),
    "name_looks_like_a_number": _("用户名不能像手机号或证件号，因为同事看得见。请换一个；用手机号同样可以登录。"),
    "name_taken": _("这个用户名已有人使用，请换一个。"),
    "document_kind": _("请选择证件类型。"),
    "document_shape": _("这不是所选证件的号码。请对照证件重新填写，或改选证件类型。"),
    "id_length": _("居民身份证号码为 18 位。请对照证件重新填写；一代证请换领后填写。"),
    "id_characters": _("居民身份证号码前 17 位是数字，末位是数字或 X。请对照证件重新填写。"),
    "id_area": _("号码前 6 位不是有效的行政区划代码。请对照证件重新填写。"),
    "id_birthday": _("号码中的出生日期不存在或在今天之后。请对照证件重新填写。"),
    "id_check_digit": _("号码末位与前面对不上，可能有一位填错。请对照证件重新填写。"),
    "document_taken": _("这个证件已登记在另一个账号上。请用那个账号登录；如有误，请联系所在单位的管理员。"),
    "document_recorded": _("您的证件已登记，不能自行修改。如需更正，请携证件联系管理员。"),
    "post_unknown": _("请选择岗位。"),
    "number_shape": _("证书编号为 8 至 32 位字母、数字或短横线，前面可有汉字。请对照证书重新填写。"),
    "number_without_day": _("填写了证书编号，请一并填写发证日期。"),
    "day_in_future": _("发证日期在今天之后。请对照证书重新填写。"),
    "day_too_early": _("发证日期早于 1990 年。请对照证书重新填写。"),
    "region_unknown": _("请选择发证地区。"),
    "licence_post_twice": _("您已登记过这个岗位的证书。同一岗位只登记一本；如需更换，请联系管理员。"),
    "licence_number_taken": _("这个证书编号已登记在另一个账号上。请核对编号；如无误，请联系管理员。"),
    "not_allowed": _("您不能为这位人员办理此事。请由本人或系统管理员办理。"),
}


def sentence_for(error: AccountsError) -> str:
    """Return what happened and what to do now; a code without a sentence is our fault and says so politely."""
    sentence = SENTENCES.get(error.code)
    return str(sentence) if sentence is not None else gettext("未能办理。请稍后再试，或联系管理员。")
