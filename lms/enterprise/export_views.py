"""The roster as a file that spreadsheets open and do not run."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from openpyxl import Workbook

from analytics.domain.spreadsheet import BYTE_ORDER_MARK, csv_line, safe_cell
from lms.accounts.roles import Role, person_of, require
from lms.enterprise import actions, queries
from lms.enterprise.desk_views import open_desk, person_row, roster_form
from lms.enterprise.models import RosterLine

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 1000


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def export(
    request: HttpRequest, organisation_uuid: UUID, form: str
) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """Send the people of the present filter as CSV, row by row, or as XLSX."""
    desk = open_desk(request, organisation_uuid)
    chosen = roster_form(request, desk)
    lines = queries.roster(desk, chosen.wish(), today=timezone.localdate(), sort=chosen.sort)
    actions.note_export(desk=desk, people=lines.count(), at=timezone.now(), by=person_of(request))
    rows = _rows(lines.iterator(chunk_size=AT_ONCE))
    if form == "xlsx":
        return _xlsx(rows)
    answer = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="roster.csv"'
    return answer


def _rows(lines: Iterable[RosterLine]) -> Iterator[tuple[str, ...]]:
    yield (_("姓名"), _("项目部"), _("岗位"), _("证书编号"), _("周期截止"), _("还差学时"), _("情况"))
    for line in lines:
        row = person_row(line)
        yield (
            line.name,
            str(row["site"]),
            "、".join(row["posts"]),  # type: ignore[arg-type]  # a list of names
            "、".join(one["number"] for one in line.certificates if one["number"]),
            line.ends_on.isoformat() if line.ends_on else "",
            f"{line.missing.normalize():f}",
            str(row["word"]),
        )


def _csv(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    for row in rows:
        yield csv_line(row)


def _xlsx(rows: Iterable[tuple[str, ...]]) -> FileResponse:
    """Text stays text: a cell that begins like a formula is made safe, and none is written as one."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("花名册"))
    for row in rows:
        sheet.append([safe_cell(cell) for cell in row])
    out = TemporaryFile()  # noqa: SIM115 — the answer closes it
    book.save(out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename="roster.xlsx", content_type=XLSX)
