"""Exchanging an old paper certificate: the guided application, and the officer who checks it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.accounts.roles import Role, person_of, require
from lms.certificates import actions, paper_queries
from lms.certificates.forms import DecisionForm, PaperForm
from lms.certificates.queries import post_label
from lms.certificates.sentences import PAPER_REFUSALS, exchange_refusals
from lms.organisations.queries import area_of


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def paper_exchange(request: HttpRequest) -> HttpResponse:
    """Say where the exchange is open and why it is closed elsewhere; POST applies, and says at once what stands against it."""
    person, today = person_of(request), timezone.localdate()
    services = paper_queries.services(today, fictional=settings.DEMO)
    regions = [
        (
            item.region.code,
            item.region.name if item.is_open else _("%(region)s（已关闭）") % {"region": item.region.name},
        )
        for item in services
    ]
    form = PaperForm(request.POST or None, regions=regions)
    refusals: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.apply_for_exchange(applicant=person, wish=form.wish(), at=timezone.now())
        except actions.PaperRefused as error:
            refusals = exchange_refusals(error.decision) if error.decision else [str(PAPER_REFUSALS[error.code])]
        else:
            messages.success(request, _("已提交。主管部门核查后，由发证系统编号并签发。"))
            return redirect("certificates:paper_exchange")
    context = {
        "form": form,
        "open": [item for item in services if item.is_open],
        "closed": paper_queries.closed_together(services),
        "refusals": refusals,
        "applications": [(item, post_label(item.new_post_code)) for item in paper_queries.applications_of(person.pk)],
    }
    status = 422 if refusals or form.errors else 200
    return render(request, "certificates/paper_exchange.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(Role.AUTHORITY)
@never_cache
def decide(request: HttpRequest, application_uuid: UUID) -> HttpResponse:
    """Show an application of the area; POST confirms or declines it."""
    area = area_of(person_of(request), on=timezone.localdate())
    found = next((item for item in paper_queries.applications_in(area) if item.uuid == application_uuid), None)
    if found is None:
        raise Http404(_("您的辖区里没有这项待办的申请。"))
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_exchange_application(
                application_uuid=application_uuid,
                confirm=form.cleaned_data["agree"],
                remark=form.cleaned_data["remark"],
                at=timezone.now(),
                by=person_of(request),
            )
        except actions.PaperRefused as error:
            form.add_error(None, str(PAPER_REFUSALS[error.code]))
        else:
            messages.success(request, _("已办结。"))
            return redirect("certificates:desk")
    context = {"application": found, "new_post": post_label(found.new_post_code), "form": form}
    return render(request, "certificates/decide_exchange.html", context, status=422 if form.errors else 200)
