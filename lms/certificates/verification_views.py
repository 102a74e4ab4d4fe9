"""Is this certificate real? Asked without signing in, by people and by programs."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from lms.accounts.sign_in import counted_address
from lms.certificates.forms import ProofForm, VerifyForm
from lms.certificates.question_limit import AskedTooOften, mind_the_limit
from lms.certificates.verification import Finding, find, find_proof, question_in
from lms.certificates.verification_pages import PAGE, context_of, drawn, page

LARGEST_BYTES = 4096
NOT_FOUND = json.dumps({"found": False})


@csrf_exempt  # a question changes nothing, and its answer can be read by nobody but who asked
@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Show the page; on POST answer a number with a name, or the check code of a proof of hours (`code`)."""
    if request.method != "POST":
        return HttpResponse(page(request))
    try:
        mind_the_limit(counted_address(request))
    except AskedTooOften as often:
        return render(request, "429.html", {"seconds": often.seconds}, status=429)
    if "code" in request.POST:
        return _proof(request)
    asked = question_in(request.POST)
    if asked is None:
        return render(request, PAGE, context_of(form=VerifyForm(request.POST)))
    finding, found = find(asked, today=timezone.localdate())
    # Drawn in either case: what is not there must cost the same time as what is.
    return HttpResponse(page(request, asked=asked, found=found, drawn=drawn(finding)))


def _proof(request: HttpRequest) -> HttpResponse:
    form = ProofForm(request.POST)
    if not form.is_valid():
        return render(request, PAGE, context_of(proof_form=form))
    proof = find_proof(form.cleaned_data["code"])
    return render(request, PAGE, context_of(proof_form=form, answered=True, proof=proof))


@csrf_exempt
@never_cache
@require_POST
def api(request: HttpRequest) -> HttpResponse:
    """Answer JSON {"number", "name"} with the facts, or {"found": false}. Cases: no JSON → 400; too often → 429."""
    try:
        mind_the_limit(counted_address(request))
    except AskedTooOften as often:
        answer = JsonResponse({"error": "too_often", "seconds": often.seconds}, status=429)
        answer["Retry-After"] = str(often.seconds)
        return answer
    try:
        told = json.loads(request.body) if len(request.body) <= LARGEST_BYTES else None
    except ValueError:
        told = None
    asked = question_in(told) if isinstance(told, dict) else None
    if asked is None:
        return JsonResponse({"error": "number_and_name_needed"}, status=400)
    finding, found = find(asked, today=timezone.localdate())
    # Written in either case, as the page is drawn.
    told_of = json.dumps({"found": True, **_plain(finding)})
    return HttpResponse(told_of if found else NOT_FOUND, content_type="application/json")


def _plain(finding: Finding) -> dict[str, object]:
    facts = finding.facts
    return {
        "state": finding.state,
        "number": facts["number"],
        "name_masked": finding.name,
        "post_code": facts["post_code"],
        "post": facts["post_name"],
        "region_code": facts["region_code"],
        "issuer": facts["issuer"],
        "issued_on": facts["issued_on"],
        "valid_from": facts["valid_from"],
        "valid_to": facts["valid_to"],
        "revoked_on": finding.revoked_on or None,
        "hours": {item.code: item.hours for item in finding.hours},
        "history": [
            {"version": item.version, "kind": item.kind, "issued_on": item.issued_on} for item in finding.history
        ],
    }
