"""What a buyer prints or takes home: a quotation, a proforma for a transfer, a statement, credit notes, lists."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.accounts.roles import Role, person_of, require
from lms.commerce import actions
from lms.commerce.models import Order
from lms.commerce.money_lists import OF_COMPANY
from lms.commerce.queries import orders as queries
from lms.commerce.views import company_of, open_order
from lms.organisations.spreadsheets import list_answer


@require_GET
@require(Role.ENTERPRISE_MANAGER, Role.FINANCE)
@never_cache
def paper(request: HttpRequest, order_uuid: UUID) -> HttpResponse:
    """Show an order as one sheet to print: as its state wants, a quotation, a proforma or a statement."""
    order = open_order(request, order_uuid)
    if order.state == Order.State.CANCELLED:
        raise Http404(gettext("订单已取消，没有可打印的单据。"))
    titles = {
        Order.State.QUOTATION: gettext("报价单"),
        Order.State.PLACED: gettext("付款通知书"),
        Order.State.PAID: gettext("结算单"),
    }
    context = {"order": order, "title": titles[Order.State(order.state)], "account": actions.bank_account()}
    return render(request, "commerce/paper.html", context)


@require_GET
@require(Role.ENTERPRISE_MANAGER, Role.FINANCE)
@never_cache
def credit_note(request: HttpRequest, order_uuid: UUID, number: int) -> HttpResponse:
    """Show a credit note of an order as one sheet to print."""
    order = open_order(request, order_uuid)
    refund = queries.noted_refund(order.pk, number)
    if refund is None:
        raise Http404(gettext("没有这张红字凭证。"))
    context = {"order": order, "refund": refund, "title": gettext("红字凭证"), "account": ""}
    return render(request, "commerce/paper.html", context)


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def company_list(request: HttpRequest, name: str, form: str) -> StreamingHttpResponse | FileResponse:
    """Send a company's orders, or who sits and sat on its seats, as CSV or XLSX."""
    company, rows = company_of(request), OF_COMPANY.get(name)
    if company is None or rows is None:
        raise Http404
    answer = list_answer(rows(company.id), form=form, name=name)
    kind = "company_orders" if name == "orders" else name
    actions.note_list_export(name=kind, at=timezone.now(), by=person_of(request), company_uuid=str(company.uuid))
    return answer
