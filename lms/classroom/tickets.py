"""The ticket of a player: what the page is told when its watch session is open, or why there is none."""

from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.classroom.queries import NotEnrolled, VideoNotReady, lesson_title
from player.watching import protocol
from player.watching.actions import CannotProve, LearningElsewhere, OpenSession
from player.watching.clock import now_ms
from player.watching.queries import greeting


def ticket(session: OpenSession) -> dict[str, object]:
    """Return what docs/protocols/watching.md section 1 calls the ticket; the beat key is told here and nowhere else."""
    uuid = session.uuid
    return {
        "session_uuid": str(uuid),
        "beat_key": session.beat_key.hex(),
        "socket_path": f"/ws/watch/{uuid}/",
        "beat_url": reverse("player:beat", args=[uuid]),
        "master_url": reverse("player:multivariant_playlist", args=[uuid]),
        "hello": protocol.hello(greeting(uuid, session.learner_id), now_ms()),
    }


def no_ticket(why: Exception) -> JsonResponse:
    """Say why no session was opened: LessonClosed and its kinds, CannotProve, LearningElsewhere."""
    if isinstance(why, LearningElsewhere):
        sentence = _("您正在另一处学习，那里的计时还在进行。")
        where = lesson_title(why.subject_uuid)
        return refusal(409, "learning_elsewhere", sentence, where=where, heard_ms_ago=why.heard_ms_ago)
    if isinstance(why, NotEnrolled):
        return refusal(403, "not_enrolled", _("您还没有报名这门课程，所以没有开始计时。报名后即可学习。"))
    if isinstance(why, VideoNotReady):
        return refusal(409, "video_not_ready", _("这一课的视频还在制作中，所以没有开始计时。请稍后再来。"))
    if isinstance(why, CannotProve):
        sentence = _("这个浏览器不能证明视频确实在播放，所以不能计时。请升级系统，或换用电脑上的浏览器。")
        return refusal(409, "cannot_prove", sentence)
    return refusal(404, "unknown_lesson", _("没有这一课，或者它已经停用。"))


def refusal(status: int, reason: str, sentence: str, **more: object) -> JsonResponse:
    """Say why there is no session: a code for the player, a sentence for the person."""
    return JsonResponse({"reason": reason, "message": sentence, **more}, status=status)
