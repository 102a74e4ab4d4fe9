"""The lesson page, the enrol button, and the piece of a course page that depends on who looks."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from content.queries import edition_id_of, edition_outline
from lms.classroom.actions import open_lesson, rules_of
from lms.classroom.forms import asked_for
from lms.classroom.presence import asked_to_make_up, expected_checks
from lms.classroom.queries import (
    LessonClosed,
    NoSuchLesson,
    NotEnrolled,
    VideoNotReady,
    course_state_of,
    lesson_page_of,
    lesson_to_watch,
)
from lms.classroom.tickets import no_ticket, refusal, ticket
from lms.classroom.why_page import why_page_of
from lms.classroom.why_presence import presence_part_of
from lms.enrolment.actions import EditionNotOpen, HeldBack, enrol
from player.watching.actions import CannotProve, LearningElsewhere
from player.watching.devices import device_of
from player.watching.queries import SessionOver
from proctoring.camera_policy import with_camera
from proctoring.queries import holds_of, person_standing


@login_required
@never_cache
@require_GET
def lesson(request: HttpRequest, lesson_uuid: UUID) -> HttpResponse:
    """Show the lesson; who is not enrolled is shown the course's page with a sentence. Its player opens the session."""
    assert not isinstance(request.user, AnonymousUser)  # noqa: S101 — login_required, said to the type checker
    try:
        found = lesson_to_watch(request.user, lesson_uuid, timezone.now())
    except NoSuchLesson:
        raise Http404(_("没有这一课，或者它已经停用。")) from None
    except NotEnrolled as refusal:
        return _to_the_course(request, refusal)
    except VideoNotReady as refusal:
        return render(request, "classroom/video_not_ready.html", {"lesson": refusal.lesson}, status=409)
    page = lesson_page_of(request.user, found)
    plan = expected_checks(rules_of(request.user), page.left_ms)
    again = asked_to_make_up(request.user.pk, page.lesson.uuid, request.GET.get("make_up", ""))
    if plan is None and again is None:
        return render(request, "classroom/lesson.html", {"page": page})
    held = holds_of(request.user.pk, page.lesson.uuid)
    context: dict[str, object] = {
        "page": page,
        "presence": plan,
        "make_up": again,
        "held_waits": any(one.self_open for one in held),
        "appeal_due": min((one.answer_due for one in held if one.appeal_waits and one.answer_due), default=None),
        "standing": person_standing(request.user.pk),
    }
    return _lesson_with_camera(request, context)


@with_camera
def _lesson_with_camera(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return render(request, "classroom/lesson.html", context)


@login_required
@never_cache
@require_GET
def why(request: HttpRequest, lesson_uuid: UUID) -> HttpResponse:
    """Show what of the person's own time before a lesson counted, what did not and why, and where to go on."""
    assert not isinstance(request.user, AnonymousUser)  # noqa: S101 — as above
    try:
        page = why_page_of(request.user, lesson_uuid, timezone.now(), device_of(request.session.session_key))
    except NoSuchLesson:
        raise Http404(_("没有这一课，或者它已经停用。")) from None
    except NotEnrolled as refusal:
        return _to_the_course(request, refusal)
    trail = [
        (_("课程"), "/courses/"),
        (page.lesson.course_title, page.lesson.course_url),
        (page.lesson.title, page.lesson_url),
    ]
    part = presence_part_of(request.user.pk, page.lesson.uuid, page.timeline.duration_ms)
    return render(request, "classroom/why.html", {"page": page, "trail": trail, "part": part})


def _to_the_course(request: HttpRequest, refusal: NotEnrolled) -> HttpResponse:
    messages.warning(request, _("您还没有报名这门课程，所以没有打开课时。报名后即可学习，不会丢失任何记录。"))
    return redirect(refusal.lesson.course_url)


@never_cache
@require_POST
def open_now(request: HttpRequest, lesson_uuid: UUID) -> JsonResponse:
    """Open a watch session for the player of the page; refused with a reason code and a sentence."""
    if isinstance(request.user, AnonymousUser):
        return refusal(403, "not_signed_in", _("登录已失效，所以没有开始计时。请重新登录，已记的时间不会丢失。"))
    try:
        asked = asked_for(request)
    except BadRequest:
        return refusal(400, "bad_request", _("播放器发来的内容无法读取，所以没有开始计时。请刷新页面。"))
    try:
        session = open_lesson(learner=request.user, lesson_uuid=lesson_uuid, at=timezone.now(), asked=asked)
        return JsonResponse(ticket(session))
    except SessionOver:  # another page of the learner was opened in this very moment, and came later
        return no_ticket(LearningElsewhere(lesson_uuid, 0))
    except (LessonClosed, CannotProve, LearningElsewhere) as why:
        return no_ticket(why)


@login_required
@require_POST
def enrol_now(request: HttpRequest, edition_uuid: UUID) -> HttpResponse:
    """Enrol the signed-in person and go to the first lesson that is not finished."""
    assert not isinstance(request.user, AnonymousUser)  # noqa: S101 — as above
    edition_id = edition_id_of(edition_uuid)
    if edition_id is None:
        raise Http404(_("没有这门课程，或者它已经停用。"))
    try:
        enrol(learner=request.user, edition_id=edition_id, at=timezone.now(), by=request.user)
    except HeldBack as why:
        messages.warning(request, str(why))
        return redirect("credit:my_hours")
    except EditionNotOpen:
        messages.error(request, _("这门课程还没有开放报名，因此没有为您报名。请换一门课程，或过几天再来看。"))
        outline = edition_outline(edition_id)
        return redirect(outline.course_url if outline else reverse("home"))
    state = course_state_of(request.user.pk, edition_uuid)
    return redirect(state.next_url if state and state.next_url else reverse("credit:my_hours"))


@require_GET
@never_cache
def course_state(request: HttpRequest, edition_uuid: UUID) -> HttpResponse:
    """The button of a course page for whoever looks: sign in, enrol, or continue with what is counted so far."""
    learner_id = request.user.pk if request.user.is_authenticated else None
    state = course_state_of(learner_id, edition_uuid)
    if state is None:
        raise Http404
    return render(request, "classroom/_course_state.html", {"state": state})
