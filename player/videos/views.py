"""The editor's pages in the Wagtail admin: the list of videos with their progress, and the upload."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from player.videos import actions, policy, queries, reasons
from player.videos.forms import UploadForm
from player.videos.tasks import transcode

_PER_PAGE = 20
_MOST_ROWS = 100

_may_see = permission_required("player.view_video", raise_exception=True)
_may_upload = permission_required("player.add_video", raise_exception=True)


@require_GET
@_may_see
def video_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    page = Paginator(queries.uploads(words), _PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "player/videos/list.html", {"page": page, "words": words, "header_title": _("视频")})


@require_GET
@_may_see
def rows(request: HttpRequest) -> HttpResponse:
    """Return the rows of the videos asked for by `id`, as they are now: what a page with unfinished ones asks for."""
    try:
        ids = [int(text) for text in request.GET.getlist("id")[:_MOST_ROWS]]
    except ValueError:
        return HttpResponseBadRequest(_("视频编号必须是数字。"))
    return render(request, "player/videos/_rows.html", {"uploads": queries.uploads_by_id(ids)})


@require_http_methods(["GET", "POST"])
@_may_upload
def upload(request: HttpRequest) -> HttpResponse:
    """Show the form, or take the file in. A refused file gets its reason beside the field, with status 422."""
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                video = actions.upload_video(**form.cleaned_data, by=request.user, at=timezone.now())
            except actions.UploadRefused as refused:
                form.add_error("file", reasons.sentence(refused.refusal, policy.limits()))
            else:
                transcode.delay_on_commit(video.pk)
                messages.success(request, _("已上传《%(title)s》，正在排队处理。") % {"title": video.title})
                return _onwards(request)
    most_bytes = policy.limits().bytes
    context = {"form": form, "most_bytes": most_bytes, "most": reasons.readable_bytes(most_bytes)}
    return render(request, "player/videos/upload.html", {**context, "header_title": _("上传视频")}, status=status)


@require_POST
@_may_upload
def retry(request: HttpRequest, video_id: int) -> HttpResponse:
    try:
        video = actions.retry_video(video_id=video_id, by=request.user, at=timezone.now())
    except actions.NothingToRetry:
        messages.error(request, _("这个视频现在不能重试：它没有失败，或原文件已经删除。请重新上传。"))
    else:
        transcode.delay_on_commit(video.pk)
        messages.success(request, _("《%(title)s》已重新排队。") % {"title": video.title})
    return redirect("videos:index")


def _onwards(request: HttpRequest) -> HttpResponse:
    """Lead to the list. A script is told where instead: following the redirect itself, it would use up the message."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=201, headers={"Location": reverse("videos:index")})
    return redirect("videos:index")
