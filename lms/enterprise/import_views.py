"""The import of staff: the manager's pages. Everything is asked of the person's own company, and nobody else's opens."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.accounts.roles import Role, person_of, require
from lms.enterprise import actions, queries, tasks
from lms.enterprise.companies import company_of, demand_company
from lms.enterprise.domain.roster_file import ListRefused
from lms.enterprise.domain.roster_outcome import Outcome
from lms.enterprise.import_copies import copy_of, empty_template
from lms.enterprise.import_forms import ColumnsForm, ListForm
from lms.enterprise.import_sentences import PILLS, fault_place, fault_sentence, refusal_sentence, sentence_of_code
from lms.enterprise.imports.workbook_parts import CONTENT_TYPE
from lms.enterprise.queries import ImportFacts

FAULTS_SHOWN = 100
ROWS_SHOWN = 20
_DONE_OUTCOMES = (Outcome.NEW, Outcome.JOINED, Outcome.CHANGED, Outcome.MOVING)


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def imports(request: HttpRequest) -> HttpResponse:
    """Show a company's imports; on POST take in a list."""
    place = company_of(request) if request.method == "GET" else demand_company(request)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and place is not None and form.is_valid():
        upload = form.cleaned_data["list"]
        try:
            row = actions.receive_list(
                organisation_id=place.id,
                name=upload.name,
                content=upload.read(),
                at=timezone.now(),
                by=person_of(request),
            )
        except ListRefused as error:
            form.add_error("list", refusal_sentence(error))
        else:
            return redirect("enterprise:import", row.uuid)
    rows = [(row, PILLS[row.state]) for row in queries.imports_of(place.id)] if place else []
    counts = queries.letter_counts(place.id, at=timezone.now()) if place else {}
    return render(request, "enterprise/imports.html", {"place": place, "form": form, "rows": rows, "letters": counts})


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def one_import(request: HttpRequest, import_uuid: UUID) -> HttpResponse:
    """Show an import as far as it has come; on POST do what the pressed button says."""
    facts = _own(request, import_uuid)
    if request.method == "POST" and "map" not in request.POST:
        return _deed(request, facts)
    if request.method == "POST" or facts.state == "mapping" or ("columns" in request.GET and facts.state == "checked"):
        return _mapping(request, facts)
    context: dict[str, object] = {"run": facts, "pill": PILLS[facts.state]}
    if facts.trouble:
        context["trouble"] = sentence_of_code(facts.trouble)
    if facts.state == "checked" or facts.was_confirmed:
        refused = queries.rows_of_import(facts.id, outcomes=(Outcome.REFUSED,), limit=FAULTS_SHOWN)
        context["faults"] = [
            (fault_place(fault, sheet=facts.sheet, row=row.number), row.name, fault_sentence(fault))
            for row in refused
            for fault in row.faults
        ]
        context["sample"] = queries.rows_of_import(facts.id, outcomes=_DONE_OUTCOMES, limit=ROWS_SHOWN)
        context["faults_shown"] = FAULTS_SHOWN
    return render(request, "enterprise/import.html", context)


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def import_progress(request: HttpRequest, import_uuid: UUID) -> JsonResponse:
    """Say how far an import has come, for a page whose socket does not open."""
    facts = _own(request, import_uuid)
    return JsonResponse({"moving": facts.is_moving, "done": facts.rows_done, "total": facts.rows_total})


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def import_copy(request: HttpRequest, import_uuid: UUID) -> HttpResponse:
    """Hand out the list with remarks in the cells that are to be mended."""
    facts = _own(request, import_uuid)
    try:
        content = copy_of(facts, at=timezone.now(), by=person_of(request))
    except ListRefused as error:
        messages.error(request, refusal_sentence(error))
        return redirect("enterprise:import", import_uuid)
    return _workbook(content, _("名单-带批注.xlsx"))


@require_GET
@require(Role.ENTERPRISE_MANAGER)
def import_template(request: HttpRequest) -> HttpResponse:
    """Hand out the empty list."""
    return _workbook(empty_template(), _("员工名单模板.xlsx"))


def _mapping(request: HttpRequest, facts: ImportFacts) -> HttpResponse:
    wanted = request.POST.get("sheet") or request.GET.get("sheet") or facts.sheet
    sheet = next((one for one in facts.sheets if one["name"] == wanted), None)
    if sheet is None:
        raise Http404(sentence_of_code("no_such_sheet"))
    found = facts.columns if wanted == facts.sheet else sheet["columns"]
    form = ColumnsForm(
        request.POST or None, headings=sheet["headings"], found=found, head_known=sheet.get("head_known", True)
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.choose_columns(
                import_uuid=facts.uuid,
                sheet=wanted,
                columns=form.columns(),
                has_head=form.has_head(),
                at=timezone.now(),
                by=person_of(request),
            )
        except ListRefused as error:
            form.add_error(None, refusal_sentence(error))
        else:
            tasks.ring(row.pk)
            return redirect("enterprise:import", facts.uuid)
    tabs = [
        (one["name"], f"?{urlencode({'columns': 1, 'sheet': one['name']})}", one["name"] == wanted)
        for one in facts.sheets
    ]
    context = {"run": facts, "form": form, "sheet": wanted, "tabs": tabs if len(tabs) > 1 else []}
    return render(request, "enterprise/import_columns.html", context)


def _deed(request: HttpRequest, facts: ImportFacts) -> HttpResponse:
    now, person = timezone.now(), person_of(request)
    try:
        if "confirm" in request.POST:
            row = actions.confirm_import(import_uuid=facts.uuid, at=now, by=person)
            tasks.ring(row.pk)
        elif "cancel" in request.POST:
            actions.cancel_import(import_uuid=facts.uuid, at=now, by=person)
        else:
            raise ListRefused("not_now")
    except ListRefused as error:
        messages.error(request, refusal_sentence(error))
    return redirect("enterprise:import", facts.uuid)


def _own(request: HttpRequest, import_uuid: UUID) -> ImportFacts:
    facts = queries.import_for_manager(person_of(request), import_uuid, on=timezone.localdate())
    if facts is None:
        raise Http404(sentence_of_code("not_your_import"))
    return facts


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
