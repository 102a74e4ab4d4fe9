"""The platform's dashboard: each chart with its table, each figure leading to its records. It only reads."""

from http import HTTPStatus

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.dashboards import queries
from analytics.dashboards.forms import PeriodForm

PERMISSION = "analytics.view_logrecord"


@require_safe
@never_cache
def platform(request: HttpRequest) -> HttpResponse:
    """Totals of a period: ?since=…&until=… Figures only; whoever opens the records behind one is filed by that look."""
    if not isinstance(request.user, AbstractUser):
        return redirect_to_login(request.get_full_path())
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied(gettext("日志只对审计员开放，您的账号没有这一角色。如需查阅，请联系系统管理员。"))
    form = PeriodForm(request.GET, today=timezone.localdate())
    if not form.is_valid():
        context = {"form": form, "charts": ()}
        return render(request, "analytics/dashboards/platform.html", context, status=HTTPStatus.BAD_REQUEST)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    context = {
        "form": form,
        "since": since,
        "until": until,
        "charts": [
            (chart, {"type": "line" if chart.by_day else "bar", "name": chart.name,
                     "labels": [chart.words.get(label, label) for label, _ in chart.rows],
                     "amounts": [amount for _, amount in chart.rows]})
            for chart in queries.charts(since, until, language=language)
        ],
        "size": queries.added_up_to(),
    }  # fmt: skip
    return render(request, "analytics/dashboards/platform.html", context)
