"""The pages of the reading room. All of them only read; each look is written down by its action."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import wraps
from http import HTTPStatus
from tempfile import TemporaryFile
from typing import Any, Concatenate, ParamSpec

from asgiref.sync import sync_to_async
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.views import redirect_to_login
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analytics.audit import actions, headings, held_words, queries
from analytics.audit.entry import must_be_allowed
from analytics.audit.forms import FilterForm
from analytics.audit.saved_filters import filters_of
from analytics.audit.sight import sight_of
from analytics.card_index.queries import filed_up_to
from analytics.learning_log.queries import NothingSealed, TookTooLong

P = ParamSpec("P")
AuditorsView = Callable[Concatenate[HttpRequest, AbstractUser, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_auditors(view: AuditorsView[P]) -> View[P]:
    """Send who is signed out to the sign-in page and back; whether the others may look is decided by the action."""

    return require_safe(for_writing_auditors(view))


def for_writing_auditors(view: AuditorsView[P]) -> View[P]:
    """Do the same for a page that files something; which methods it takes is its own decision."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, AbstractUser):
            return redirect_to_login(request.get_full_path())
        must_be_allowed(request.user)
        return view(request, request.user, *args, **kwargs)

    return guarded


def desk_page(
    request: HttpRequest, by: AbstractUser, template: str, context: dict[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Render a page of the desk with what this auditor may see of persons, for the line that says so."""
    return render(request, template, context | {"sight": sight_of(by.pk, timezone.now())}, status=status)


@for_auditors
def records(request: HttpRequest, by: AbstractUser) -> HttpResponse:
    """The list: today's log on top, the filter, the records that meet it.

    An address that says what was typed leads to one that does not.
    """
    now = timezone.now()
    form = FilterForm(request.GET, by=by.pk)
    if not form.is_valid():
        return _no_list(request, by, form, status=HTTPStatus.BAD_REQUEST)
    if form.speaks:
        return redirect(address_of(form, by))
    try:
        page = actions.look_through(by=by, asked=form.conditions(), cursor=form.cursor(), at=now)
    except TookTooLong:
        return _no_list(request, by, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form.offer_kinds(page.kinds)
    narrowed = headings.narrowed_to(form.conditions(), queries.language())
    persons = queries.persons_asked(form.conditions(), sight_of(by.pk, now))
    context = {
        "form": form,
        "today": queries.today(now),
        "page": page,
        "saved": filters_of(by.pk),
        "narrowed": [(each, form.without(each.facet)) for each in (*persons, *narrowed)],
        "filed": filed_up_to() if narrowed else 0,
    }
    return desk_page(request, by, "analytics/audit/records.html", context)


@require_POST
@for_writing_auditors
def find(request: HttpRequest, by: AbstractUser) -> HttpResponseBase:
    """Lead to the list for what was typed. By POST: names, numbers and network addresses stand in no address."""
    form = FilterForm(request.POST, by=by.pk)
    if not form.is_valid():
        return _no_list(request, by, form, status=HTTPStatus.BAD_REQUEST)
    return redirect(address_of(form, by))


def conditions_in_address(form: FilterForm, by: AbstractUser) -> str:
    """Hold back what was typed, and return the conditions as an address may hold them. Only after `is_valid`."""
    if words := form.unheld:
        form.held_back(held_words.hold(by=by, words=words, at=timezone.now()))
    return form.address


def address_of(form: FilterForm, by: AbstractUser) -> str:
    """Return the address of the list under the conditions of a valid form."""
    query = conditions_in_address(form, by)
    return f"{reverse('audit:records')}{'?' if query else ''}{query}"


@for_auditors
def record(request: HttpRequest, by: AbstractUser, record_id: int) -> HttpResponse:
    """One record: its sentence, its fields, the sealed bytes, and the hash recomputed here and now."""
    try:
        opened = actions.open_record(by=by, record_id=record_id, at=timezone.now())
    except actions.NoSuchRecord:
        raise Http404(gettext("日志里没有这一号记录。")) from None
    context = {"opened": opened, "row": opened.row, "sight_person": opened.row.learner_id}
    return desk_page(request, by, "analytics/audit/record.html", context)


@for_auditors
def export(request: HttpRequest, by: AbstractUser) -> HttpResponseBase:
    """The filtered list as a CSV file."""
    now = timezone.now()
    form = FilterForm(request.GET, by=by.pk)
    if not form.is_valid():
        return _no_list(request, by, form, status=HTTPStatus.BAD_REQUEST)
    try:
        file = actions.export(by=by, asked=form.conditions(), at=now)
    except TookTooLong:
        return _no_list(request, by, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    lines = _from_thread(file.lines) if isinstance(request, ASGIRequest) else file.lines
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = timezone.localtime(now).strftime("learning-log-%Y%m%d-%H%M%S.csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_auditors
def evidence(request: HttpRequest, by: AbstractUser, learner_id: int) -> HttpResponseBase:
    """One learner's records with their proofs, and the program that verifies them without us."""
    now = timezone.now()
    pack = TemporaryFile()  # noqa: SIM115 — the response closes it when it has been sent
    try:
        actions.take_evidence(by=by, learner_id=learner_id, into=pack, at=now)
    except (actions.NoSuchRecord, NothingSealed):
        raise Http404(gettext("这位学员还没有封存的记录。")) from None
    pack.seek(0)
    name = timezone.localtime(now).strftime(f"evidence-{learner_id}-%Y%m%d-%H%M%S.zip")
    return FileResponse(pack, as_attachment=True, filename=name, content_type="application/zip")


def _no_list(request: HttpRequest, by: AbstractUser, form: FilterForm, *, status: int) -> HttpResponse:
    """The page without its list. 400: the conditions are wrong, each error beside its field; 422: they are too wide."""
    form.offer_kinds(queries.kinds_without_counts())
    too_wide = status == HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "form": form,
        "today": queries.today(timezone.now()),
        "page": None,
        "too_wide": too_wide,
        "saved": filters_of(by.pk),
    }
    return desk_page(request, by, "analytics/audit/records.html", context, status=status)


async def _from_thread(lines: Iterator[str]) -> AsyncIterator[str]:
    # Under ASGI Django would gather a plain iterator whole before it sends the first byte.
    while (line := await sync_to_async(_next)(lines)) is not None:
        yield line


def _next(lines: Iterator[str]) -> str | None:
    return next(lines, None)
