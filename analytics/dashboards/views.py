"""The dashboards: each chart with its table, each figure leading to its records. They only read; looks of auditors are filed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.card_index import queries as card_index
from analytics.card_index import words
from analytics.card_index.measures import Sought
from analytics.card_index.names import names_of
from analytics.card_index.queries import SCOPES, Head
from analytics.dashboards import behind, queries
from analytics.dashboards.doors import doors, may_see, sees_everything
from analytics.dashboards.forms import PeriodForm
from analytics.learning_log.queries import TookTooLong

P = ParamSpec("P")
PER_PAGE = 50
LONGEST_ID = 18  # digits
SECOND = {"watched_ms": 1000, "refused_ms": 1000, "awarded_seconds": 1}  # what measures of time count in a second


def _for_persons(
    view: Callable[Concatenate[HttpRequest, AbstractUser, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Send who is signed out to the sign-in page and back. Whose figures a person may see is asked by each page."""

    @require_safe
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, AbstractUser):
            return redirect_to_login(request.get_full_path())
        return view(request, request.user, *args, **kwargs)

    return guarded


def _demand_everything(by: AbstractUser) -> None:
    if not sees_everything(by):
        raise PermissionDenied(gettext("日志只对审计员开放，您的账号没有这一角色。如需查阅，请联系系统管理员。"))


@_for_persons
def platform(request: HttpRequest, by: AbstractUser) -> HttpResponse:
    """Totals of a period: ?since=…&until=… An auditor's look is filed, and so is his opening the records behind a figure."""
    _demand_everything(by)
    return _figures(request, by, None)


@_for_persons
def scope(request: HttpRequest, by: AbstractUser, facet: str, value: str) -> HttpResponse:
    """Totals of one company, institution, region or post."""
    _demand_door(by, facet, value)
    head = card_index.find(facet, value)
    if head is None and sees_everything(by):
        raise Http404(gettext("日志里没有提到它的记录。"))
    return _figures(request, by, head or Head(-1, facet, value))


@_for_persons
def own(request: HttpRequest, by: AbstractUser) -> HttpResponseBase:
    """Lead somebody to the figures of his organisation; of several he chooses, without one the page says why."""
    if sees_everything(by):
        return redirect("audit:dashboards")
    owned = doors().owned(by, timezone.localdate())
    if len(owned) == 1:
        return redirect("audit:dashboard", *owned[0])
    names = _names(Head(0, facet, value) for facet, value in owned)
    places = [(facet, value, names.get(value, value)) for facet, value in owned]
    return render(request, "analytics/dashboards/own.html", {"places": places})


@_for_persons
def everyone(request: HttpRequest, by: AbstractUser, facet: str) -> HttpResponse:
    """All companies, institutions, regions or posts with their hours in a period."""
    _demand_everything(by)
    _demand_scope(facet)
    context = {"facet": facet, "title": words.ALL[facet]}
    behind.look_at_figures(by=by, facet=facet, value="", at=timezone.now())
    form = PeriodForm(request.GET, today=timezone.localdate())
    if not form.is_valid():
        return _page(request, form, "analytics/dashboards/everyone.html", context, wrong=True)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    lines = queries.everyone(facet, since, until, language=_language())
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, form, "analytics/dashboards/everyone.html", {**context, "page": page})


@_for_persons
def records(request: HttpRequest, by: AbstractUser, facet: str, value: str) -> HttpResponseBase:
    """The records behind one figure: ?figure=measure|day..day|group. Who reads the log is led to the desk's own list."""
    _demand_door(by, facet, value)
    try:
        sought = Sought.read(request.GET.get("figure", ""))
    except ValueError:
        raise Http404(gettext("没有这个数字。请从图表下的表格重新打开。")) from None
    head = card_index.find(facet, value)
    if head is None:
        raise Http404(gettext("日志里没有提到它的记录。"))
    before = request.GET.get("before", "")
    context: dict[str, Any] = {"facet": facet, "value": value, "sought": sought, "name": _name(head)}
    context["figure"] = words.FIGURES[sought.measure]
    try:
        context["behind"] = behind.look_behind(
            by=by,
            head=head,
            sought=sought,
            before_id=int(before) if before.isascii() and before.isdecimal() and len(before) <= LONGEST_ID else None,
            at=timezone.now(),
            language=_language(),
        )
    except TookTooLong:
        return render(request, "analytics/dashboards/records.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return render(request, "analytics/dashboards/records.html", context)


def _demand_scope(facet: str) -> None:
    if facet not in SCOPES:
        raise Http404(gettext("没有这样的分类。"))


def _demand_door(by: AbstractUser, facet: str, value: str) -> None:
    """Refuse whoever may not see these figures, whether or not there are any: a refusal tells nobody what exists."""
    if not may_see(by, facet, value, timezone.localdate()):
        raise PermissionDenied(behind.refusal())
    _demand_scope(facet)


def _figures(request: HttpRequest, by: AbstractUser, head: Head | None) -> HttpResponse:
    context: dict[str, Any] = {"head": head, "name": _name(head) if head else "", "everything": sees_everything(by)}
    context["kind"] = words.FACETS[head.facet] if head else ""
    facet, value = (head.facet, head.value) if head else (behind.EVERYBODY, "")
    behind.look_at_figures(by=by, facet=facet, value=value, at=timezone.now())
    form = PeriodForm(request.GET, today=timezone.localdate())
    template = "analytics/dashboards/figures.html"
    if not form.is_valid():
        return _page(request, form, template, context, wrong=True)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    heading_id = head.id if head else queries.PLATFORM
    charts = queries.charts(since, until, language=_language(), heading_id=heading_id)
    if head is None:
        charts += queries.divided(since, until, language=_language())
    else:
        if head.facet == "institution":  # nobody signs in at a course
            charts = tuple(chart for chart in charts if chart.name != "sign_ins")
        context["learners"] = queries.learners_in(since, until, heading_id)
    context |= {
        "charts": [(chart, _drawn(chart)) for chart in charts],
        "size": queries.added_up_to(),
        "nothing": not any(chart.total for chart in charts),
    }
    return _page(request, form, template, context)


def _page(
    request: HttpRequest, form: PeriodForm, template: str, context: dict[str, Any], *, wrong: bool = False
) -> HttpResponse:
    since: date | None = None if wrong else form.cleaned_data["since"]
    until: date | None = None if wrong else form.cleaned_data["until"]
    told = {"form": form, "since": since, "until": until, **context}
    return render(request, template, told, status=HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK)


def _drawn(chart: queries.Chart) -> dict[str, Any]:
    """Return what the script draws; the table below says the same. Times are drawn in minutes, or in hours from two on."""
    amounts = [line.amount for line in chart.lines]
    divisor, unit = 1, ""
    if second := SECOND.get("awarded_seconds" if chart.shape == "scopes" else chart.name):
        in_hours = max(amounts, default=0) >= 2 * 3600 * second
        divisor, unit = (3600 * second, gettext("小时")) if in_hours else (60 * second, gettext("分钟"))
    return {
        "shape": chart.shape,
        "unit": unit,
        "labels": [line.word for line in chart.lines],
        "amounts": [round(amount / divisor, 2) for amount in amounts],
    }


def _name(head: Head) -> str:
    return _names([head]).get(head.value, head.value)


def _names(heads: Iterable[Head]) -> Mapping[str, str]:
    return names_of(heads, _language(), regions=doors().region_names)


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
