"""The desk's pages: a learner's day, an hour opened, the leads. They only read; each look is filed by its deed."""

from datetime import date
from http import HTTPStatus

from django.contrib.auth.models import AbstractUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from analytics.audit import desk
from analytics.audit.opened_hours import NotAnHour, proved_count
from analytics.audit.views import desk_page, for_auditors
from analytics.learning_log.queries import TookTooLong

TOO_WIDE = HTTPStatus.UNPROCESSABLE_ENTITY


@for_auditors
def learner_day(request: HttpRequest, by: AbstractUser, learner_id: int, day: str) -> HttpResponse:
    """One learner's day as a line, with its records below."""
    try:
        wanted = date.fromisoformat(day)
        shown = desk.view_day(by=by, learner_id=learner_id, day=wanted, at=timezone.now())
    except (ValueError, OverflowError):
        raise Http404(gettext("没有这一天。")) from None
    except TookTooLong:
        return render(request, "analytics/audit/leads.html", {"too_wide": True}, status=TOO_WIDE)
    return desk_page(
        request,
        by,
        "analytics/audit/learner_day.html",
        {"shown": shown, "sight_person": learner_id, "learner_text": str(learner_id)},
    )


@for_auditors
def hour(request: HttpRequest, by: AbstractUser, record_id: int) -> HttpResponse:
    """One credited hour from the records of watching to the certificate, each with its proof."""
    try:
        opened = desk.open_credited_hour(by=by, record_id=record_id, at=timezone.now())
    except NotAnHour:
        raise Http404(gettext("这一号记录不是记入学时的记录。")) from None
    except TookTooLong:
        return render(request, "analytics/audit/leads.html", {"too_wide": True}, status=TOO_WIDE)
    proved, of_all = proved_count(opened.steps)
    context = {"opened": opened, "proved": proved, "of_all": of_all, "sight_person": opened.award.learner_id}
    return desk_page(request, by, "analytics/audit/hour.html", context)


@for_auditors
def leads(request: HttpRequest, by: AbstractUser) -> HttpResponse:
    """What to look at first."""
    try:
        found = desk.view_leads(by=by, at=timezone.now())
    except TookTooLong:
        return render(request, "analytics/audit/leads.html", {"too_wide": True}, status=TOO_WIDE)
    return desk_page(request, by, "analytics/audit/leads.html", {"leads": found})
