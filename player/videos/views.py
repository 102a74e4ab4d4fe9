"""The editor's pages in the Wagtail admin: the list of videos with their progress, and the upload."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.defaults import permission_denied

from player.videos import actions, policy, queries, reasons
from player.videos.forms import UploadForm
from player.videos.tasks import transcode

if TYPE_CHECKING:
    from lms.accounts.models import User  # a type hint is not a dependency

View = Callable[..., HttpResponse]

_MOST_ROWS = 100
_MOST_DIGITS = 18  # what a bigint holds, whatever the digits


def _requires(permission: str) -> Callable[[View], View]:
    """Let in who has the permission. Others get the 403 page: an error raised here, Wagtail would turn into a redirect."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.user.has_perm(permission):
                return view(request, *args, **kwargs)
            return permission_denied(request, PermissionDenied(_("这个页面只对课程视频的编辑人员开放。")))

        return guarded

    return decorate


_may_see = _requires("player.view_video")
_may_upload = _requires("player.add_video")


@require_GET
@_may_see
def video_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    page = queries.upload_page(words, request.GET.get("p"))
    return render(request, "player/videos/list.html", {"page": page, "words": words, "header_title": _("视频")})


@require_GET
@_may_see
def rows(request: HttpRequest) -> HttpResponse:
    """Return the rows of the videos asked for by `id`, as they are now: what a page with unfinished ones asks for."""
    asked = request.GET.getlist("id")[:_MOST_ROWS]
    if not all(text.isdecimal() and len(text) <= _MOST_DIGITS for text in asked):
        return HttpResponseBadRequest(_("视频编号必须是数字。"))
    ids = [int(text) for text in asked]
    return render(request, "player/videos/_rows.html", {"uploads": queries.uploads_by_id(ids)})


@require_http_methods(["GET", "POST"])
@_may_upload
def upload(request: HttpRequest) -> HttpResponse:
    """Show the form, or take the file in. A refused file gets its reason beside the field, with status 422."""
    if request.method != "POST":
        return _upload_page(request, UploadForm(), status=200)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    try:
        video = actions.upload_video(**form.cleaned_data, by=_person(request), at=timezone.now())
    except actions.UploadRefused as refused:
        form.add_error("file", reasons.sentence(refused.refusal, policy.limits()))
        return _upload_page(request, form, status=422)
    _ring(video.pk)
    messages.success(request, _("已上传《%(title)s》，正在排队处理。") % {"title": video.title})
    return _onwards(request)


@require_POST
@_may_upload
def retry(request: HttpRequest, video_id: int) -> HttpResponse:
    try:
        video = actions.retry_video(video_id=video_id, by=_person(request), at=timezone.now())
    except actions.NothingToRetry:
        messages.error(request, _("这个视频现在不能重试：它没有失败，或原文件已经删除。请重新上传。"))
    else:
        _ring(video.pk)
        messages.success(request, _("《%(title)s》已重新排队。") % {"title": video.title})
    return redirect("videos:index")


def _upload_page(request: HttpRequest, form: UploadForm, *, status: int) -> HttpResponse:
    most_bytes = policy.limits().bytes
    context = {
        "form": form,
        "most_bytes": most_bytes,
        "most": reasons.readable_bytes(most_bytes),
        "header_title": _("上传视频"),
    }
    return render(request, "player/videos/upload.html", context, status=status)


def _ring(video_id: int) -> None:
    transcode.delay_on_commit(video_id)  # type: ignore[attr-defined]  # Celery's Django tasks have it, its stubs do not


def _person(request: HttpRequest) -> "User":
    """Return who is signed in; the admin lets nobody else come this far."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def _onwards(request: HttpRequest) -> HttpResponse:
    """Lead to the list. A script is told where instead: following the redirect itself, it would use up the message."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=201, headers={"Location": reverse("videos:index")})
    return redirect("videos:index")
