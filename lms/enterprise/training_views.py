"""Training at work: the manager's pages. Everything is asked of the person's own company, and nobody else's opens."""

from io import BytesIO
from uuid import UUID

import segno
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.accounts.roles import Role, person_of, require
from lms.enterprise import actions, queries
from lms.enterprise.actions import BadRows
from lms.enterprise.companies import company_of, demand_company
from lms.enterprise.domain.on_site_code import code_at, seconds_left
from lms.enterprise.domain.training import TrainingRefused
from lms.enterprise.forms import PaperForm, PlanForm, SheetForm
from lms.enterprise.queries.secrets import secret_of
from lms.enterprise.sentences import PILLS, mistake_sentence, refusal_sentence
from lms.organisations.queries import staff_of
from lms.reviews.domain.evidence import BadFile
from lms.reviews.queries import open_evidence
from lms.reviews.safe_files import safe_file
from lms.reviews.sentences import refusal_sentence as file_sentence

MISTAKES_SHOWN = 100


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """Show a company's trainings and the ways to enter new ones."""
    place = company_of(request)
    rows = [(row, PILLS[row.state]) for row in queries.trainings_of(place.id)] if place else []
    return render(request, "enterprise/trainings.html", {"place": place, "rows": rows})


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a session on site."""
    place = demand_company(request)
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.plan_training(
                organisation_id=place.id, plan=form.as_plan(), at=timezone.now(), by=person_of(request)
            )
        except TrainingRefused as error:
            form.add_error(None, refusal_sentence(error))
        else:
            return redirect("enterprise:training", row.uuid)
    return render(request, "enterprise/plan.html", {"place": place, "form": form})


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def sheet(request: HttpRequest) -> HttpResponse:
    """Enter past training from a spreadsheet; what is wrong is listed by row and column, and nothing is taken."""
    place = demand_company(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    mistakes: list[tuple[int, str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.enter_rows(
                organisation_id=place.id,
                title=form.cleaned_data["title"],
                content=form.cleaned_data["sheet"].read(),
                at=timezone.now(),
                by=person_of(request),
            )
        except TrainingRefused as error:
            form.add_error("sheet", refusal_sentence(error))
        except BadRows as error:
            mistakes = [(one.row, one.column, mistake_sentence(one)) for one in error.mistakes]
        else:
            return redirect("enterprise:training", row.uuid)
    context = {"place": place, "form": form, "mistakes": mistakes[:MISTAKES_SHOWN], "mistake_count": len(mistakes)}
    return render(request, "enterprise/sheet.html", context)


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def training(request: HttpRequest, training_uuid: UUID) -> HttpResponse:
    """Show one training of one's company; on POST do what the pressed button says."""
    person, now = person_of(request), timezone.now()
    page = queries.training_for_manager(person, training_uuid, on=timezone.localdate(now))
    if page is None:
        raise Http404(_("没有这次培训，或者它不是您单位的。"))
    if request.method == "POST":
        try:
            messages.success(request, _deed(request, training_uuid))
        except TrainingRefused as error:
            messages.error(request, refusal_sentence(error))
        except BadFile as error:
            messages.error(request, file_sentence(error))
        return redirect("enterprise:training", training_uuid)
    there = {one.learner_id for one in page.attendances}
    staff = staff_of(page.training.organisation_id, on=timezone.localdate(now))
    context = {
        "page": page,
        "pill": PILLS[page.training.state],
        "paper_form": PaperForm(),
        "absent": [one for one in staff if one.user_id not in there],
        "is_over": page.training.ends_at is None or now >= page.training.ends_at,
        "is_open": page.training.is_open_for_signing(now),
    }
    return render(request, "enterprise/training.html", context)


def _deed(request: HttpRequest, uuid: UUID) -> str:
    now, person = timezone.now(), person_of(request)
    if request.FILES:
        form = PaperForm(request.POST, request.FILES)
        if not form.is_valid():
            raise BadFile("empty")
        actions.add_paper(training_uuid=uuid, upload=form.cleaned_data["paper"], at=now, by=person)
        return _("已上传。")
    if "add" in request.POST:
        count = actions.add_from_sheet(
            training_uuid=uuid, people=_uuids(request.POST.getlist("people")), at=now, by=person
        )
        return _("已按签到表补登 %(count)d 人。") % {"count": count}
    if "hand_in" in request.POST:
        actions.hand_in(training_uuid=uuid, at=now, by=person)
        return _("已提交，等待审核。")
    if "cancel" in request.POST:
        actions.cancel_training(training_uuid=uuid, at=now, by=person)
        return _("已取消。")
    raise TrainingRefused("not_now")


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def code(request: HttpRequest, training_uuid: UUID) -> HttpResponse:
    """Show the code of this half minute, large, for a screen in the room; the page asks again by itself."""
    now = timezone.now()
    page = queries.training_for_manager(person_of(request), training_uuid, on=timezone.localdate(now))
    if page is None:
        raise Http404(_("没有这次培训，或者它不是您单位的。"))
    context: dict[str, object] = {"page": page, "is_open": page.training.is_open_for_signing(now)}
    if context["is_open"]:
        shown = code_at(secret_of(training_uuid), now)
        address = request.build_absolute_uri(reverse("enterprise:sign", args=[training_uuid]))
        context |= {"code": shown, "seconds_left": seconds_left(now), "qr": _picture(f"{address}?code={shown}")}
    return render(request, "enterprise/code.html", context)


@require_GET
@require(Role.ENTERPRISE_MANAGER, Role.REVIEWER)
@never_cache
def paper(request: HttpRequest, evidence_uuid: UUID) -> HttpResponse | FileResponse:
    """Hand out a paper of a training, or a picture of somebody signing in.

    To the company's managers and to reviewers of its area; to nobody else.
    """
    found = open_evidence(evidence_uuid)
    if found is None:
        raise Http404
    facts, content = found
    person, today, uuid = person_of(request), timezone.localdate(), queries.training_of_evidence(facts.subject)
    may = queries.training_for_manager(person, uuid, on=today) or queries.training_for_reviewer(person, uuid, on=today)
    if facts.subject_kind != "training" or not may:
        content.close()
        raise Http404
    return safe_file(facts, content)


def _uuids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        raise TrainingRefused("not_your_people") from None


def _picture(address: str) -> str:
    """A QR code as SVG, drawn by segno from our own address: nothing in it comes from a person."""
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=2)
    return mark_safe(out.getvalue().decode())  # noqa: S308 — see above
