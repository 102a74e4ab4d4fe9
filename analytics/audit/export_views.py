"""The pages of files in the making, and of searches that an auditor keeps."""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from analytics.audit import background_exports, saved_filters, tasks
from analytics.audit.background_exports import ExportRefused
from analytics.audit.export_words import told_conditions
from analytics.audit.forms import FilterForm
from analytics.audit.models import LogExport
from analytics.audit.ranges import first_byte, part_of
from analytics.audit.saved_filters import NotSaved
from analytics.audit.views import address_of, conditions_in_address, desk_page, for_auditors, for_writing_auditors
from analytics.learning_log.queries import TookTooLong

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_writing_auditors
def all_exports(request: HttpRequest, by: AbstractUser) -> HttpResponseBase:
    """The files so far, and the form for another one of the search in the address."""
    form = FilterForm(QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET, by=by.pk)
    if not form.is_valid():
        return _list(request, by, "query", "")
    query = conditions_in_address(form, by)
    if request.method != "POST":
        return _list(request, by, "", query)
    try:
        row = background_exports.ask_export(
            by=by, asked=form.conditions(), file_format=request.POST.get("format", ""), at=timezone.now()
        )
    except ExportRefused as why:
        return _list(request, by, str(why), query)
    except TookTooLong:
        return _list(request, by, "too_wide", query)
    tasks.make_export.delay_on_commit(row.pk)  # type: ignore[attr-defined]  # Celery's Django tasks have it, its stubs do not
    return redirect("audit:exports")


def _list(request: HttpRequest, by: AbstractUser, wrong: str, query: str) -> HttpResponse:
    files = background_exports.exports_of(by.pk)
    context = {
        "files": zip(
            files, told_conditions((file, background_exports.sight_of_file(file)) for file in files), strict=True
        ),
        "working": any(file.state in {LogExport.State.QUEUED, LogExport.State.RUNNING} for file in files),
        "query": query,
        "wrong": wrong,
        "pdf_rows": background_exports.PDF_ROWS,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return desk_page(request, by, "analytics/audit/exports.html", context, status=status)


@for_auditors
def export_file(request: HttpRequest, by: AbstractUser, export_uuid: UUID) -> HttpResponseBase:
    """One finished file, whole or from where a download was broken off."""

    def begins(row: LogExport) -> bool:
        span = first_byte(request, row.size_bytes, f'"{row.sha256}"')
        return span is not None and span[0] == 0

    try:
        row, content = background_exports.open_file(by=by, export_uuid=export_uuid, at=timezone.now(), begins=begins)
    except ExportRefused:
        raise Http404(gettext("没有这个文件，或已经过期。")) from None
    etag = f'"{row.sha256}"'
    response = part_of(content.open("rb"), row.size_bytes, etag, first_byte(request, row.size_bytes, etag))
    response["Content-Type"] = CONTENT_TYPES[row.format]
    name = timezone.localtime(row.asked_at).strftime(f"learning-log-%Y%m%d-%H%M%S.{row.format}")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@for_writing_auditors
def save_filter(request: HttpRequest, by: AbstractUser) -> HttpResponseBase:
    """Keep the search of the page under a name, or (forget=id) let one go."""
    form = FilterForm(QueryDict(request.POST.get("query", "")), by=by.pk)
    query = conditions_in_address(form, by) if form.is_valid() else ""
    if (forgotten := request.POST.get("forget", "")).isdecimal():
        saved_filters.forget_filter(by=by, filter_id=int(forgotten[:18]))
    else:
        try:
            saved_filters.save_filter(by=by, name=request.POST.get("name", ""), query=query, at=timezone.now())
        except NotSaved:
            return HttpResponse(
                gettext("没有保存：请给查询起一个不超过 60 字的名称，并至少填一个条件。"),
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                content_type="text/plain; charset=utf-8",
            )
    return redirect(f"{reverse('audit:records')}{'?' if query else ''}{query}")


@for_auditors
def saved_filter(request: HttpRequest, by: AbstractUser, filter_id: int) -> HttpResponseBase:
    """Lead to the list of one of one's own searches; what it was kept with stands in no address."""
    kept = saved_filters.find_filter(by=by, filter_id=filter_id)
    if kept is None:
        raise Http404(gettext("没有这个查询，可能已经删除。"))
    form = FilterForm(QueryDict(kept.query), by=by.pk)
    # What can no longer be read is shown by the list, which says what is wrong.
    return redirect(address_of(form, by) if form.is_valid() else f"{reverse('audit:records')}?{form.address}")
