"""Playlists and keys of a watch session, for its learner alone; and a beat over HTTP, for pages that are going away."""

from functools import wraps
from typing import Concatenate, ParamSpec, Protocol
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from player.videos import queries as videos
from player.watching import protocol
from player.watching.actions import BeatReport, report_beats
from player.watching.clock import now_ms
from player.watching.queries import NoSuchSession, NotYourSession, SessionOver, video_of

PLAYLIST = "application/vnd.apple.mpegurl"
P = ParamSpec("P")


class StreamView(Protocol[P]):
    def __call__(self, request: HttpRequest, session_uuid: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse: ...


def for_its_learner(view: "StreamView[Concatenate[int, P]]") -> StreamView[P]:
    """Give a view the video of the session, or refuse: 403 with a reason code, 404 for what does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, session_uuid: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, session_uuid, video_of(session_uuid, request.user.pk), *args, **kwargs)
        except (NotYourSession, SessionOver) as refused:
            return _forbidden(request, refused)
        except NoSuchSession:
            return _refusal(404, "unknown_session", _("没有这次观看，可能链接不完整。请从课程页重新打开这一课。"))
        except (videos.VideoNotReady, videos.NoSuchStretch):
            return _refusal(404, "no_such_stream", _("视频没有这一段。请刷新页面重试。"))

    return guarded


@never_cache
@require_GET
@for_its_learner
def multivariant_playlist(request: HttpRequest, session_uuid: UUID, video_id: int) -> HttpResponse:
    return HttpResponse(videos.multivariant_playlist(video_id), content_type=PLAYLIST)


@never_cache
@require_GET
@for_its_learner
def media_playlist(request: HttpRequest, session_uuid: UUID, video_id: int, height: int) -> HttpResponse:
    return HttpResponse(videos.media_playlist(video_id, height), content_type=PLAYLIST)


@never_cache
@require_GET
@for_its_learner
def stretch_key(request: HttpRequest, session_uuid: UUID, video_id: int, stretch: int) -> HttpResponse:
    """The 16-byte key of one stretch of 24 s."""
    return HttpResponse(videos.stretch_key(video_id, stretch), content_type="application/octet-stream")


@never_cache
@require_POST
def beat(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """One beat frame, as the body (application/json) or the form field `beat`; answered by a reply frame.

    For `navigator.sendBeacon` of a page that goes away, and where sockets are blocked. The same rule, the same
    sequence.
    """
    if not request.user.is_authenticated:
        return _refusal(403, "not_signed_in", _("登录已失效，这一小段没有记录。请重新登录。"))
    try:
        received = protocol.parse_beat(_beat_text(request))
    except protocol.BadFrame:
        return _refusal(400, "bad_frame", _("播放器发来的内容无法读取，这一小段没有记录。请刷新页面。"))
    report = BeatReport(session_uuid, request.user.pk, received, now_ms())
    return JsonResponse(protocol.reply(report_beats([report])[0]))


def _beat_text(request: HttpRequest) -> str:
    if request.content_type != "application/json":
        return request.POST.get("beat", "")
    if len(request.body) > protocol.LARGEST_FRAME_BYTES:
        raise protocol.BadFrame("too long")
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        raise protocol.BadFrame("not UTF-8") from None


def _forbidden(request: HttpRequest, refused: NotYourSession | SessionOver) -> JsonResponse:
    """Say why the streams stay closed; the player reads `reason`, a person the sentence."""
    if isinstance(refused, SessionOver):
        if refused.taken_over:
            return _refusal(403, "lease_lost", _("您已在另一处继续学习，所以这里停止播放。已记的时间不会丢失。"))
        return _refusal(403, "session_closed", _("这次观看已结束，所以停止播放。请重新打开这一课，从原处继续。"))
    if not request.user.is_authenticated:
        return _refusal(403, "not_signed_in", _("登录已失效，所以没有继续播放。请重新登录，已记的时间不会丢失。"))
    return _refusal(403, "not_yours", _("这次观看属于另一个账号，所以不能播放。请从课程页打开这一课。"))


def _refusal(status: int, reason: str, sentence: str) -> JsonResponse:
    return JsonResponse({"reason": reason, "message": sentence}, status=status)
