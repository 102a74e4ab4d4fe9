"""Playlists and keys of a watch session, for its learner alone; and the watch protocol over HTTP."""

from collections.abc import Mapping
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from player.videos import queries as videos
from player.watching import budget, protocol
from player.watching.actions import BeatReport, TooEarly, release_key, report_beats
from player.watching.clock import now_ms
from player.watching.evidence import checked
from player.watching.known_cookies import learner_of
from player.watching.protocol import Proof
from player.watching.queries import NoSuchSession, NotYourSession, SessionOver, greeting, video_of

PLAYLIST = "application/vnd.apple.mpegurl"
RETRY_AFTER_MS = 2_000
_REFUSALS = (NotYourSession, SessionOver, NoSuchSession, videos.VideoNotReady, videos.NoSuchStretch)
P = ParamSpec("P")


class StreamView(Protocol[P]):
    def __call__(self, request: HttpRequest, session_uuid: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse: ...


def for_its_learner(view: "StreamView[Concatenate[int, P]]") -> StreamView[P]:
    """Give a view the video of the session, or refuse: 403 with a reason code, 404 for what does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, session_uuid: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, session_uuid, video_of(session_uuid, request.user.pk), *args, **kwargs)
        except _REFUSALS as refused:
            return _refused(request, refused)

    return guarded


@never_cache
@require_GET
@for_its_learner
def multivariant_playlist(request: HttpRequest, session_uuid: UUID, video_id: int) -> HttpResponse:
    return HttpResponse(videos.multivariant_playlist(video_id), content_type=PLAYLIST)


@never_cache
@require_GET
@for_its_learner
def media_playlist(request: HttpRequest, session_uuid: UUID, video_id: int, code: str) -> HttpResponse:
    return HttpResponse(videos.media_playlist(video_id, code), content_type=PLAYLIST)


@never_cache
@require_GET
def stretch_key(request: HttpRequest, session_uuid: UUID, stretch: int) -> HttpResponse:
    """The 16-byte key of one stretch, as soon as the learner has come near it."""
    try:
        key = release_key(session_uuid=session_uuid, learner_id=learner_of(request), stretch=stretch, at=timezone.now())
    except TooEarly:
        return _refusal(403, "too_early", _("这一段还没有解锁。继续观看，学到附近时自动打开。"))
    except _REFUSALS as refused:
        return _refused(request, refused)
    return HttpResponse(key, content_type="application/octet-stream")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def beat(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """The watch protocol without a socket: GET greets; POST takes a beat, several beats, or a proof.

    For pages whose network lets no socket through, for what was kept while the line was cut, and for
    `navigator.sendBeacon` of a page that goes away (form field `beat`). The same rule, the same sequence.
    """
    if not request.user.is_authenticated:
        return _refusal(403, "not_signed_in", _("登录已失效，这一小段没有记录。请重新登录。"))
    try:
        if not budget.may_post(request.user.pk):
            raise budget.TooMany(request.user.pk)
        answer = _answer(request, request.user.pk, session_uuid)
    except budget.TooMany:
        return _refusal(429, "too_many", _("发送得太频繁，这一次没有记录。播放器稍后会自动补传。"))
    except protocol.BadFrame:
        return _refusal(400, "bad_frame", _("播放器发来的内容无法读取，这一小段没有记录。请刷新页面。"))
    except _REFUSALS as refused:
        return _refused(request, refused)
    except (OperationalError, InterfaceError):
        return JsonResponse(protocol.retry(0, after_ms=RETRY_AFTER_MS, reason="unavailable"), status=503)
    return JsonResponse(answer)


def _answer(request: HttpRequest, learner_id: int, session_uuid: UUID) -> Mapping[str, object]:
    """Return the frame that answers a request of the learner."""
    at_ms = now_ms()
    if request.method != "POST":
        return protocol.hello(greeting(session_uuid, learner_id), at_ms)
    posted = protocol.parse_post(_beat_text(request))
    if isinstance(posted, Proof):
        report = checked(posted, session_uuid=session_uuid, learner_id=learner_id, received_at_ms=at_ms)
        return protocol.reply(report_beats([report])[0])
    beats = posted if isinstance(posted, list) else [posted]
    budget.spend_beats(learner_id, len(beats))
    replies = report_beats([BeatReport(session_uuid, learner_id, one, at_ms) for one in beats])
    if isinstance(posted, list):
        return {"type": "replies", "replies": [protocol.reply(one) for one in replies]}
    return protocol.reply(replies[0])


def _beat_text(request: HttpRequest) -> str:
    if request.content_type != "application/json":
        return request.POST.get("beat", "")
    if len(request.body) > protocol.LARGEST_POST_BYTES:
        raise protocol.BadFrame("too long")
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        raise protocol.BadFrame("not UTF-8") from None


def _refused(request: HttpRequest, refused: Exception) -> JsonResponse:
    if isinstance(refused, NotYourSession | SessionOver):
        return _forbidden(request, refused)
    if isinstance(refused, NoSuchSession):
        return _refusal(404, "unknown_session", _("没有这次观看，可能链接不完整。请从课程页重新打开这一课。"))
    return _refusal(404, "no_such_stream", _("视频没有这一段。请刷新页面重试。"))


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
