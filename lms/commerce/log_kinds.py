"""What commerce writes into the learning log."""

from analytics.learning_log.kinds import Kind, register

_ORDER = {
    "order_uuid": "uuid of the order",
    "organisation_uuid": "uuid of the company",
    "amount_minor": "whole minor units of the currency",
    "currency": "ISO 4217 code in small letters",
}
_SEAT = {
    "order_uuid": "uuid of the order that bought the seat",
    "product": "what the seat is for, as ordered",
    "seat_number": "number of the seat within its line",
}

register(
    Kind(
        "commerce.prices_published",
        zh="发布价格表（{document}），{valid_from} 起，{products} 种商品",
        en="A price list of {products} products was published under {document}, from {valid_from} on",
        fields={
            "document": "number of the price document",
            "valid_from": "first day, ISO 8601",
            "products": "how many products stand on it",
        },
        label_zh="发布价格表",
        label_en="Prices published",
    ),
    Kind(
        "commerce.order_placed",
        zh="{subject} 下单，金额 {amount_minor} 分",
        en="{subject} placed an order of {amount_minor} minor units",
        fields={
            **_ORDER,
            "reference": "what the payer writes on a transfer",
            "price_document": "number of the price document",
        },
        label_zh="下单",
        label_en="Order placed",
    ),
    Kind(
        "commerce.order_cancelled",
        zh="{subject} 的订单取消",
        en="The order of {subject} was cancelled",
        fields=_ORDER,
        label_zh="取消订单",
        label_en="Order cancelled",
    ),
    Kind(
        "commerce.payment_settled",
        zh="{subject} 的订单到账 {amount_minor} 分（{method}）",
        en="{amount_minor} minor units arrived for the order of {subject} ({method})",
        fields={**_ORDER, "payment_uuid": "uuid of the payment", "method": "stripe or transfer"},
        words={"method": {"stripe": ("在线支付", "online"), "transfer": ("对公转账", "bank transfer")}},
        label_zh="到账",
        label_en="Payment settled",
    ),
    Kind(
        "commerce.payment_returned",
        zh="多付的 {amount_minor} 分已退回 {subject}",
        en="{amount_minor} minor units that were paid too often went back to {subject}",
        fields={**_ORDER, "payment_uuid": "uuid of the payment"},
        label_zh="退回多付的款",
        label_en="Payment returned",
    ),
    Kind(
        "commerce.return_asked",
        zh="提出退回 {subject} 多付的 {amount_minor} 分，等另一位财务人员同意",
        en="{amount_minor} minor units that {subject} paid too often are to go back, once a second person agrees",
        fields={**_ORDER, "payment_uuid": "uuid of the payment"},
        label_zh="提出退回多付的款",
        label_en="Return asked for",
    ),
    Kind(
        "commerce.return_refused",
        zh="撤回退回 {subject} 多付的 {amount_minor} 分的提议",
        en="{amount_minor} minor units of {subject} are not to go back after all",
        fields={**_ORDER, "payment_uuid": "uuid of the payment"},
        label_zh="撤回退款提议",
        label_en="Return refused",
    ),
    Kind(
        "commerce.invoice_noted",
        zh="{subject} 的订单已开发票，号码 {invoice_number}",
        en="The order of {subject} was invoiced under {invoice_number}",
        fields={**_ORDER, "invoice_number": "number of the tax system's invoice"},
        label_zh="登记发票",
        label_en="Invoice noted",
    ),
    Kind(
        "commerce.list_exported",
        zh="导出“{list}”",
        en="The list of {list} was exported",
        fields={"list": "which list"},
        words={
            "list": {
                "orders": ("订单", "orders"),
                "refunds": ("退款", "refunds"),
                "transfers": ("到账", "bank transfers"),
                "seats": ("席位", "seats"),
                "company_orders": ("本单位订单", "a company's orders"),
            }
        },
        label_zh="导出财务列表",
        label_en="List exported",
    ),
    Kind(
        "commerce.refund_asked",
        zh="{subject} 申请退款 {amount_minor} 分，{seats} 个席位",
        en="{subject} asked to return {seats} seats for {amount_minor} minor units",
        fields={**_ORDER, "refund_uuid": "uuid of the refund", "seats": "how many seats go back"},
        label_zh="申请退款",
        label_en="Refund asked",
    ),
    Kind(
        "commerce.refund_decided",
        zh="{subject} 的退款 {amount_minor} 分：{decision}",
        en="The refund of {amount_minor} minor units to {subject}: {decision}",
        fields={**_ORDER, "refund_uuid": "uuid of the refund", "decision": "sent or refused"},
        words={"decision": {"sent": ("批准", "agreed"), "refused": ("未批准", "refused")}},
        label_zh="退款审批",
        label_en="Refund decided",
    ),
    Kind(
        "commerce.refund_finished",
        zh="已退给 {subject} {amount_minor} 分，红字凭证 {note_number}",
        en="{amount_minor} minor units went back to {subject}, credit note {note_number}",
        fields={**_ORDER, "refund_uuid": "uuid of the refund", "note_number": "number of the credit note"},
        label_zh="已退款",
        label_en="Refund done",
    ),
    Kind(
        "commerce.dispute_changed",
        zh="{subject} 的付款争议：{state}",
        en="The dispute over a payment of {subject}: {state}",
        fields={**_ORDER, "state": "opened, won or lost"},
        words={"state": {"opened": ("提出", "opened"), "won": ("胜诉", "won"), "lost": ("败诉", "lost")}},
        label_zh="付款争议",
        label_en="Dispute changed",
    ),
    Kind(
        "commerce.seat_assigned",
        zh="{learner} 获得“{product}”的席位",
        en="{learner} was given a seat of “{product}”",
        fields=_SEAT,
        label_zh="分配席位",
        label_en="Seat assigned",
    ),
    Kind(
        "commerce.seat_released",
        zh="{learner} 的“{product}”席位收回",
        en="The seat of {learner} in “{product}” was taken back",
        fields=_SEAT,
        label_zh="收回席位",
        label_en="Seat released",
    ),
    Kind(
        "commerce.books_compared",
        zh="与支付服务对账：{payments} 笔付款，{refunds} 笔退款，不符 {differences} 处",
        en="Books compared with the payment service: {payments} payments, {refunds} refunds, {differences} differences",
        fields={
            "payments": "payments compared",
            "refunds": "refunds compared",
            "differences": "how many do not agree",
        },
        label_zh="对账",
        label_en="Books compared",
    ),
    Kind(
        "commerce.difference_explained",
        zh="说明了对账不符 {reference}（{what}）：我们 {ours} 分，支付服务 {theirs} 分",
        en="A difference between the books was explained: {reference} ({what}), {ours} minor units here, {theirs} there",
        fields={
            "what": "what does not agree",
            "reference": "the order's number, or the payment service's",
            "ours": "minor units in our books",
            "theirs": "minor units in the payment service's",
        },
        words={
            "what": {
                "unknown_here": ("不是本站订单的款", "not of an order of ours"),
                "not_settled_here": ("对方已收、这里未入账", "received there, not settled here"),
                "not_there": ("这里已入账、对方没有", "settled here, unknown there"),
                "amount": ("付款金额不同", "the amounts differ"),
                "refunded": ("退款金额不同", "what went back differs"),
            }
        },
        label_zh="说明对账不符",
        label_en="Difference explained",
    ),
)
