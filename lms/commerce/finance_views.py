"""The house's side of the money: every order, refunds to decide, transfers to match, and the books as a file."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.accounts.roles import Role, person_of, require
from lms.commerce import actions, tasks
from lms.commerce.domain.refusals import CommerceError, WrongState
from lms.commerce.forms import DecisionForm, MatchForm, StatementForm
from lms.commerce.models import Order, Refund, Transfer
from lms.commerce.money_lists import OF_FINANCE
from lms.commerce.queries import orders as queries
from lms.commerce.queries.books import books_stand
from lms.commerce.queries.transfers import put_aside, waiting_transfers
from lms.commerce.sentences import sentence_for
from lms.commerce.stripe_gateway import StripeGateway, payable_online
from lms.organisations.spreadsheets import list_answer

if TYPE_CHECKING:
    from lms.accounts.models import User

PER_PAGE = 50


def finance_tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the row of the pages of finance."""
    names = (
        ("finance", gettext("订单")),
        ("refunds", gettext("退款")),
        ("transfers", gettext("到账")),
        ("prices", gettext("价格")),
    )
    return [(title, reverse(f"commerce:{name}"), name == current) for name, title in names]


@require_GET
@require(Role.FINANCE)
@never_cache
def finance(request: HttpRequest) -> HttpResponse:
    """Show the orders of every company; `?state=` and `?q=` choose."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "")
    context = {
        "tabs": finance_tabs("finance"),
        "takings": queries.takings(),
        "troubled": queries.troubled_payments(),
        "online": payable_online(),
        "books": books_stand(timezone.now()),
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
        "tabs": finance_tabs("refunds"),
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
    context = {"tabs": finance_tabs("transfers"), "form": form, "matches": waiting_transfers(), "aside": put_aside()}
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
    if "up" in request.POST:
        actions.take_transfer_up(transfer_id=transfer, at=at, by=by)
    elif why:
        actions.put_transfer_aside(transfer_id=transfer, why=why, at=at, by=by)
        messages.success(request, gettext("已放到一边。放错了可以在“放到一边的”里放回来。"))
    else:
        _match(request, transfer, match.cleaned_data["order"], at=at, by=by)
    return True


def _match(request: HttpRequest, transfer: int, reference: str, *, at: datetime, by: "User") -> None:
    order = Order.objects.filter(reference=reference or "-").first()
    if order is None or not Transfer.objects.filter(pk=transfer).exists():
        messages.error(request, gettext("请选择这笔到账对应的订单。"))
        return
    actions.confirm_transfer(transfer_id=transfer, order_id=order.pk, at=at, by=by)
    tasks.ring_pages(order.pk)
    messages.success(request, gettext("已入账，席位已经可以分配。"))


@require_POST
@require(Role.FINANCE)
def return_payment(request: HttpRequest) -> HttpResponse:
    """Give back money that was not taken for its order; above the limit, ask for it or agree to what another asked."""
    try:
        done = actions.return_payment(
            payment_uuid=_uuid(request.POST.get("payment", "")),
            gateway=StripeGateway(),
            at=timezone.now(),
            by=person_of(request),
        )
        messages.success(
            request,
            gettext("已原路退回。")
            if done == "returned"
            else gettext("金额超过一人可退的上限，已提出退回，等另一位财务人员同意。"),
        )
    except CommerceError as refusal:
        messages.error(request, sentence_for(refusal))
    return redirect("commerce:finance")


@require_POST
@require(Role.FINANCE)
def refuse_return(request: HttpRequest) -> HttpResponse:
    """Take back that a payment is to be returned."""
    try:
        actions.refuse_return(
            payment_uuid=_uuid(request.POST.get("payment", "")), at=timezone.now(), by=person_of(request)
        )
        messages.success(request, gettext("已撤回退款提议，款项没有动。"))
    except CommerceError as refusal:
        messages.error(request, sentence_for(refusal))
    return redirect("commerce:finance")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise WrongState("nothing_to_return") from None


@require_GET
@require(Role.FINANCE)
@never_cache
def finance_list(request: HttpRequest, name: str, form: str) -> StreamingHttpResponse | FileResponse:
    """Send the orders of the present choice, all refunds or all transfers as CSV or XLSX."""
    rows = OF_FINANCE.get(name)
    if rows is None:
        raise Http404
    answer = list_answer(rows(request.GET.get("state", ""), request.GET.get("q", "")), form=form, name=name)
    actions.note_list_export(name=name, at=timezone.now(), by=person_of(request))
    return answer
