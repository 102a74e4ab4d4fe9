"""The pages of case files for auditors, and the page on which whoever was asked answers."""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from analytics.audit import case_packs, case_queries, cases, desk, queries
from analytics.audit.case_words import conclusion_word, subject_word
from analytics.audit.cases import CaseRefused, Question
from analytics.audit.house import house
from analytics.audit.models import LONGEST_TEXT, CaseFile
from analytics.audit.sight import sight_of
from analytics.audit.views import desk_page, for_auditors, for_writing_auditors

LONGEST_NUMBER = 4  # digits of a number of days


@require_http_methods(["GET", "HEAD", "POST"])
@for_writing_auditors
def all_cases(request: HttpRequest, by: AbstractUser) -> HttpResponseBase:
    """The cases, and the form for a new one; ?kind=…&ref=… fill it, ?closed=1 shows those that are over."""
    if request.method != "POST":
        return _list(request, by, "")
    try:
        case = cases.open_case(
            by=by,
            subject_kind=request.POST.get("kind", ""),
            subject_ref=request.POST.get("ref", ""),
            title=request.POST.get("title", ""),
            at=timezone.now(),
        )
    except CaseRefused as why:
        return _list(request, by, str(why))
    return redirect("audit:case", case.uuid)


def _list(request: HttpRequest, by: AbstractUser, wrong: str) -> HttpResponse:
    typed, closed = request.POST or request.GET, bool(request.GET.get("closed"))
    desk.view_page(by=by, page="cases", at=timezone.now())
    context = {
        "cases": case_queries.case_lines(sight_of(by.pk, timezone.now()), closed=closed),
        "closed": closed,
        "wrong": wrong,
        "kinds": [(kind, subject_word(kind)) for kind in CaseFile.Subject.values],
        "typed": {name: typed.get(name, "") for name in ("kind", "ref", "title")},
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return desk_page(request, by, "analytics/audit/cases.html", context, status=status)


@for_auditors
def case(request: HttpRequest, by: AbstractUser, case_uuid: UUID) -> HttpResponse:
    """One case: what is known, what was asked, what comes next."""
    return _case(request, by, case_uuid, "")


def _case(request: HttpRequest, by: AbstractUser, case_uuid: UUID, wrong: str) -> HttpResponse:
    now = timezone.now()
    found = case_queries.find_case(case_uuid, sight_of(by.pk, now), now)
    if found is None:
        raise Http404(gettext("没有这份案卷。"))
    desk.view_case(by=by, case_uuid=case_uuid, learner_id=found.learner_id, at=now)
    context = {
        "case": found,
        "wrong": wrong,
        "typed": request.POST,
        "conclusions": [(each, conclusion_word(each)) for each in CaseFile.Conclusion.values],
        "longest": LONGEST_TEXT,
        "sight_person": found.learner_id,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return desk_page(request, by, "analytics/audit/case.html", context, status=status)


@require_POST
@for_writing_auditors
def step(request: HttpRequest, by: AbstractUser, case_uuid: UUID) -> HttpResponseBase:
    """Write an entry, ask for an explanation, or close: `step` says which."""
    typed, now = request.POST, timezone.now()
    try:
        match typed.get("step"):
            case "entry":
                cases.write_entry(
                    by=by,
                    case_uuid=case_uuid,
                    kind=typed.get("kind", ""),
                    text=typed.get("text", ""),
                    about_record=_number(typed.get("about_record", "")),
                    at=now,
                )
            case "ask":
                cases.ask_explanation(by=by, case_uuid=case_uuid, question=_question(request), at=now)
            case "close":
                conclusion, text = typed.get("conclusion", ""), typed.get("text", "")
                cases.close_case(by=by, case_uuid=case_uuid, conclusion=conclusion, text=text, at=now)
            case _:
                return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    except CaseRefused as why:
        return _case(request, by, case_uuid, str(why))
    return redirect("audit:case", case_uuid)


@for_auditors
def pack(request: HttpRequest, by: AbstractUser, case_uuid: UUID) -> HttpResponseBase:
    """The case as a zip: the report, signed where the house has a key, what was written, and the evidence pack."""
    taken = case_packs.take_case(by=by, case_uuid=case_uuid, at=timezone.now())
    if taken is None:
        raise Http404(gettext("没有这份案卷。"))
    response = HttpResponse(taken.content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{taken.number}.zip"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD"])
def explanations(request: HttpRequest) -> HttpResponseBase:
    """What I am asked to explain."""
    if not isinstance(request.user, AbstractUser):
        return redirect_to_login(request.get_full_path())
    now, due = timezone.now(), house().working_days()
    asked = [(one, case_queries.term_of(one, due, now)) for one in case_queries.questions_to(request.user, now)]
    return render(request, "analytics/audit/explanations.html", {"asked": asked})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def explanation(request: HttpRequest, request_uuid: UUID) -> HttpResponseBase:
    """One question and its answer, for those to whom it was put and for nobody else."""
    if not isinstance(request.user, AbstractUser):
        return redirect_to_login(request.get_full_path())
    now, wrong = timezone.now(), ""
    asked = case_queries.question_to(request.user, request_uuid, now)
    if asked is None:
        raise PermissionDenied(gettext("这份说明不是向您或您管理的单位要求的。"))
    if request.method == "POST":
        try:
            cases.give_explanation(
                by=request.user, request_uuid=request_uuid, text=request.POST.get("text", ""), at=now
            )
        except CaseRefused as why:
            wrong = str(why)
        else:
            return redirect("audit:explanation", request_uuid)
    context = {
        "asked": asked,
        "number": case_queries.number_of(asked.case_id),
        "term": case_queries.term_of(asked, house().working_days(), now),
        "wrong": wrong,
        "text": request.POST.get("text", ""),
        "longest": LONGEST_TEXT,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "analytics/audit/explanation.html", context, status=status)


def _question(request: HttpRequest) -> Question:
    """Raise CaseRefused for an addressee or a period that is none."""
    typed = request.POST
    days = typed.get("working_days", "")
    if not (days.isascii() and days.isdecimal() and len(days) <= LONGEST_NUMBER):
        raise CaseRefused("period")
    whom = typed.get("whom", "").strip()
    if queries.is_id(whom):
        return Question(text=typed.get("text", ""), working_days=int(days), person_id=int(whom))
    return Question(text=typed.get("text", ""), working_days=int(days), organisation_uuid=_organisation(whom))


def _organisation(whom: str) -> UUID:
    try:
        return UUID(cases.organisation_named(whom))
    except ValueError:
        raise CaseRefused("addressee") from None


def _number(text: str) -> int | None:
    """Raise CaseRefused for a number that is none: it must not be dropped in silence."""
    if not text.strip():
        return None
    if not queries.is_record_number(text.strip()):
        raise CaseRefused("subject")
    return int(text)
