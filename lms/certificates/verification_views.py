"""Is this certificate real? Asked without signing in, by people and by programs."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from lms.accounts.sign_in import counted_address
from lms.certificates.credential_key import credential_key
from lms.certificates.domain.credential import did_of, public_multibase
from lms.certificates.domain.token import CONTEXT
from lms.certificates.forms import ProofForm, VerifyForm
from lms.certificates.verification import NOTHING, AskedTooOften, Finding, find, find_proof, mind_the_limit

LARGEST_BYTES = 4096


@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Show the page; on POST answer a number with a name, or the check code of a proof of hours (`code`)."""
    context: dict[str, Any] = {"form": VerifyForm(), "proof_form": ProofForm(), "key": _key_for_pages()}
    if request.method == "POST":
        try:
            mind_the_limit(counted_address(request))
        except AskedTooOften as often:
            return render(request, "429.html", {"seconds": often.seconds}, status=429)
        context |= _answered_proof(request) if "code" in request.POST else _answered(request)
    return render(request, "certificates/verify.html", context)


def _answered(request: HttpRequest) -> dict[str, Any]:
    form = VerifyForm(request.POST)
    if not form.is_valid():
        return {"form": form}
    found = find(**form.cleaned_data, today=timezone.localdate())
    # Drawn in either case: what is not there must cost the same time as what is.
    drawn = render_to_string("certificates/_found.html", {"finding": found or NOTHING}, request)
    return {"form": form, "answered": True, "found": found is not None, "drawn": drawn}


def _answered_proof(request: HttpRequest) -> dict[str, Any]:
    form = ProofForm(request.POST)
    if not form.is_valid():
        return {"proof_form": form}
    return {"proof_form": form, "answered": True, "proof": find_proof(form.cleaned_data["code"])}


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
        asked = json.loads(request.body) if len(request.body) <= LARGEST_BYTES else None
    except ValueError:
        asked = None
    form = VerifyForm(asked if isinstance(asked, dict) else {})
    if not form.is_valid():
        return JsonResponse({"error": "number_and_name_needed"}, status=400)
    found = find(**form.cleaned_data, today=timezone.localdate())
    told = _plain(found or NOTHING)
    return JsonResponse({"found": True, **told} if found else {"found": False})


def _plain(finding: Finding) -> dict[str, object]:
    facts = finding.facts
    return {
        "state": finding.state,
        "number": facts.number,
        "name_masked": finding.name,
        "post_code": facts.post_code,
        "post": facts.post_name,
        "region_code": facts.region_code,
        "issuer": facts.issuer,
        "issued_on": facts.issued_on.isoformat(),
        "valid_from": facts.valid_from.isoformat(),
        "valid_to": facts.valid_to.isoformat() if facts.valid_to else None,
        "revoked_on": finding.revoked_on.isoformat() if finding.revoked_on else None,
        "hours": {item.code: item.hours for item in facts.hours},
        "history": [
            {"version": item.version, "kind": item.kind, "issued_on": item.issued_on.isoformat()}
            for item in finding.history
        ],
    }


def _key_for_pages() -> dict[str, str] | None:
    """Return what a page needs to verify a QR code by itself."""
    key = credential_key()
    if key is None:
        return None
    public = key.public_key()
    return {
        "raw": public.public_bytes_raw().hex(),
        "did": did_of(public),
        "context": CONTEXT.decode(),
        "multibase": public_multibase(public),
    }
