"""Words of this room: why a deed or a file was refused, what was done, templates of reasons."""

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from lms.reviews.domain.claim import ClaimRefused, Deed, State
from lms.reviews.domain.evidence import MOST_FILES, MOST_PAGES, BadFile

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REFUSALS: "dict[str, _StrPromise]" = {
    "not_yours": _("没有这份申报，或者它不是您的。"),
    "not_now": _("这份申报现在不能这样办理：它的状态已经变了。请刷新后再看。"),
    "no_reason": _("请写明理由：对方会看到。"),
    "no_title": _("请写明学习的内容。"),
    "no_evidence": _("还没有证明材料。请至少上传一份，再提交。"),
    "no_rules": _("完成日期那天没有施行的规则，不能计算学时。请核对日期。"),
    "kind_closed": _("您的证书所在地区没有这一种申报。"),
    "bad_hours": _("学时须大于 0，不超过 200，最小单位 0.5。"),
    "more_than_the_table": _("超过了本地区规定的一次最多学时。"),
    "future_day": _("完成日期不能晚于今天。"),
    "appealed_before": _("每份申报只能申诉一次，这份已经申诉过。"),
    "nothing_to_appeal": _("申报的学时已全部认定，没有可以申诉的。"),
    "out_of_scope": _("这份申报不在您的审核范围。"),
    "own_claim": _("不能审核自己的申报。"),
    "same_person": _("您已经办理过这一轮，须由另一位审核员决定。"),
    "not_your_area": _("这不在您的辖区，不能由您决定。"),
    # of cycles on hold (lms.credit)
    "not_on_hold": _("这个周期不在“待主管部门决定”的状态。"),
    "decided_before": _("这个周期已经决定过，决定不能更改。"),
    "own_case": _("不能决定自己的证书。"),
}

FILES: "dict[str, _StrPromise]" = {
    "empty": _("文件是空的。请重新选择。"),
    "too_large": _("文件超过 10 MB。请压缩，或拍得小一些。"),
    "unknown_type": _("只收 JPEG、PNG 图片和 PDF。这份文件的内容不是其中一种。"),
    "broken": _("文件已损坏，打不开。请重新拍照或导出。"),
    "locked": _("PDF 加了密码，审核员打不开。请去掉密码再上传。"),
    "too_many_pages": _("PDF 超过 %(pages)d 页。请只留下需要的几页。"),
    "too_many_pixels": _("图片尺寸过大。请缩小后再上传。"),
    "too_small": _("图片太小，看不清。请上传原图。"),
    "too_many_files": _("一份申报最多 %(files)d 份材料。"),
    "same_file": _("这份申报里已经有同一份文件，不必重复上传。"),
}

DEEDS: "dict[str, _StrPromise]" = {
    Deed.SUBMIT.value: _("提交"),
    Deed.WITHDRAW.value: _("撤回"),
    Deed.PASS_ON.value: _("初审通过，待另一人复审"),
    Deed.ACCEPT.value: _("认定"),
    Deed.RETURN.value: _("退回修改"),
    Deed.REJECT.value: _("不予认定"),
    Deed.APPEAL.value: _("申诉"),
}

PILLS = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "pending",
    State.SECOND: "pending",
    State.RETURNED: "info",
    State.ACCEPTED: "done",
    State.REJECTED: "danger",
    State.APPEALED: "pending",
    State.WITHDRAWN: "neutral",
}

# Templates of reasons: a reviewer takes one and writes on.
REASONS: dict[Deed, tuple[str, ...]] = {
    Deed.ACCEPT: (
        gettext_noop("材料齐全，内容与岗位相关，按申报认定。"),
        gettext_noop("材料齐全；按签到表上的时间认定学时。"),
        gettext_noop("重复的材料是同一次培训的共用签到表，已核对本人签名。"),
    ),
    Deed.RETURN: (
        gettext_noop("看不清，请重新拍照上传。"),
        gettext_noop("缺签到表，请补上有本人签名的一页。"),
        gettext_noop("缺培训通知或会议通知，请补上。"),
        gettext_noop("日期与材料不一致，请核对后再提交。"),
    ),
    Deed.REJECT: (
        gettext_noop("内容与岗位无关，不属于继续教育。"),
        gettext_noop("材料不能证明本人参加。"),
        gettext_noop("同一份材料已用于另一份申报，不重复计入。"),
    ),
}


def refusal_sentence(error: ClaimRefused | BadFile) -> str:
    """Return what happened and what to do now."""
    table = FILES if isinstance(error, BadFile) else REFUSALS
    sentence = table.get(error.code)
    if sentence is None:
        return _gettext("未能办理。请稍后再试，或联系管理员。")
    return str(sentence) % {"pages": MOST_PAGES, "files": MOST_FILES} if table is FILES else str(sentence)


def sentence_of_code(code: str) -> str:
    """Return the sentence for a refusal of another room that this one passes on."""
    return refusal_sentence(ClaimRefused(code))


# Minima of the shipped rule sets, by code.
CATEGORIES: "dict[str, _StrPromise]" = {
    "online_general": _("通用知识"),
    "online_professional": _("专业知识"),
    "f2f_live": _("面授或直播"),
    "self_study": _("自主学习"),
    "enterprise": _("企业培训"),
    "online": _("网络培训"),
    "total": _("合计"),
}

# Names that stand in kinds.yaml: shown through gettext, so that they can be read in English too.
KIND_NAMES = (
    gettext_noop("企业组织的技术培训"),
    gettext_noop("学术论坛交流"),
    gettext_noop("学术交流"),
    gettext_noop("发表论文"),
    gettext_noop("其他形式"),
)


def plain(amount: Decimal | Fraction) -> str:
    """Return hours without decimals that say nothing: 4, 2.5."""
    return str(int(amount)) if amount == int(amount) else f"{float(amount):.2f}".rstrip("0")
