"""The lists of the desk as files that spreadsheets open and do not run."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.accounts.roles import Role, person_of, require
from lms.enterprise import actions, queries
from lms.enterprise.desk_lists import LISTS, Asked, roster_rows
from lms.enterprise.desk_views import open_desk, person_row, roster_form
from lms.organisations.spreadsheets import list_answer

AT_ONCE = 1000


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def export(request: HttpRequest, organisation_uuid: UUID, form: str) -> StreamingHttpResponse | FileResponse:
    """Send the people of the present filter as CSV, row by row, or as XLSX."""
    desk = open_desk(request, organisation_uuid)
    chosen = roster_form(request, desk)
    lines = queries.roster(desk, chosen.wish(), today=timezone.localdate(), sort=chosen.sort)
    answer = list_answer(
        roster_rows(lines.iterator(chunk_size=AT_ONCE), lambda line: str(person_row(line)["word"])),
        form=form,
        name="roster",
    )
    actions.note_export(desk=desk, people=lines.count(), at=timezone.now(), by=person_of(request))
    return answer


@require_GET
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def desk_list(
    request: HttpRequest, organisation_uuid: UUID, name: str, form: str
) -> StreamingHttpResponse | FileResponse:
    """Send one list of the desk, whole, as CSV or XLSX."""
    desk = open_desk(request, organisation_uuid)
    wanted = LISTS.get(name)
    if wanted is None or (wanted.whole and not desk.is_whole):
        raise Http404
    asked = Asked(desk, person_of(request), timezone.now())
    answer = list_answer(wanted.rows(asked), form=form, name=name)
    actions.note_list_export(desk=desk, name=name, at=asked.at, by=asked.by)
    return answer
