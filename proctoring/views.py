"""A person's own pages: agreeing and taking it back, enrolling, and the phone that lends its camera."""

from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from proctoring import actions, consent_text
from proctoring.camera_policy import with_camera
from proctoring.consumers import HANDED_OVER
from proctoring.queries import check_ticket, holds_of, person_standing
from proctoring.sentences import HOLD_REASONS, REFUSALS


@login_required
@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show what waits to be made good, the words of the consent, whether the person agreed and enrolled, and the way back."""
    learner_id = _learner_id(request)
    found = person_standing(learner_id)
    waiting = [held for held in holds_of(learner_id) if held.self_open]
    context = {
        "standing": found,
        "missing": len(actions.LIGHTINGS) - len(found.lightings),
        "waiting": waiting,
        "waits": [(held, HOLD_REASONS[held.reason]) for held in waiting],
        "parts": consent_text.PARTS,
        "version": consent_text.VERSION,
        "is_current": found.consent_version == consent_text.VERSION,
    }
    return render(request, "proctoring/mine.html", context)


@login_required
@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    """Take the person's consent to the words that were shown, and go on to the enrolment."""
    assert not isinstance(request.user, AnonymousUser)  # noqa: S101 — login_required, said to the type checker
    try:
        actions.give_consent(learner=request.user, version=request.POST.get("version", ""), at=timezone.now())
    except actions.OldWords:
        messages.warning(request, _("说明刚刚更新过，请看一遍新的再决定。"))
        return redirect("proctoring:mine")
    return redirect("proctoring:enrol")


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the consent back and erase what was kept."""
    assert not isinstance(request.user, AnonymousUser)  # noqa: S101 — as above
    actions.withdraw_consent(learner=request.user, at=timezone.now())
    messages.success(request, _("已撤回。密钥已销毁，特征值和照片已全部删除；已记入的学时不受影响。"))
    return redirect("proctoring:mine")


@login_required
@never_cache
@require_GET
@with_camera
def enrol(request: HttpRequest) -> HttpResponse:
    """Show the page on which a person enrols; who has not agreed is led to the consent."""
    found = person_standing(_learner_id(request))
    if not found.agreed:
        return redirect("proctoring:mine")
    steps = [(lighting, lighting in found.lightings) for lighting in actions.LIGHTINGS]
    missing = [lighting for lighting, done in steps if not done]
    context = {
        "standing": found,
        "steps": steps,
        "enrolled": len(steps) - len(missing),
        "next_lighting": missing[0] if missing else "",
    }
    return render(request, "proctoring/enrol.html", context)


@login_required
@never_cache
@require_POST
def ask_to_enrol(request: HttpRequest, lighting: str) -> JsonResponse:
    """Ask for the challenge of one lighting; answered by the id of its check."""
    assert not isinstance(request.user, AnonymousUser)  # noqa: S101 — as above
    try:
        check = actions.ask_to_enrol(learner=request.user, lighting=lighting, at=timezone.now())
    except actions.CheckRefused as why:
        return JsonResponse({"reason": why.code, "message": str(REFUSALS[why.code])}, status=409)
    return JsonResponse({"check": str(check.uuid)})


@login_required
@never_cache
@require_POST
def hand_over(request: HttpRequest, check_uuid: UUID) -> JsonResponse:
    """Make a one-use QR code by which a phone's camera takes over a check that waits."""
    try:
        way = actions.hand_over(check_uuid=check_uuid, learner_id=_learner_id(request), at=timezone.now())
    except actions.HoldClosed:
        return JsonResponse({"reason": "over", "message": str(REFUSALS["over"])}, status=409)
    address = request.build_absolute_uri(reverse("proctoring:take_over", args=[way.token]))
    code = segno.make(address, error="m", micro=False)
    left_ms = max(0, int((way.expires_at - timezone.now()).total_seconds() * 1000))
    return JsonResponse({"picture": code.svg_data_uri(scale=6, border=2), "address": address, "left_ms": left_ms})


@never_cache
@require_http_methods(["GET", "POST"])
def take_over(request: HttpRequest, token: str) -> HttpResponse:
    """Let this phone do a check, once: GET shows the button only, so that a preview of the link does not use it up."""
    if request.method == "GET":
        return render(request, "proctoring/take_over.html", {"token": token})
    try:
        check = actions.take_over(token=token, at=timezone.now())
    except actions.HoldClosed:
        return render(request, "proctoring/take_over.html", {"closed": True}, status=410)
    request.session[HANDED_OVER] = str(check.uuid)
    return redirect("proctoring:phone")


@never_cache
@require_GET
@with_camera
def phone(request: HttpRequest) -> HttpResponse:
    """Show the camera of a phone that has taken a check over; to nobody else."""
    wanted = request.session.get(HANDED_OVER)
    check = check_ticket(UUID(str(wanted))) if wanted else None
    if check is None:
        raise Http404
    if check.state != "asked":
        return render(request, "proctoring/take_over.html", {"over": True}, status=410)
    return render(request, "proctoring/phone.html", {"check": check})


def _learner_id(request: HttpRequest) -> int:
    assert not isinstance(request.user, AnonymousUser)  # noqa: S101 — as above
    return request.user.pk
