"""The company's side: what was ordered, paying it, and who sits where."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.accounts.roles import Role, person_of, require, roles_of
from lms.commerce import actions, tasks
from lms.commerce.domain.refusals import CommerceError
from lms.commerce.forms import OrderForm, RefundForm
from lms.commerce.models import Assignment, Order, OrderLine
from lms.commerce.queries import orders as queries
from lms.commerce.queries.prices import offers_for
from lms.commerce.sentences import sentence_for
from lms.commerce.stripe_gateway import StripeGateway, payable_online
from lms.organisations.domain.refusals import OrganisationsError
from lms.organisations.queries import OrganisationFacts, managed_by, staff_of
from lms.organisations.sentences import sentence_for as organisation_sentence

ORDERS_PER_PAGE = 20
MOST_AT_ONCE = 500


def company_of(request: HttpRequest) -> OrganisationFacts | None:
    """Return the company whose desk this is: the one of `?organisation=`, else the first that the person manages."""
    managed = [place for place in managed_by(person_of(request), on=timezone.localdate()) if place.kind == "enterprise"]
    wanted = request.GET.get("organisation", "")
    if not wanted:
        return managed[0] if managed else None
    for place in managed:
        if str(place.uuid) == wanted:
            return place
    raise PermissionDenied(gettext("您不是这家单位的管理员，看不到它的订单。"))


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def orders(request: HttpRequest) -> HttpResponse:
    """Show a company's seats and orders."""
    company = company_of(request)
    if company is None:
        return render(request, "commerce/orders.html", {"company": None})
    pools = queries.pools_of(company.id)
    context = {
        "company": company,
        "pools": pools,
        "free": sum(pool.free for pool in pools),
        "taken": sum(pool.taken for pool in pools),
        "used": sum(pool.used for pool in pools),
        "page": Paginator(queries.orders_of(company.id), ORDERS_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "commerce/orders.html", context)


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def new_order(request: HttpRequest) -> HttpResponse:
    """Order, or ask for a quotation (`quotation=1`), by the price list of the company's region."""
    company = company_of(request)
    if company is None:
        return redirect("commerce:orders")
    offers = offers_for(company.id, on=timezone.localdate())
    first = {"title": company.name, "credit_code": company.credit_code, "kind": "ordinary"}
    form = OrderForm(offers, request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            order = actions.place_order(
                company_id=company.id,
                quantities=form.quantities,
                invoice=form.invoice,
                quotation="quotation" in request.POST,
                at=timezone.now(),
                by=person_of(request),
            )
            return redirect("commerce:order", order.uuid)
        except CommerceError as refusal:
            form.add_error(None, sentence_for(refusal))
        except OrganisationsError as refusal:
            form.add_error("credit_code", organisation_sentence(refusal))
    return render(request, "commerce/new_order.html", {"company": company, "form": form, "offers": offers})


def open_order(request: HttpRequest, order_uuid: UUID) -> Order:
    """Return an order that this person may see: as its company's manager, or as finance staff. Raises Http404."""
    order = queries.order_for(order_uuid)
    finance = roles_of(person_of(request)) & {Role.FINANCE, Role.ADMINISTRATOR}
    if order is None or not (finance or _manages(request, order)):
        raise Http404(gettext("没有这张订单，或者它不是您单位的。"))
    return order


def _manages(request: HttpRequest, order: Order) -> bool:
    return order.company_id in {place.id for place in managed_by(person_of(request), on=timezone.localdate())}


@require_GET
@require(Role.ENTERPRISE_MANAGER, Role.FINANCE)
@never_cache
def order_page(request: HttpRequest, order_uuid: UUID) -> HttpResponse:
    """Show one order: its lines, its money, its seats, and what can be done next. `?paid=1`: back from the page to pay on."""
    order = open_order(request, order_uuid)
    context = {
        "order": order,
        "pools": queries.pools_of(order.company_id, order_id=order.pk),
        "seats_of_others": not _manages(request, order),  # finance staff look on; seats are given by the company
        "refunds": [refund for line in order.lines.all() for refund in line.refunds.all()],
        "refund_form": RefundForm(),
        "is_finance": bool(roles_of(person_of(request)) & {Role.FINANCE, Role.ADMINISTRATOR}),
        "payable_online": payable_online(),
        "back_from_paying": "paid" in request.GET and order.state == Order.State.PLACED,
        "account": actions.bank_account(),
    }
    return render(request, "commerce/order.html", context)


@require_POST
@require(Role.ENTERPRISE_MANAGER, Role.FINANCE)
def change_order(request: HttpRequest, order_uuid: UUID) -> HttpResponse:
    """Do one deed on an order: `deed` is pay, accept, cancel, refund (with `line`) or invoice."""
    order = open_order(request, order_uuid)
    by, at = person_of(request), timezone.now()
    back = reverse("commerce:order", args=[order.uuid])
    try:
        deed = request.POST.get("deed", "")
        if deed == "pay":
            address = request.build_absolute_uri(back)
            return redirect(
                actions.start_payment(
                    order_id=order.pk, gateway=StripeGateway(), success_url=f"{address}?paid=1", cancel_url=address, at=at, by=by
                )
            )  # fmt: skip
        if deed == "accept":
            actions.accept_quotation(order_id=order.pk, at=at, by=by)
        elif deed == "cancel":
            actions.cancel_order(order_id=order.pk, at=at, by=by)
            tasks.ring_pages(order.pk)
        elif deed == "refund":
            _ask_refund(request, order)
        elif deed == "invoice":
            actions.note_invoice(order_id=order.pk, number=request.POST.get("number", ""), at=at, by=by)
            messages.success(request, gettext("已登记发票号码，购买单位看得到。"))
    except CommerceError as refusal:
        messages.error(request, sentence_for(refusal))
    return redirect(back)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else 0  # noqa: PLR2004 — of a bigint


def _ask_refund(request: HttpRequest, order: Order) -> None:
    form = RefundForm(request.POST)
    line = order.lines.filter(pk=_number(request.POST.get("line"))).first()
    if line is None or not form.is_valid():
        messages.error(request, gettext("请填写退几个席位和原因。没有提交退款。"))
        return
    refund = actions.ask_refund(
        line_id=line.pk, quantity=form.cleaned_data["quantity"], reason=form.cleaned_data["reason"], at=timezone.now(),
        by=person_of(request),
    )  # fmt: skip
    tasks.ring_refund(refund.pk)
    if refund.state == refund.State.ASKED:
        messages.info(request, gettext("退款已提交，金额较大，需财务人员审批。席位先行保留，不再分配。"))
    else:
        messages.success(request, gettext("退款已受理，款项原路退回。"))


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def seats(request: HttpRequest, line_id: int) -> HttpResponse:
    """Show who sits on the seats of a line; on POST give seats to the chosen staff, or take one back (`release`)."""
    line = OrderLine.objects.select_related("order__company").filter(pk=line_id).first()
    today = timezone.localdate()
    managed = {place.id for place in managed_by(person_of(request), on=today)}
    if line is None or line.order.company_id not in managed:
        raise Http404(gettext("没有这些席位，或者它们不是您单位的。"))
    if request.method == "POST":
        _change_seats(request, line)
        return redirect("commerce:seats", line.pk)
    sitting = queries.sitting(line.pk)
    seated = {assignment.learner_id for assignment in sitting}
    wanted = request.GET.get("q", "").strip()
    staff = [p for p in staff_of(line.order.company_id, on=today, name=wanted) if p.user_id not in seated]
    pool = next(
        pool for pool in queries.pools_of(line.order.company_id, order_id=line.order_id) if pool.line_id == line.pk
    )
    context = {
        "line": line, "pool": pool, "sitting": sitting, "wanted": wanted,
        "page": Paginator(staff, 50).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "commerce/seats.html", context)


def _change_seats(request: HttpRequest, line: OrderLine) -> None:
    by, at = person_of(request), timezone.now()
    try:
        if released := request.POST.get("release"):
            assignment = Assignment.objects.filter(pk=_number(released), line=line).first()
            if assignment is not None:
                actions.release_seat(assignment_id=assignment.pk, at=at, by=by)
                messages.success(request, gettext("席位已收回，可以分给别人。"))
            return
        chosen = request.POST.getlist("person")[:MOST_AT_ONCE]
        staff = {
            str(person.uuid): person.user_id for person in staff_of(line.order.company_id, on=timezone.localdate())
        }
        given = actions.assign_seats(
            line_id=line.pk, learner_ids=[staff[u] for u in chosen if u in staff], at=at, by=by
        )
        messages.success(request, gettext("已分配 %(n)d 个席位。") % {"n": given})
    except CommerceError as refusal:
        messages.error(request, sentence_for(refusal))
