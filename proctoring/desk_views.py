"""The reviewers' desk: the queue, one hold, accounts that look alike, figures. Who may do what is decided in the actions."""

from datetime import timedelta
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from proctoring import actions
from proctoring.queries import DeskFilter, cases, desk_counts, desk_rows, evidence_of, figures, hold_file
from proctoring.sentences import (
    DECISION_REFUSALS,
    DEVICES,
    FLAGS,
    HOLD_REASONS,
    LIGHTS,
    NOT_YOURS,
    PURPOSES,
    REASONS,
    SCORES,
    SHOWN,
    WAYS,
    told,
)

if TYPE_CHECKING:
    from lms.accounts.models import User

DAYS_SHOWN = 30


def _reviewer(request: HttpRequest) -> "User":
    if not request.user.has_perm("proctoring.decide_hold"):
        raise PermissionDenied(_("此页面只对审核员开放，您的账号没有这一角色。"))
    return cast("User", request.user)


@login_required
@never_cache
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show the holds that wait for a person, what is due first at the top."""
    _reviewer(request)
    asked = DeskFilter(request.GET.get("show", "waiting"), request.GET.get("reason", ""))
    counts, found = desk_counts(), desk_rows(asked)
    context = {
        "found": found,
        "rows": [(row, HOLD_REASONS[row.reason], PURPOSES.get(row.purpose, "")) for row in found],
        "asked": asked,
        "lists": [(show, title, counts.get(show, 0)) for show, title in SHOWN.items()],
        "reasons": HOLD_REASONS.items(),
        "alike": len(cases()),
    }
    return render(request, "proctoring/desk.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, hold_uuid: UUID) -> HttpResponse:
    """Show one hold with what speaks for and against it; POST decides it, proposes a reversal, or answers a proposal."""
    reviewer = _reviewer(request)
    found = hold_file(hold_uuid, reviewer.pk)
    if found is None:
        raise Http404
    if request.method == "POST":
        reason, outcome = request.POST.get("reason", ""), request.POST.get("outcome", "")
        try:
            if found.can_second:
                actions.second_reversal(
                    hold_uuid=hold_uuid, agrees=outcome == "release", reason=reason, by=reviewer, at=timezone.now()
                )
            else:
                actions.decide_hold(hold_uuid=hold_uuid, outcome=outcome, reason=reason, by=reviewer, at=timezone.now())
        except actions.DecisionRefused as why:
            messages.error(request, str(DECISION_REFUSALS[why.code]))
            return redirect("proctoring:hold", hold_uuid)
        messages.success(request, _("已写入决定和理由。"))
        return redirect("proctoring:hold", found.next_uuid) if found.next_uuid else redirect("proctoring:desk")
    context = {
        "file": found,
        "reason": HOLD_REASONS[found.row.reason],
        "way": WAYS.get(found.way, ""),
        "purpose": PURPOSES.get(found.row.purpose, ""),
        "evidence": told(evidence_of(found.row.uuid)),
        "why_not": NOT_YOURS.get(found.why_not, ""),
        "tries": [
            (
                one,
                [REASONS.get(code, code) for code in one.reasons],
                [FLAGS.get(flag, flag) for flag in one.flags],
                [(words, value) for name, words in SCORES.items() if (value := dict(one.scores).get(name)) is not None],
            )
            for one in found.tries
        ],
    }
    return render(request, "proctoring/hold.html", context)


@login_required
@never_cache
@require_GET
def picture(request: HttpRequest, picture_uuid: UUID) -> HttpResponse:
    """Show one kept picture to a reviewer; each time is written down."""
    jpeg = actions.look_at_picture(picture_uuid=picture_uuid, by=_reviewer(request), at=timezone.now())
    if jpeg is None:
        raise Http404
    response = HttpResponse(jpeg, content_type="image/jpeg")
    response.headers["Cache-Control"] = "no-store, private"
    return response


@login_required
@never_cache
@require_GET
def alike(request: HttpRequest) -> HttpResponse:
    """Show the accounts whose faces are alike, and nobody has looked at yet."""
    _reviewer(request)
    return render(request, "proctoring/alike.html", {"cases": cases()})


@login_required
@require_POST
def close_alike(request: HttpRequest, case_uuid: UUID) -> HttpResponse:
    """Write down what a person found of two accounts."""
    try:
        actions.close_case(
            case_uuid=case_uuid,
            finding=request.POST.get("finding", ""),
            note=request.POST.get("note", ""),
            by=_reviewer(request),
            at=timezone.now(),
        )
    except actions.DecisionRefused as why:
        messages.error(request, str(DECISION_REFUSALS[why.code]))
    else:
        messages.success(request, _("已写入。"))
    return redirect("proctoring:alike")


@login_required
@never_cache
@require_GET
def show_figures(request: HttpRequest) -> HttpResponse:
    """Show how the checks of the last days went."""
    _reviewer(request)
    found = figures(timezone.now() - timedelta(days=DAYS_SHOWN))
    signals = (
        (
            "light",
            _("光线"),
            _("误判信号：按光线"),
            "bar",
            [(str(LIGHTS[share.name]), share) for share in found.by_light],
        ),
        (
            "device",
            _("设备"),
            _("误判信号：按设备"),
            "bar",
            [(str(DEVICES[share.name]), share) for share in found.by_device],
        ),
        (
            "hour",
            _("时段"),
            _("误判信号：按时段"),
            "days",
            [(_("%(hour)s 时") % {"hour": share.name}, share) for share in found.by_hour],
        ),
    )
    context = {
        "figures": found,
        "days": DAYS_SHOWN,
        "ways": [(WAYS.get(way, way), n) for way, n in found.by_way],
        "reasons": [(REASONS.get(code, code), n) for code, n in found.by_reason],
        "passing": _drawn("days", [(day.day[5:], day.percent) for day in found.by_day], unit="%"),
        "signals": [
            (
                name,
                title,
                heading,
                rows,
                _drawn(shape, [(words, share.signal_percent) for words, share in rows], unit="%"),
            )
            for name, title, heading, shape, rows in signals
        ],
        "waits": (waits := [(_wait_words(hours), n) for hours, n in found.waits]),
        "waiting": _drawn("bar", waits),
    }
    return render(request, "proctoring/figures.html", context)


def _drawn(shape: str, rows: list[tuple[str, int]], *, unit: str = "") -> dict[str, object]:
    """Return what analytics/chart.js draws. shape: "days" is a line from left to right, all else bars one below another."""
    most = 100 if unit == "%" else None
    return {
        "shape": shape,
        "unit": unit,
        "most": most,
        "labels": [words for words, _n in rows],
        "amounts": [n for _words, n in rows],
    }


def _wait_words(hours: int | None) -> str:
    return _("超过 3 天") if hours is None else _("%(n)s 小时内") % {"n": hours}
