"""What the pages of certificates say about states and refusals."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lms.certificates.domain.asking import Refused
from lms.credit.domain.exchange import Answer, ExchangeDecision

# What the issuer said, and what helps.
REFUSALS = {
    Refused.UNREADABLE: gettext_lazy("发证系统读不懂申请。请联系管理员。"),
    Refused.UNKNOWN_NUMBER: gettext_lazy("发证系统里没有这个编号。请核对证书编号；持旧版纸质证书的，可以申请换发。"),
    Refused.OTHER_HOLDER: gettext_lazy(
        "发证系统登记的持证人或岗位与您的不一致。请到“我的资料”核对证件，或联系发证部门更正。"
    ),
    Refused.REVOKED: gettext_lazy("这本证书已注销，不能延续。"),
    Refused.POST_WITHOUT_NUMBER: gettext_lazy(
        "编码规则里没有这个岗位的编号，发不出电子证书。安全员可以自愿选择参加施工员或质量员的继续教育，换发相应岗位的证书。"
    ),
    Refused.HOURS_SHORT: gettext_lazy("发证系统核对的总学时不够。"),
    Refused.NO_RULES: gettext_lazy("发证系统还没有载入适用的规则。"),
    Refused.DRAFT_RULES: gettext_lazy("适用的规则还是草案，不能自动延续，须由主管部门决定。"),
    Refused.CYCLE_SETTLED: gettext_lazy("这个周期已经延续过了。"),
    Refused.ISSUED_BEFORE: gettext_lazy("您已有这个岗位的电子证书。"),
    Refused.SERIES_EXHAUSTED: gettext_lazy("今年的编号已用完，请联系发证部门。"),
}

AGAIN_REFUSALS = {
    "final": gettext_lazy("发证系统的答复不会因再次提交而改变，没有提交。"),
    "hours_short": gettext_lazy("这个周期的学时现在不足，没有提交。补足后系统会自动申请。"),
    "no_document": gettext_lazy("没有可用的证件信息，没有提交。请先在“我的资料”登记证件。"),
    "too_often": gettext_lazy("今天已多次提交，请明天再试，或先联系发证部门核对登记的信息。"),
}

CHANGE_REFUSALS = {
    "not_your_area": gettext_lazy("这本证书不在您的辖区，或者不是本系统签发的。"),
    "no_reason": gettext_lazy("请写明理由。"),
    "revoked_before": gettext_lazy("这本证书已注销。"),
    "proposed_before": gettext_lazy("已有一项注销或更正待复核，先办完它。"),
    "decided_alone": gettext_lazy("提出的人不能自己复核，请另一位主管人员办理。"),
    "decided_before": gettext_lazy("这一项已经办完了。"),
    "not_correctable": gettext_lazy("编号和证件号不能更正；须注销后重新办理。"),
    "unreadable": gettext_lazy("更正的内容不合格式，日期请写作 2026-05-09。"),
    "nothing_changed": gettext_lazy("没有改动任何一项。"),
}

STATES = {"valid": gettext_lazy("有效"), "expired": gettext_lazy("已过期"), "revoked": gettext_lazy("已注销")}
COLOURS = {"valid": "done", "expired": "danger", "revoked": "danger"}


def refusal_of(code: str) -> str:
    """Return why the issuer refused, and what helps."""
    try:
        return str(REFUSALS[Refused(code)])
    except ValueError:
        return _("发证系统退回了申请（%(code)s）。请联系管理员。") % {"code": code}


def days_text(days: int) -> str:
    """Return how long a certificate is still valid, or how long it no longer is."""
    if days < 0:
        return ngettext("已过期 %(n)d 天", "已过期 %(n)d 天", -days) % {"n": -days}
    if days == 0:
        return _("今天到期")
    return ngettext("还有 %(n)d 天", "还有 %(n)d 天", days) % {"n": days}


EXCHANGE_ANSWERS = {
    Answer.DEADLINE: gettext_lazy("换发已截止，系统按文件规定自动关闭，不再受理。"),
    Answer.AGE: gettext_lazy("已超过换发的年龄：按身份证上的出生日期和文件规定计算。"),
    Answer.HEALTH: gettext_lazy("换发要求身体健康，您没有作出声明。"),
    Answer.BAD_RECORD: gettext_lazy("换发要求没有不良行为记录，您没有作出声明。"),
    Answer.POST: gettext_lazy("旧证岗位不能换成这个岗位。安全员可以换发施工员或质量员，其他岗位只能换发同类岗位。"),
    Answer.HOURS: gettext_lazy("换发要求的学时还没有学够。"),
}
PAPER_REFUSALS = {
    "no_document": gettext_lazy("请先在“我的资料”里登记证件：换发要核对年龄。"),
    "no_rules": gettext_lazy("这个地区还没有可用的规则。"),
    "exchanged_before": gettext_lazy("这本旧证已经申请过换发。"),
    "licence_post_twice": gettext_lazy("您已有这个岗位的证书。"),
    "not_your_area": gettext_lazy("这项申请不在您的辖区。"),
    "own_case": gettext_lazy("不能核查自己的申请。"),
    "no_reason": gettext_lazy("请写明意见。"),
    "decided_before": gettext_lazy("这项申请已经办完了。"),
}


def exchange_refusals(decision: ExchangeDecision) -> list[str]:
    """Return everything that stands against an application, each with the words of the rule where it has any."""
    found = []
    for refusal in decision.refusals:
        said = str(EXCHANGE_ANSWERS[refusal.answer])
        found.append(f"{said}（{refusal.quote}）" if refusal.quote else said)
    return found
