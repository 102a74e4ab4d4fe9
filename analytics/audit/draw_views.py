"""The pages of draws by lot. The published file and its verifier are for anybody; the rest for auditors."""

import inspect
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.audit import desk, draws
from analytics.audit.draws import POPULATIONS, CannotDraw
from analytics.audit.queries import language
from analytics.audit.sight import sight_of
from analytics.audit.views import for_auditors
from analytics.domain import draw as drawing
from analytics.domain.sentence import words

LARGEST_SAMPLE = 4  # digits
POPULATION_WORDS = {
    "learners": _("学员"),
    "institutions": _("培训机构"),
    "classes": _("课程"),
    "list": _("自拟名单"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def all_draws(request: HttpRequest) -> HttpResponseBase:
    """The draws so far, and the form for a new one."""
    return _commit(request) if request.method == "POST" else _list(request)


@for_auditors
def _list(request: HttpRequest, by: AbstractUser) -> HttpResponse:
    desk.view_page(by=by, page="draws", at=timezone.now())
    return render(request, "analytics/audit/draws.html", _shown(by))


def _commit(request: HttpRequest) -> HttpResponseBase:
    if not isinstance(request.user, AbstractUser):
        return redirect_to_login(request.get_full_path())
    population, sample = request.POST.get("population", ""), request.POST.get("sample", "")
    known = population in POPULATIONS and sample.isascii() and sample.isdecimal() and len(sample) <= LARGEST_SAMPLE
    try:
        draws.commit_draw(
            by=request.user,
            population=population if known else "list",
            entries=request.POST.get("entries", "") if known else "",
            sample=int(sample) if known else 1,
            at=timezone.now(),
        )
    except CannotDraw:
        return _refused(request, request.user)
    return redirect("audit:draws")


@never_cache
@require_POST
def reveal(request: HttpRequest, draw_uuid: UUID) -> HttpResponseBase:
    """Open the seed of one draw."""
    if not isinstance(request.user, AbstractUser):
        return redirect_to_login(request.get_full_path())
    try:
        draws.reveal_draw(by=request.user, draw_uuid=draw_uuid, at=timezone.now())
    except CannotDraw as why:
        if str(why) == "unknown":
            raise Http404(gettext("没有这次抽查。")) from None
        return _refused(request, request.user)
    return redirect("audit:draws")


@require_safe
def page(request: HttpRequest, draw_uuid: UUID) -> HttpResponse:
    """One draw for anybody to read: the list, who was drawn, and how to draw again. No names of persons."""
    draw = draws.find_draw(draw_uuid)
    if draw is None:
        raise Http404(gettext("没有这次抽查。"))
    names = draws.names_of_entries([draw], None, listed=draws.LISTED)
    items = draw.told["items"]
    context = {
        "draw": draw,
        "population": POPULATION_WORDS.get(str(draw.told.get("population")), ""),
        "drawn": [(one, names.get(one, "")) for one in draw.drawn],
        "items": [(one, names.get(one, "")) for one in items[: draws.LISTED]],
        "left_out": max(len(items) - draws.LISTED, 0),
        "opened": dict(draw.revealed.record.payload) if draw.revealed else {},
    }
    return render(request, "analytics/audit/draw.html", context)


@require_safe
def published(request: HttpRequest, draw_uuid: UUID) -> JsonResponse:
    """A draw for anybody to repeat: ids and codes, no names."""
    draw = draws.find_draw(draw_uuid)
    if draw is None:
        raise Http404(gettext("没有这次抽查。"))
    return JsonResponse(draws.published(draw), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The program that repeats a draw: one file, standard library only."""
    return HttpResponse(inspect.getsource(drawing), content_type="text/x-python; charset=utf-8")


def _shown(by: AbstractUser) -> dict[str, object]:
    found = draws.draws()
    names = draws.names_of_entries(found, sight_of(by.pk, timezone.now()))
    return {
        "draws": [
            (
                draw,
                POPULATION_WORDS.get(str(draw.told.get("population")), ""),
                [names.get(one) or words("drawn_uuid", one, language=language()) for one in draw.drawn],
            )
            for draw in found
        ]
    }


def _refused(request: HttpRequest, by: AbstractUser) -> HttpResponse:
    context = _shown(by) | {"refused": True}
    return render(request, "analytics/audit/draws.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
