"""The pages that a payer sees: choosing how to pay, and the bank's question. Plain HTML without scripts."""

from html import escape
from typing import Any

from infra.stripe_simulator.payment_methods import CARDS

STYLE = """
body{margin:0;font:16px/1.6 system-ui,"Noto Sans SC",sans-serif;background:#f5f7fb;color:#1b2a3d}
main{max-width:26rem;margin:2rem auto;background:#fff;border:1px solid #dde3ec;border-radius:12px;padding:1.5rem}
h1{font-size:1.25rem;margin:0 0 .25rem}.sum{font-size:2rem;font-weight:700;margin:.5rem 0 1rem}
.mark{background:#fff3e0;color:#8a4b00;text-align:center;padding:.25rem;font-size:.875rem}
label{display:block;margin-top:1rem;font-size:.875rem}
input{width:100%;box-sizing:border-box;padding:.625rem;font:inherit;border:1px solid #8696ab;border-radius:8px}
button{width:100%;min-height:2.75rem;margin-top:1rem;font:inherit;font-weight:600;border:0;border-radius:8px;background:#0b5cad;color:#fff;cursor:pointer}
button.second{background:#eaf0f7;color:#1b2a3d}.bad{background:#fdecea;color:#8f1d14;padding:.625rem;border-radius:8px}
table{width:100%;border-collapse:collapse;font-size:.875rem}td{padding:.25rem 0}td:last-child{text-align:right}
details{margin-top:1rem;font-size:.875rem}a{color:#0b5cad}
"""
WHY = {
    "generic_decline": "银行拒绝了这张卡，没有扣款。请换一张卡或换一种付款方式。",
    "insufficient_funds": "卡内余额不足，没有扣款。请换一张卡。",
    "expired_card": "这张卡已过期，没有扣款。请换一张卡。",
    "authentication_failed": "没有通过银行的验证，没有扣款。请再试一次或换一张卡。",
    "unknown": "这不是测试卡号，没有扣款。可用的卡号见下。",
}
CARD_SAYS = {
    "4242424242424242": "付款成功",
    "4000000000000002": "被拒绝",
    "4000000000009995": "余额不足",
    "4000000000000069": "卡已过期",
    "4000002500003155": "银行先验证，然后成功",
    "4000008400001629": "银行先验证，然后拒绝",
    "4000000000000259": "付款成功，随后发生争议",
}
assert set(CARD_SAYS) == set(CARDS)  # noqa: S101 — a card without its sentence would be a card nobody finds


def money(minor: int, currency: str) -> str:
    sign = "¥" if currency == "cny" else currency.upper() + " "
    return f"{sign}{minor // 100:,}.{minor % 100:02d}"


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f'<div class="mark">付款模拟：不会真的扣款</div><main>{body}</main></html>'
    )


def checkout(session: dict[str, Any], *, why: str | None = None) -> str:
    """The page of an open session; `why` is the decline code of the last try."""
    lines = "".join(
        f"<tr><td>{escape(line['description'])} × {line['quantity']}</td>"
        f"<td>{money(line['amount_total'], line['currency'])}</td></tr>"
        for line in session["_lines"]
    )
    kinds = session["payment_method_types"]
    refused = f'<p class="bad" role="alert">{escape(WHY.get(why, WHY["generic_decline"]))}</p>' if why else ""
    card = (
        '<form method="post"><label for="number">卡号</label>'
        '<input id="number" name="number" inputmode="numeric" autocomplete="off" required placeholder="4242 4242 4242 4242">'
        '<button name="kind" value="card">用银行卡付款</button></form>'
    )
    names = {"alipay": "支付宝", "wechat_pay": "微信支付"}
    wallets = "".join(
        f'<form method="post"><button class="second" name="kind" value="{kind}">{name}</button></form>'
        for kind, name in names.items()
        if kind in kinds
    )
    rows = "".join(f"<tr><td>{' '.join(_fours(number))}</td><td>{says}</td></tr>" for number, says in CARD_SAYS.items())
    back = session.get("cancel_url")
    leave = f'<p><a href="{escape(back)}">不付了，回到商店</a></p>' if back else ""
    return _page(
        "付款",
        f'<h1>付款</h1><table>{lines}</table><p class="sum">{money(session["amount_total"], session["currency"])}</p>'
        f"{refused}{card if 'card' in kinds else ''}{wallets}"
        f"<details open><summary>测试卡号</summary><table>{rows}</table></details>{leave}",
    )


def bank(session: dict[str, Any], *, kind: str) -> str:
    asks = {"alipay": "支付宝：确认付款？", "wechat_pay": "微信支付：确认付款？"}.get(
        kind, "银行验证：是您本人在付款吗？"
    )
    return _page(
        "确认付款",
        f'<h1>{asks}</h1><p class="sum">{money(session["amount_total"], session["currency"])}</p>'
        '<form method="post"><button name="bank" value="yes">确认</button>'
        '<button class="second" name="bank" value="no">拒绝</button></form>',
    )


def over(session: dict[str, Any]) -> str:
    words = {"complete": "已经付款，不用再付。", "expired": "付款页已过期，没有扣款。请回到商店重新下单。"}
    back = session["success_url"] if session["status"] == "complete" else session.get("cancel_url")
    leave = f'<p><a href="{escape(back)}">回到商店</a></p>' if back else ""
    return _page("付款", f"<h1>{words[session['status']]}</h1>{leave}")


def _fours(number: str) -> list[str]:
    return [number[place : place + 4] for place in range(0, len(number), 4)]
