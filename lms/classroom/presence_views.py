"""What the lesson's page asks about presence, and the ways to show it without a camera."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from content.queries import LessonFacts, lesson_facts
from lms.accounts.roles import person_of
from lms.classroom import proofs
from lms.classroom.presence import appeal_hold, follow_lesson, make_up_of, make_ups, watched_chunks
from lms.classroom.presence_sentences import PROOF_REFUSALS, VOUCH_REFUSALS
from lms.classroom.proofs import ProofRefused
from proctoring import actions as faces
from proctoring.queries import SessionStanding, evidence_of, hold_facts, holds_of, person_standing
from proctoring.sentences import HOLD_REASONS, WAYS, told

SOON_MS, SELDOM_MS = 3_000, 15_000
LONG_LESSON_MS = 300_000


@never_cache
@require_POST
def follow(request: HttpRequest, lesson_uuid: UUID) -> HttpResponse:
    """Say where the presence beside a lesson stands; called by the page every few seconds."""
    if not request.user.is_authenticated:
        return JsonResponse({"reason": "not_signed_in"}, status=403)
    person = person_of(request)
    found = follow_lesson(learner=person, lesson_uuid=lesson_uuid, at=timezone.now())
    if found is None:
        return HttpResponse(status=204)  # nothing is asked here, or not yet: no trouble of anybody's
    return JsonResponse(_told(found, lesson_uuid, person_standing(person.pk).can_check))


def _told(found: SessionStanding, lesson_uuid: UUID, can_check: bool) -> dict[str, object]:
    now = timezone.now()
    check = found.check
    return {
        "planned": found.planned,
        "asked": found.asked,
        "can_check": can_check,
        "check": None
        if check is None
        else {
            "uuid": str(check.check_uuid),
            "left_ms": max(0, int((check.deadline_at - now).total_seconds() * 1000)),
            "tries_left": check.tries_left,
            "on_phone": found.on_phone,
        },
        "held": [
            {
                "uuid": str(held.uuid),
                "reason": held.reason,
                "words": str(HOLD_REASONS[held.reason]),
                "went_on": held.went_on,
                "self_open": held.self_open,
            }
            for held in found.held
        ],
        "must_answer": found.must_answer,
        # Plans of minutes are looked after seldom; those of a demonstration must not be missed.
        "ask_again_ms": SELDOM_MS if found.length_ms > LONG_LESSON_MS and not found.held and not check else SOON_MS,
    }


@login_required
@never_cache
@require_POST
def ask_again(request: HttpRequest, hold_uuid: UUID) -> JsonResponse:
    """Ask for a check that releases held time: `way` is again, other_action or make_up."""
    person = person_of(request)
    try:
        check = faces.ask_to_release(
            hold_uuid=hold_uuid, learner_id=person.pk, way=request.POST.get("way", ""), at=timezone.now()
        )
    except faces.HoldClosed:
        return JsonResponse({"reason": "closed", "message": str(PROOF_REFUSALS["nothing_waits"])}, status=409)
    return JsonResponse({"check": str(check.uuid)})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def proof(request: HttpRequest, lesson_uuid: UUID) -> HttpResponse:
    """Show held time of a lesson and the ways to release it; POST sends a code, answers one, or makes one for a supervisor."""
    person, lesson = person_of(request), _lesson(lesson_uuid)
    vouching = ""
    if request.method == "POST":
        try:
            if "send" in request.POST:
                proofs.send_code(learner=person, lesson=lesson, at=timezone.now())
                messages.success(request, _("验证码已发到您登记的手机。"))
            elif "vouch" in request.POST:
                vouching = proofs.make_vouching_code(learner=person, lesson_uuid=lesson.uuid)
            else:
                answers = [_number(request.POST.get(f"answer{number}", "")) for number in (1, 2)]
                code = request.POST.get("code", "")
                open_now = proofs.open_proof(learner=person, lesson=lesson)
                wanted = len(open_now.questions) if open_now else 0
                proofs.prove_by_code(
                    learner=person, lesson=lesson, code=code, answers=answers[:wanted], at=timezone.now()
                )
                messages.success(request, _("已确认是您本人，暂扣的时间已经解除，会自动计入。"))
                return redirect("classroom:lesson", lesson.uuid)
        except ProofRefused as why:
            messages.error(request, str(PROOF_REFUSALS[why.code]))
        if not vouching:
            return redirect("classroom:proof", lesson.uuid)
    holds = [held for held in holds_of(person.pk, lesson.uuid) if held.is_held or held.appealed_at]
    again = make_ups(holds, watched_chunks(person.pk, lesson.uuid)) if holds else {}
    context = {
        "lesson": lesson,
        "holds": [(held, HOLD_REASONS[held.reason], held.uuid in again) for held in holds],
        "minutes": proofs.MINUTES,
        "waits": proofs.what_waits(person.pk, lesson.uuid),
        "open_proof": proofs.open_proof(learner=person, lesson=lesson),
        "vouching": vouching,
        "vouch_address": request.build_absolute_uri(reverse("classroom:vouch")),
        "standing": person_standing(person.pk),
        "lesson_url": reverse("classroom:lesson", args=[lesson.uuid]),
    }
    return render(request, "classroom/proof.html", context)


@login_required
@never_cache
@require_GET
def held(request: HttpRequest, hold_uuid: UUID) -> HttpResponse:
    """Show the learner one stretch of held time: what happened, who decided what and why, and what can be done now."""
    person = person_of(request)
    found = hold_facts(hold_uuid, person.pk)
    if found is None or found.subject_uuid is None:
        raise Http404(_("没有这段暂扣的时间，或者它不是您的。"))
    context = {
        "held": found,
        "reason": HOLD_REASONS[found.reason],
        "way": WAYS.get(found.way, ""),
        "evidence": told(evidence_of(found.uuid)),
        "lesson": _lesson(found.subject_uuid),
        "make_up": make_up_of(person.pk, found),
        "standing": person_standing(person.pk),
    }
    return render(request, "classroom/held.html", context)


@login_required
@never_cache
@require_GET
def make_up(request: HttpRequest, hold_uuid: UUID) -> HttpResponse:
    """Lead to the lesson, at the place where the held stretch begins; where nothing can be replayed, to the other ways."""
    person = person_of(request)
    found = hold_facts(hold_uuid, person.pk)
    if found is None or found.subject_uuid is None:
        raise Http404(_("没有这段暂扣的时间，或者它不是您的。"))
    again = make_up_of(person.pk, found)
    if again is None:
        if found.self_open:
            messages.warning(request, _("这一段没有可以重看的内容，请用下面的方式补上。"))
        else:
            messages.warning(request, _("自己补的期限已过，不能再补核验。可以申诉，由审核员处理。"))
        return redirect("classroom:held", found.uuid)
    lesson_url = reverse("classroom:lesson", args=[found.subject_uuid])
    return redirect(f"{lesson_url}?at={again.from_seconds}&make_up={found.uuid}")


@login_required
@never_cache
@require_POST
def appeal(request: HttpRequest, hold_uuid: UUID) -> HttpResponse:
    """Ask a person to look at held time, in one tap; a script is answered by data, a form by the page."""
    person = person_of(request)
    try:
        waits = appeal_hold(learner=person, hold_uuid=hold_uuid, words=request.POST.get("words", ""), at=timezone.now())
    except faces.HoldClosed:
        found = hold_facts(hold_uuid, person.pk)
        if found is None:
            raise Http404 from None
        waits = found
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"answer_due": waits.answer_due.isoformat() if waits.answer_due else ""})
    if waits.answer_due:
        messages.success(request, _("已申诉，%(day)s 前答复。您可以继续学习。") % {"day": waits.answer_due.isoformat()})
    return redirect("classroom:held", hold_uuid)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def vouch(request: HttpRequest) -> HttpResponse:
    """Let a supervisor on site confirm a learner by the six digits on the learner's screen."""
    person = person_of(request)
    if not person.has_perm("proctoring.vouch_hold"):
        raise PermissionDenied(_("只有讲师和单位、机构的管理员可以在现场确认学员。"))
    code, found, refused = request.POST.get("code", "").strip(), None, ""
    if request.method == "POST":
        try:
            if "confirm" in request.POST:
                found = proofs.find_vouching(code=code, by=person)
                proofs.vouch(code=code, by=person, at=timezone.now())
                messages.success(request, _("已确认 %(name)s 本人在场。") % {"name": found.learner_name})
                return redirect("classroom:vouch")
            found = proofs.find_vouching(code=code, by=person)
        except ProofRefused as why:
            found, refused = None, str(VOUCH_REFUSALS[why.code])
    lesson = lesson_facts(found.lesson_uuid) if found else None
    context = {"code": code, "found": found, "lesson": lesson, "refused": refused}
    return render(request, "classroom/vouch.html", context, status=422 if refused else 200)


def _lesson(lesson_uuid: UUID) -> LessonFacts:
    lesson = lesson_facts(lesson_uuid)
    if lesson is None:
        raise Http404(_("没有这一课，或者它已经停用。"))
    return lesson


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else -1
