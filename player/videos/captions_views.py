"""One video in the Wagtail admin with its captions and chapters; and the captions as the player asks for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from django.views.defaults import permission_denied

from player.domain import clock_text, cue_text, webvtt
from player.domain.chapters import ChapterProblem, ChaptersRefused, TypedChapter
from player.domain.webvtt import CaptionsRefused, Problem, TypedCue
from player.videos import actions, captions, queries
from player.videos import captions_reasons as reasons
from player.videos.captions_forms import BadRows, CaptionUploadForm, cue_rows, typed_chapters, typed_cues
from player.videos.captions_models import Language
from player.videos.chapters import chapters_of
from player.videos.queries import VideoFacts

if TYPE_CHECKING:
    from lms.accounts.models import User  # a type hint is not a dependency

View = Callable[..., HttpResponse]
_A_YEAR = 31_536_000  # seconds
_SPARE_ROWS = 3  # of chapters, for a browser without our script
_MOST_DIGITS = 9


@require_safe
def caption_file(request: HttpRequest, token: str) -> HttpResponse:
    """Captions under a name that nobody can guess; what stands under it never changes, so everybody may keep it."""
    found = captions.caption_file(token)
    if found is None:
        raise Http404
    headers = {
        "Cache-Control": f"public, max-age={_A_YEAR}, immutable",
        "Content-Language": found.language,
        "ETag": f'"{token}"',
        "X-Content-Type-Options": "nosniff",
    }
    response = HttpResponse(found.text, content_type="text/vtt; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=headers["ETag"], response=response) or response


def _of_a_video(permission: str) -> Callable[[View], View]:
    """Give a view the facts of the video in its address, if whoever asks has the permission; 403 or 404 otherwise."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, video_id: int, *args: object, **kwargs: object) -> HttpResponse:
            # Raised here, Wagtail would turn the refusal into a redirect.
            if not request.user.has_perm(permission):
                return permission_denied(request, PermissionDenied(_("字幕和章节只对课程视频的编辑人员开放。")))
            facts = queries.video_facts(video_id)
            if facts is None:
                raise Http404
            return view(request, facts, *args, **kwargs)

        return guarded

    return decorate


_may_see = _of_a_video("player.view_video")
_may_edit = _of_a_video("player.change_video")


@require_GET
@_may_see
def video(request: HttpRequest, facts: VideoFacts) -> HttpResponse:
    """The video with its captions by language and its chapters."""
    return _video_page(request, facts)


@require_POST
@_may_edit
def upload(request: HttpRequest, facts: VideoFacts) -> HttpResponse:
    """Take a file of captions in. One with faults is opened in the editor with each of them named, and not lost."""
    form = CaptionUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _video_page(request, facts, form=form, status=422)
    language, file = form.cleaned_data["language"], form.cleaned_data["file"]
    data = file.read(webvtt.MOST_BYTES + 1)
    try:
        return _save(request, facts, language, data, over=None)
    except CaptionsRefused as refused:
        if any(problem.line == 0 for problem in refused.problems):
            form.add_error("file", [reasons.sentence(problem) for problem in refused.problems])
            return _video_page(request, facts, form=form, status=422)
        draft = _Draft(mode="text", over=_newest_number(facts.id, language), text=webvtt.decoded(data))
        return _editor_page(request, facts, language, draft, problems=refused.problems, status=422)


@require_http_methods(["GET", "POST"])
@_may_edit
def edit(request: HttpRequest, facts: VideoFacts, language: str) -> HttpResponse:
    """Show the newest captions (or those of `version`) as a table and as text; on POST save what came of either."""
    _demand_language(language)
    if not facts.duration_ms:
        return _not_yet(request, facts)
    if request.method != "POST":
        return _editor_page(request, facts, language, _draft_of(request, facts.id, language))
    try:
        draft = _posted(request)
    except BadRows:
        return HttpResponseBadRequest(_("提交的内容不完整，没有保存。请刷新页面后重试。"))
    try:
        return _save(request, facts, language, draft.source, over=draft.over)
    except CaptionsRefused as refused:
        return _editor_page(request, facts, language, draft, problems=refused.problems, status=422)
    except actions.ChangedMeanwhile as changed:
        return _editor_page(request, facts, language, draft.on_top_of(changed.newest), changed=True, status=409)


@require_POST
@_may_edit
def convert(request: HttpRequest, facts: VideoFacts, language: str) -> HttpResponse:
    """Give what is being written in its other form, unsaved: `{text, rows}`, or 422 with `{problems}`."""
    _demand_language(language)
    try:
        cues = webvtt.read(_posted(request).source, length_ms=facts.duration_ms)
    except BadRows:
        return HttpResponseBadRequest()
    except CaptionsRefused as refused:
        return JsonResponse({"problems": _for_script(refused.problems)}, status=422)
    return JsonResponse({"text": webvtt.write(cues), "rows": cue_rows(_typed(cues))})


@require_POST
@_may_edit
def remove(request: HttpRequest, facts: VideoFacts, language: str) -> HttpResponse:
    """Take the captions of a language away."""
    _demand_language(language)
    label = Language(language).label
    over = _number(request.POST.get("over", ""))
    try:
        actions.remove_captions(video_id=facts.id, language=language, over=over, by=_person(request), at=timezone.now())
    except actions.ChangedMeanwhile:
        messages.error(request, _("%(language)s字幕刚刚被修改过，没有移除。请看过新版本再决定。") % {"language": label})
    else:
        messages.success(request, _("已移除%(language)s字幕；旧版本还在，可以从历史中找回。") % {"language": label})
    return redirect("videos:video", facts.id)


@require_POST
@_may_edit
def save_chapters(request: HttpRequest, facts: VideoFacts) -> HttpResponse:
    """Replace the chapters by the rows of the form; faults stand beside their fields, and what was typed stays."""
    try:
        rows = typed_chapters(request.POST)
    except BadRows:
        return HttpResponseBadRequest(_("提交的内容不完整，没有保存。请刷新页面后重试。"))
    try:
        saved = actions.save_chapters(video_id=facts.id, rows=rows, by=_person(request), at=timezone.now())
    except ChaptersRefused as refused:
        return _video_page(request, facts, chapter_rows=rows, chapter_problems=refused.problems, status=422)
    except actions.NoLengthYet:
        return _not_yet(request, facts)
    messages.success(request, _("已保存 %(count)d 个章节。") % {"count": len(saved)})
    return redirect("videos:video", facts.id)


@dataclass(frozen=True, slots=True)
class _Draft:
    """Captions as they are being written. mode: `table` or `text`, which of the two counts; over: see save_captions."""

    mode: str
    over: int
    text: str = ""
    rows: tuple[TypedCue, ...] = ()

    @property
    def source(self) -> webvtt.Source:
        return self.rows if self.mode == "table" else self.text

    def on_top_of(self, newest: int) -> "_Draft":
        return _Draft(self.mode, newest, self.text, self.rows)


def _posted(request: HttpRequest) -> _Draft:
    over = _number(request.POST.get("over", ""))
    if request.POST.get("mode") == "table":
        return _Draft("table", over, rows=typed_cues(request.POST.get("rows", "")))
    return _Draft("text", over, text=request.POST.get("text", ""))


def _draft_of(request: HttpRequest, video_id: int, language: str) -> _Draft:
    newest = _newest_number(video_id, language)
    text = captions.version_text(video_id, language, _number(request.GET.get("version", "")) or newest)
    return _Draft("table", newest, text=text or "WEBVTT\n", rows=_typed(_kept(text)))


def _kept(text: str) -> tuple[webvtt.Cue, ...]:
    """Return the captions of a text that was saved once; the video may have become shorter since."""
    return webvtt.read(text, length_ms=10**9) if text else ()


def _typed(cues: Sequence[webvtt.Cue]) -> tuple[TypedCue, ...]:
    clock = clock_text.text_of
    return tuple(TypedCue(clock(cue.start_ms), clock(cue.end_ms), cue_text.editable(cue.text)) for cue in cues)


def _save(
    request: HttpRequest, facts: VideoFacts, language: str, source: webvtt.Source, *, over: int | None
) -> HttpResponse:
    """Save, and lead back to the video. Raises CaptionsRefused, ChangedMeanwhile."""
    try:
        saved = actions.save_captions(
            video_id=facts.id, language=language, source=source, over=over, by=_person(request), at=timezone.now()
        )
    except actions.NoLengthYet:
        return _not_yet(request, facts)
    said = {"language": Language(language).label, "number": saved.number, "count": saved.cue_count}
    messages.success(request, _("已保存%(language)s字幕：第 %(number)d 版，%(count)d 条。") % said)
    return redirect("videos:video", facts.id)


def _not_yet(request: HttpRequest, facts: VideoFacts) -> HttpResponse:
    messages.error(request, _("视频还没有转码完成，不知道多长，所以不能保存字幕和章节。请等它可以播放后再来。"))
    return redirect("videos:video", facts.id)


def _video_page(
    request: HttpRequest,
    facts: VideoFacts,
    *,
    form: CaptionUploadForm | None = None,
    chapter_rows: Sequence[TypedChapter] | None = None,
    chapter_problems: Sequence[ChapterProblem] = (),
    status: int = 200,
) -> HttpResponse:
    if chapter_rows is None:
        standing = chapters_of(facts.id)
        chapter_rows = [TypedChapter(clock_text.text_of(each.start_ms), each.title) for each in standing]
    faults = {(problem.row, problem.field): reasons.chapter_sentence(problem) for problem in chapter_problems}
    typed = [row for row in chapter_rows if not row.is_blank or chapter_problems]
    spare = [TypedChapter("", "")] * _SPARE_ROWS
    versions = captions.newest_versions(facts.id)
    taken = {version.language for version in versions}
    context = {
        "facts": facts,
        "form": form or CaptionUploadForm(),
        "versions": versions,
        "languages": [(code, label) for code, label in Language.choices if code not in taken],
        "chapters": [
            {"row": row, "start_fault": faults.get((n, "start"), ""), "title_fault": faults.get((n, "title"), "")}
            for n, row in enumerate([*typed, *spare], start=1)
        ],
        "chapters_fault": faults.get((0, ""), ""),
        "header_title": facts.title,
        "may_edit": request.user.has_perm("player.change_video"),
    }
    return render(request, "player/videos/video.html", context, status=status)


def _editor_page(
    request: HttpRequest,
    facts: VideoFacts,
    language: str,
    draft: _Draft,
    *,
    problems: Sequence[Problem] = (),
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "facts": facts,
        "language": language,
        "language_label": Language(language).label,
        "draft": draft,
        "rows": cue_rows(draft.rows),
        "problems": _for_script(problems),
        "versions": captions.versions_of(facts.id, language),
        "shown": _number(request.GET.get("version", "")) or draft.over,
        "changed": changed,
        "header_title": _("%(language)s字幕") % {"language": Language(language).label},
    }
    return render(request, "player/videos/captions.html", context, status=status)


def _for_script(problems: Sequence[Problem]) -> list[dict[str, str | int]]:
    return [
        {
            "line": problem.line,
            "cue": problem.cue,
            "field": problem.field or "",
            "sentence": reasons.sentence(problem),
            "bare": reasons.bare_sentence(problem),
        }
        for problem in problems
    ]


def _newest_number(video_id: int, language: str) -> int:
    return next((version.number for version in captions.versions_of(video_id, language)), 0)


def _number(text: str) -> int:
    """Return a version number that came from a page; what is none is 0."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def _demand_language(language: str) -> None:
    if language not in Language.values:
        raise Http404


def _person(request: HttpRequest) -> "User":
    """Return who is signed in; the admin lets nobody else come this far."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
