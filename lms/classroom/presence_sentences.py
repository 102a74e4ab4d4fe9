"""Why a proof of presence was not taken, in words for the learner. Why time waits is said by proctoring.sentences."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from proctoring.sentences import Text

PROOF_REFUSALS: Mapping[str, Text] = {
    "no_phone": _("您还没有登记手机号。可以请现场人员确认，或者申诉。"),
    "too_soon": _("刚刚发过验证码，请一分钟后再试。"),
    "too_many": _("次数太多，请一小时后再试，或者申诉。"),
    "no_code": _("验证码已失效，请重新获取。"),
    "wrong": _("验证码或答案不对，题目已经更换，请再试。"),
    "nothing_waits": _("没有待确认的时间，或者本人解除的期限已过；现在由审核员处理，您可以申诉。"),
    "not_known": _("没有这个确认码，或者已过期。请学员重新生成。"),
    "not_yours": _("您不能确认这位学员：只能确认本单位或辖区内的他人。"),
}

# The same to whoever confirms on site: what he can do is not what the learner can.
VOUCH_REFUSALS: Mapping[str, Text] = {
    **PROOF_REFUSALS,
    "nothing_waits": _("这位学员现在没有等待确认的时间，可能已经用别的方式补上。不用再做什么。"),
    "too_many": _("查找得太频繁，没有确认任何人。请过十分钟再试。"),
}
