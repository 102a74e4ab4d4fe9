"""What is done for many people of a desk: reminders, enrolment, certificates, moving, leaving; and how far it has come.

Whom a deed is for stands in the address: the filter of the roster, or the people that were ticked on it.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from content.queries import edition_outlines
from lms.accounts.roles import Role, person_of, require
from lms.commerce.queries.seating import Seating, seated_among, seatings_of
from lms.enterprise import actions, queries, tasks
from lms.enterprise.desk_sentences import PASSED_OVER, passed_over_rows, refusal_sentence
from lms.enterprise.desk_views import desk_context, open_desk, person_row, roster_form
from lms.enterprise.domain.desk import DeskRefused
from lms.enterprise.domain.jobs import JobState
from lms.enterprise.models import DeskJob
from lms.enterprise.queries.courses import open_courses

NAMES_SHOWN = 12
JOBS_PER_PAGE = 30
REMINDERS_SHOWN = 20
WHOLE_COMPANY = frozenset({"enrol", "move", "leave"})
TITLES: dict[str, Callable[[], str]] = {
    "remind": lambda: _("提醒学习"),
    "papers": lambda: _("打包证书"),
    "enrol": lambda: _("报名与分配席位"),
    "move": lambda: _("调到项目部"),
    "leave": lambda: _("登记离职"),
}


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def deed(request: HttpRequest, organisation_uuid: UUID, name: str) -> HttpResponse:
    """Show for whom a deed would be done and what it costs; on POST do it, or ask for it."""
    desk, today = open_desk(request, organisation_uuid), timezone.localdate()
    if name not in TITLES or (name in WHOLE_COMPANY and not desk.is_whole):
        raise Http404
    form = roster_form(request, desk)
    wish = form.wish()
    # A bookmark may open wide where a site is no more; a deed may not: nobody is meant by a filter that cannot be read.
    unclear = bool(form.errors) or ("person" in request.GET and not wish.people)
    people = () if unclear else queries.ids_on(desk, wish, today=today, limit=actions.MOST_PEOPLE + 1)
    if request.method == "POST":
        try:
            return _done(request, desk, name, people)
        except DeskRefused as error:
            messages.error(request, refusal_sentence(error))
            return redirect(request.get_full_path())
    shown = () if unclear else queries.roster(desk, wish, today=today)[:NAMES_SHOWN]
    context = {
        **desk_context(request, desk),
        "name": name,
        "title": TITLES[name](),
        "count": len(people),
        "too_many": len(people) > actions.MOST_PEOPLE,
        "shown": [person_row(line) for line in shown],
        "more": max(len(people) - NAMES_SHOWN, 0),
        "is_unclear": unclear,
        "is_ticked": bool(wish.people),
        "rule": [] if unclear or wish.people else form.words(),
        "sites": queries.sites_on(desk) if name == "move" else (),
    }
    if name == "enrol":
        context |= _seats(request, desk, people)
    elif name == "remind":
        context["preview"] = queries.remind_preview(desk, people, at=timezone.now())
    return render(request, f"enterprise/deed_{name}.html", context)


def _done(request: HttpRequest, desk: queries.Desk, name: str, people: tuple[int, ...]) -> HttpResponse:
    organisation_uuid = desk.organisation.uuid
    at, by = timezone.now(), person_of(request)
    if not people:
        raise DeskRefused("nobody_chosen")
    if len(people) > actions.MOST_PEOPLE:
        raise DeskRefused("too_many_people")
    if name == "move":
        wanted = request.POST.get("to", "")
        moved = actions.move_people(
            organisation_uuid=organisation_uuid,
            people=people,
            site_uuid=_uuid(wanted) if wanted else None,
            at=at,
            by=by,
        )
        messages.success(request, _("已调动 %(count)d 人。") % {"count": moved})
        return redirect("enterprise:people", organisation_uuid)
    if name == "leave":
        if request.POST.get("sure") != str(len(people)):  # as many as were shown: others may have come in meanwhile
            raise DeskRefused("not_sure")
        left, seats = actions.let_go(organisation_uuid=organisation_uuid, people=people, at=at, by=by)
        messages.success(
            request,
            _("已登记 %(count)d 人离职，收回席位 %(seats)d 个。学时和证书归本人，不受影响。")
            % {"count": left, "seats": seats},
        )  # fmt: skip
        return redirect("enterprise:people", organisation_uuid)
    if name == "remind":
        job = actions.ask_reminders(organisation_uuid=organisation_uuid, people=people, at=at, by=by)
    elif name == "papers":
        job = actions.ask_papers(organisation_uuid=organisation_uuid, people=people, at=at, by=by)
    else:
        job = actions.ask_enrolment(
            organisation_uuid=organisation_uuid,
            product_id=_number(request.POST.get("product")),
            edition_ids=[_number(text) for text in request.POST.getlist("edition")],
            people=people,
            at=at,
            by=by,
        )
    tasks.ring_job(job.uuid)
    return redirect("enterprise:job", organisation_uuid, job.uuid)


def _seats(request: HttpRequest, desk: queries.Desk, people: tuple[int, ...]) -> dict[str, object]:
    """Return what can be given, with what it takes and costs for these people."""
    seatings = seatings_of(desk.organisation.id, on=timezone.localdate())
    wanted = _number(request.GET.get("product"))
    chosen = next((one for one in seatings if one.product_id == wanted), None)
    if chosen is None:
        return {"seatings": [(one, _need(desk, one, people)) for one in seatings], "chosen": None}
    need = _need(desk, chosen, people)
    outlines = edition_outlines(chosen.edition_ids)
    return {
        "seatings": [],
        "chosen": chosen,
        "need": need,
        "have": len(people) - need,
        "short": max(need - chosen.free, 0),
        "cost": max(need - chosen.free, 0) * (chosen.unit_minor or 0),
        "titles": [outlines[one].course_title for one in chosen.edition_ids if one in outlines],
        "courses": () if chosen.edition_ids else open_courses(queries.posts_on(desk)),
    }


def _need(desk: queries.Desk, seating: Seating, people: tuple[int, ...]) -> int:
    return len(people) - len(seated_among(desk.organisation.id, seating.product_id, people))


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def jobs(request: HttpRequest, organisation_uuid: UUID) -> HttpResponse:
    """Show what was asked for, the newest first."""
    desk = open_desk(request, organisation_uuid)
    page = Paginator(queries.jobs_on(desk, person_of(request)), JOBS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **desk_context(request, desk),
        "page": page,
        "rows": list(page),
        "reminders": queries.reminders_on(desk)[:REMINDERS_SHOWN],
    }
    return render(request, "enterprise/jobs.html", context)


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def job(request: HttpRequest, organisation_uuid: UUID, job_uuid: UUID) -> HttpResponse:
    """Show how far a job has come; the page asks again by itself until it is over. On POST stop it."""
    desk = open_desk(request, organisation_uuid)
    row = _job(request, desk, job_uuid)
    if request.method == "POST":
        try:
            actions.cancel_job(job_uuid=row.uuid, at=timezone.now(), by=person_of(request))
        except DeskRefused as error:
            messages.error(request, refusal_sentence(error))
        return redirect("enterprise:job", organisation_uuid, job_uuid)
    context = {
        **desk_context(request, desk),
        "job": row,
        "total": len(row.people),
        "is_over": JobState(row.state).is_over,
        "passed_over": passed_over_rows(row.passed_over),
        "trouble": str(PASSED_OVER.get(row.trouble, "")),
    }
    return render(request, "enterprise/job.html", context)


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def job_file(request: HttpRequest, organisation_uuid: UUID, job_uuid: UUID) -> FileResponse:
    """Hand out what a job has made, to those who may see the job."""
    desk = open_desk(request, organisation_uuid)
    row = _job(request, desk, job_uuid)
    gone = Http404(_("文件已清理，或者没有可打包的证书。请重新打包。"))
    if not row.file_name or not (desk.is_whole or queries.all_on(desk, row.people)):
        raise gone
    try:
        content = storages["private"].open(row.file_name)
    except FileNotFoundError:
        raise gone from None
    return FileResponse(content, as_attachment=True, filename="certificates.zip", content_type="application/zip")


def _job(request: HttpRequest, desk: queries.Desk, job_uuid: UUID) -> DeskJob:
    row = queries.job_on(desk, person_of(request), job_uuid)
    if row is None:
        raise Http404(_("没有这项办理，或者它不是您单位的。"))
    return row


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else 0  # noqa: PLR2004 — of a bigint


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise DeskRefused("no_such_site") from None
