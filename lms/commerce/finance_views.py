"""The house's side of the money: every order, refunds to decide, transfers to match, and the books as a file."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from analytics.domain.spreadsheet import BYTE_ORDER_MARK, csv_line
from lms.accounts.roles import Role, person_of, require
from lms.commerce import actions, tasks
from lms.commerce.domain.refusals import CommerceError
from lms.commerce.forms import DecisionForm, MatchForm, StatementForm
from lms.commerce.models import Order, Refund, Transfer
from lms.commerce.queries import orders as queries
from lms.commerce.queries.transfers import waiting_transfers
from lms.commerce.sentences import sentence_for

PER_PAGE = 50


def _tabs(current: str) -> list[tuple[str, str, bool]]:
    names = (
        ("finance", gettext("订单")),
        ("refunds", gettext("退款")),
        ("transfers", gettext("到账")),
    )
    return [(title, reverse(f"commerce:{name}"), name == current) for name, title in names]


@require_GET
@require(Role.FINANCE)
@never_cache
def finance(request: HttpRequest) -> HttpResponse:
    """Show the orders of every company; `?state=` and `?q=` choose."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "")
    context = {
        "tabs": _tabs("finance"),
        "takings": queries.takings(),
        "states": Order.State.choices,
        "state": state,
        "words": words,
        "page": Paginator(queries.all_orders(state=state, words=words), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "commerce/finance.html", context)


@require_http_methods(["GET", "POST"])
@require(Role.FINANCE)
@never_cache
def refunds(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision or a bank transfer; on POST decide (`agree`, `refuse`) or note the transfer (`paid`)."""
    if request.method == "POST":
        try:
            _decide(request)
        except CommerceError as refusal:
            messages.error(request, sentence_for(refusal))
        return redirect("commerce:refunds")
    rows = Refund.objects.select_related("line__order__company", "asked_by", "decided_by").order_by("-pk")
    context = {
        "tabs": _tabs("refunds"),
        "waiting": rows.filter(state=Refund.State.ASKED).order_by("pk"),
        "sent": rows.filter(state=Refund.State.SENT).order_by("pk"),
        "page": Paginator(rows.exclude(state__in=["asked", "sent"]), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "commerce/refunds.html", context)


def _decide(request: HttpRequest) -> None:
    by, at = person_of(request), timezone.now()
    form = DecisionForm(request.POST)
    refund = Refund.objects.filter(uuid=form.cleaned_data["refund"]).first() if form.is_valid() else None
    if refund is None:
        messages.error(request, gettext("没有找到这笔退款。请刷新页面再试。"))
        return
    if "paid" in request.POST:
        reference = form.cleaned_data["bank_reference"]
        actions.finish_by_hand(refund_id=refund.pk, bank_reference=reference, at=at, by=by)
        return
    answer, agreed = form.cleaned_data["answer"], "agree" in request.POST
    if not agreed and not answer:
        messages.error(request, gettext("不批准时请写明原因，对方会看到。"))
        return
    actions.decide_refund(refund_id=refund.pk, agreed=agreed, answer=answer, at=at, by=by)
    tasks.ring_refund(refund.pk)


@require_http_methods(["GET", "POST"])
@require(Role.FINANCE)
@never_cache
def transfers(request: HttpRequest) -> HttpResponse:
    """Show incoming transfers with the orders they may pay; on POST load a statement, confirm a match, or put one aside."""
    form = StatementForm(request.POST if "load" in request.POST else None, request.FILES or None)
    if request.method == "POST":
        try:
            if _transfer_deed(request, form):
                return redirect("commerce:transfers")
        except CommerceError as refusal:
            messages.error(request, sentence_for(refusal))
            return redirect("commerce:transfers")
    context = {"tabs": _tabs("transfers"), "form": form, "matches": waiting_transfers()}
    return render(request, "commerce/transfers.html", context)


def _transfer_deed(request: HttpRequest, form: StatementForm) -> bool:
    by, at = person_of(request), timezone.now()
    if "load" in request.POST:
        if not form.is_valid():
            return False
        new, known = actions.import_statement(data=form.data_of(), at=at, by=by)
        messages.success(
            request, gettext("载入 %(new)d 笔新到账，%(known)d 笔早已载入。") % {"new": new, "known": known}
        )
        return True
    match = MatchForm(request.POST)
    if not match.is_valid():
        messages.error(request, gettext("请选择这笔到账对应的订单。"))
        return True
    transfer, why = match.cleaned_data["transfer"], match.cleaned_data["aside"]
    if why:
        actions.put_transfer_aside(transfer_id=transfer, why=why, by=by)
        return True
    order = Order.objects.filter(reference=match.cleaned_data["order"] or "-").first()
    if order is None or not Transfer.objects.filter(pk=transfer).exists():
        messages.error(request, gettext("请选择这笔到账对应的订单。"))
        return True
    actions.confirm_transfer(transfer_id=transfer, order_id=order.pk, at=at, by=by)
    messages.success(request, gettext("已入账，席位已经可以分配。"))
    return True


@require_GET
@require(Role.FINANCE)
@never_cache
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Send the orders of the present choice as a CSV that spreadsheets open, row by row."""
    rows = queries.all_orders(state=request.GET.get("state", ""), words=request.GET.get("q", ""))
    answer = StreamingHttpResponse(_csv(rows.iterator(chunk_size=500)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="orders.csv"'
    return answer


def _csv(rows: Iterator[Order]) -> Iterator[str]:
    head = (
        "订单号",
        "单位",
        "信用代码",
        "状态",
        "金额（元）",
        "已退（元）",
        "下单时间",
        "付款时间",
        "发票抬头",
        "发票号码",
    )
    yield BYTE_ORDER_MARK + csv_line(head)
    for order in rows:
        yield csv_line(
            (
                order.reference, order.company.name, order.company.credit_code, str(order.get_state_display()),
                f"{order.total_minor / 100:.2f}", f"{order.refunded_minor / 100:.2f}",
                timezone.localtime(order.placed_at).isoformat(" ", "minutes"),
                timezone.localtime(order.paid_at).isoformat(" ", "minutes") if order.paid_at else "",
                order.invoice.title, order.invoice.number,
            )
        )  # fmt: skip
