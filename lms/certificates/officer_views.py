"""The desk of an authority at the issuer: certificates of its area, their revocation and correction by two officers."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.accounts.roles import Role, person_of, require
from lms.certificates import actions, queries
from lms.certificates.forms import ChangeForm, DecisionForm, WaitingForm
from lms.certificates.models import CertificateRequest
from lms.certificates.paper_queries import applications_in
from lms.certificates.sentences import CHANGE_REFUSALS, COLOURS, STATES
from lms.certificates.waiting_queries import doubted_in, waiting_in
from lms.organisations.domain.area import covers
from lms.organisations.queries import area_of


@require_GET
@require(Role.AUTHORITY)
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for a second officer, and the area's certificates; `?q=` looks for a number or name."""
    area = area_of(person_of(request), on=timezone.localdate())
    wanted = request.GET.get("q", "").strip()[:60]
    today = timezone.localdate()
    rows = [
        (view, STATES[state], COLOURS[state])
        for view in queries.issued_in(area, text=wanted)
        for state in [view.state_on(today)]
    ]
    context = {
        "rows": rows,
        "wanted": wanted,
        "proposals": queries.proposals_in(area),
        "applications": applications_in(area),
        "waiting": waiting_in(area, on=today),
        "doubted": doubted_in(area),
    }
    return render(request, "certificates/desk.html", context)


@require_http_methods(["GET", "POST"])
@require(Role.AUTHORITY)
@never_cache
def certificate(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """Show one certificate of the area with its versions; POST proposes to revoke or to correct it."""
    view = _in_area(request, certificate_uuid)
    facts = view.latest.facts
    form = ChangeForm(request.POST or None, initial={"holder_name": facts.holder_name, "issued_on": facts.issued_on})
    if request.method == "POST" and form.is_valid():
        try:
            actions.propose_change(
                certificate_uuid=certificate_uuid,
                kind=form.cleaned_data["kind"],
                changes=form.changes_to(facts),
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
                by=person_of(request),
            )
        except actions.ChangeRefused as error:
            form.add_error(None, str(CHANGE_REFUSALS[error.code]))
        else:
            messages.success(request, _("已提出，等待另一位主管人员复核。"))
            return redirect("certificates:desk")
    state = view.state_on(timezone.localdate())
    context = {
        "view": view,
        "facts": facts,
        "form": form,
        "versions": tuple(reversed(view.versions)),
        "state_label": STATES[state],
        "colour": COLOURS[state],
        "history": queries.proposals_of(view.id),
    }
    return render(request, "certificates/desk_certificate.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@require(Role.AUTHORITY)
@never_cache
def decide(request: HttpRequest, proposal_uuid: UUID) -> HttpResponse:
    """Show what another officer has proposed; POST does it or declines it."""
    proposal = queries.proposal(proposal_uuid)
    if proposal is None:
        raise Http404(_("没有这一项。"))
    view = _in_area(request, proposal.certificate_uuid)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_change(
                proposal_uuid=proposal_uuid,
                agree=form.cleaned_data["agree"],
                remark=form.cleaned_data["remark"],
                at=timezone.now(),
                by=person_of(request),
            )
        except actions.ChangeRefused as error:
            form.add_error(None, str(CHANGE_REFUSALS[error.code]))
        else:
            messages.success(request, _("已办结，并告知申请平台。"))
            return redirect("certificates:desk")
    context = {"proposal": proposal, "view": view, "facts": view.latest.facts, "form": form}
    return render(request, "certificates/decide.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@require(Role.AUTHORITY)
@never_cache
def decide_waiting(request: HttpRequest, request_uuid: UUID) -> HttpResponse:
    """Show a renewal that waits because the rules are a draft, with what the draft says of it; POST decides it."""
    person, today = person_of(request), timezone.localdate()
    found = next(iter(waiting_in(area_of(person, on=today), on=today, only=request_uuid)), None)
    if found is None or found.holder_id == person.pk:
        raise Http404(_("您的辖区里没有这项待决定的延续。"))
    form = WaitingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_waiting(
                request_uuid=request_uuid,
                renew=form.cleaned_data["outcome"] == "renew",
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
                by=person,
            )
        except (actions.NotYours, CertificateRequest.DoesNotExist):
            messages.error(request, _("这项延续刚刚有了变化，没有办理。请重新查看。"))
        else:
            messages.success(request, _("已决定，持证人和证书系统都会得到通知。"))
        return redirect("certificates:desk")
    context = {"waiting": found, "form": form}
    return render(request, "certificates/decide_waiting.html", context, status=422 if form.errors else 200)


def _in_area(request: HttpRequest, certificate_uuid: UUID) -> queries.CertificateView:
    """Return an issuer's certificate of the officer's area; another is not found."""
    view = queries.find_by_uuid(certificate_uuid)
    area = area_of(person_of(request), on=timezone.localdate())
    if view is None or view.side != "issuer" or not covers(area, view.region_code):
        raise Http404(_("您的辖区里没有这本证书。"))
    return view
