"""The sentence for each refusal of this room: what happened, and what to do now."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.commerce.domain.refusals import CommerceError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SENTENCES: "dict[str, _StrPromise]" = {
    "not_allowed": _("您不能为这家单位办理此事。请用该单位管理员或财务人员的账号登录。"),
    "nothing_ordered": _("还没有填数量。请至少订一项。"),
    "quantity": _("数量不对。请填 1 到 100000 之间的整数。"),
    "not_for_sale": _("有一项已经停售，没有下单。请刷新页面后重选。"),
    "no_price": _("您所在地区还没有公布价格，暂时不能下单。请联系客服。"),
    "no_document": _("请填写收费文件的文号。"),
    "above_ceiling": _("单价高于收费文件的上限，不能收取。"),
    "nothing_offered": _("价格表是空的。请至少给一种商品定价。"),
    "two_currencies": _("不同币种不能在一张订单里。请分开下单。"),
    "too_dear": _("总额太大，可能多写了零。请核对数量，或分开下单。"),
    "invoice": _("请选择发票类型并填写抬头。"),
    "invoice_number": _("发票号码是 20 位数字（旧版 8 位）。没有保存，请核对后重填。"),
    "not_paid_yet": _("订单还没有到账，不能登记发票。"),
    "nothing_to_return": _("这笔款没有要退的，或者已经退回。请刷新页面查看。"),
    "return_there": _("这笔款是旧记录，没有记下到账金额。请在支付服务的后台全额退回，退完这里会自动销账。"),
    "no_such_difference": _("这一处不符已经变了或没有了。请刷新页面查看。"),
    "no_explanation": _("请写明查到的原因，写明后这一处不再提醒。"),
    "not_a_quotation": _("这张单已经不是报价了。"),
    "quotation_over": _("报价已过有效期，价格可能有变。请重新报价。"),
    "paid_or_cancelled": _("订单已经付款或取消，不能再取消。已付款的可以申请退款。"),
    "not_waiting_for_money": _("这张订单不在等待付款，没有扣款。请刷新页面查看状态。"),
    "amount_differs": _("到账金额与订单不一致，没有入账。请联系付款单位补足、退回或改单。"),
    "transfer_matched": _("这笔到账已经处理过了。"),
    "gateway": _("支付服务暂时没有回应，没有扣款。请稍后再试，或改用对公转账。"),
    "not_paid": _("订单还没有到账，付款后就能分配席位。"),
    "disputed": _("这笔付款有争议，处理完以前不能再分配席位。请联系财务。"),
    "seats_in_use": _("没有使用的席位只有 %(about)s 个。已分配的请先收回；已开始学习的不能退。"),
    "second_person": _("提出退款的人不能自己批准。请另一位财务人员处理。"),
    "decided_already": _("这笔退款已经处理过了。"),
    "not_by_hand": _("请填写转账回单号；在线支付的退款由系统原路退回，不用手工处理。"),
    "no_seat_left": _("席位已经分完，没有再分配。可以收回未使用的席位，或再订一些。"),
    "no_seat": _("这位员工的席位刚才被收回，没有开通课程。可以重新分配席位。"),
    "has_a_seat": _("这位员工已经有一个这样的席位。"),
    "not_staff": _("这位人员不在您的单位里，不能分配席位。"),
    "seat_used": _("这个席位的学员已经开始学习，不能收回。"),
    "released_already": _("这个席位已经收回了。"),
    "unreadable": _("读不懂这个文件。请从网银导出 CSV 格式的明细。"),
    "no_header": _("没有找到表头。明细里应有“日期”和“金额”（或“贷方发生额”）两列。"),
    "amount": _("第 %(about)s 行的金额看不懂，整个文件都没有载入。请核对后重新上传。"),
    "day": _("第 %(about)s 行的日期看不懂，整个文件都没有载入。请核对后重新上传。"),
    "too_large": _("文件太大。请按月导出，每个文件不超过 5 MB。"),
}


def sentence_for(error: CommerceError) -> str:
    """Return what happened and what to do now; a code without a sentence is our fault and says so politely."""
    sentence = SENTENCES.get(error.code)
    if sentence is None:
        return gettext("没有办成。请刷新页面再试；仍不行请联系客服。")
    return str(sentence) % {"about": error.about} if "%(" in str(sentence) else str(sentence)
