"""The desk of an organisation, the area of an authority, and where one belongs."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.accounts.roles import Role, person_of, require, roles_of
from lms.organisations import actions, queries
from lms.organisations.domain.refusals import NotAllowed, OrganisationsError
from lms.organisations.forms import NoticeForm
from lms.organisations.models import Organisation
from lms.organisations.sentences import sentence_for
from lms.organisations.working_days_page import notice_rows, working_days_page

PEOPLE_PER_PAGE = 50
ORGANISATIONS_PER_PAGE = 50


@require_GET
@require(Role.ENTERPRISE_MANAGER, Role.INSTITUTION_MANAGER)
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """Show a manager one of their organisations and its people; `?organisation=` chooses, `?q=` looks for a name."""
    today = timezone.localdate()
    managed = queries.managed_by(person_of(request), on=today)
    if not managed:
        return render(request, "organisations/desk.html", {"managed": managed})
    place = _chosen(managed, request.GET.get("organisation", ""))
    staff = queries.staff_of(place.id, on=today)
    wanted = request.GET.get("q", "").strip()
    found = [person for person in staff if wanted in person.name]
    context = {
        "managed": managed,
        "place": place,
        "figures": queries.figures_of(staff),
        "page": Paginator(found, PEOPLE_PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
    }
    return render(request, "organisations/desk.html", context)


def _chosen(managed: tuple[queries.OrganisationFacts, ...], wanted: str) -> queries.OrganisationFacts:
    """Return the organisation asked for by uuid, the first one if none is; another manager's is refused."""
    if not wanted:
        return managed[0]
    for place in managed:
        if str(place.uuid) == wanted:
            return place
    raise PermissionDenied(gettext("您不是这家单位的管理员，看不到它的人员。"))


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER, Role.INSTITUTION_MANAGER)
@never_cache
def reset_password(request: HttpRequest, organisation_uuid: UUID, person_uuid: UUID) -> HttpResponse:
    """Ask whether to give a person a temporary password; on POST give it, and show it this once."""
    today = timezone.localdate()
    managed = queries.managed_by(person_of(request), on=today)
    place = _chosen(managed, str(organisation_uuid))
    person = queries.staff_member(place.id, person_uuid, on=today)
    if person is None:
        raise Http404(gettext("这位人员不在您的单位里。"))
    context = {"place": place, "person": person}
    if request.method == "POST":
        try:
            context["password"] = actions.reset_member_password(
                organisation=get_object_or_404(Organisation, pk=place.id),
                person_id=person.user_id,
                at=timezone.now(),
                by=person_of(request),
            )
        except OrganisationsError as error:
            raise PermissionDenied(sentence_for(error)) from error
    return render(request, "organisations/reset_password.html", context)


@require_GET
@require(Role.AUTHORITY)
@never_cache
def area(request: HttpRequest) -> HttpResponse:
    """Show an authority what stands in its area; `?kind=` chooses the list."""
    prefixes = queries.area_of(person_of(request), on=timezone.localdate())
    kinds = queries.kinds_in(prefixes)
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in kinds else Organisation.Kind.ENTERPRISE.value
    found = queries.organisations_in(prefixes, kind=kind)
    context = {
        "regions": queries.regions_in(prefixes),
        "kinds": [(Organisation.Kind(name), number) for name, number in kinds.items()],
        "total": sum(kinds.values()),
        "kind": Organisation.Kind(kind),
        "tabs": [(str(Organisation.Kind(name).label), f"?kind={name}", name == kind) for name in kinds],
        "by_region": queries.counts_by_region(prefixes),
        "page": Paginator(found, ORGANISATIONS_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "organisations/area.html", context)


@require_GET
@login_required
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """Show a person the organisations they belong to."""
    places = queries.organisations_of(person_of(request), on=timezone.localdate())
    return render(request, "organisations/mine.html", {"places": places})


@require_http_methods(["GET", "POST"])
@require(Role.AUTHORITY)
@never_cache
def working_days(request: HttpRequest) -> HttpResponse:
    """Show the notices of days off and count a period (`?start=&days=`); an administrator previews and loads a notice."""
    person = person_of(request)
    may_load = Role.ADMINISTRATOR in roles_of(person)
    if request.method == "POST" and not may_load:
        raise PermissionDenied(sentence_for(NotAllowed()))
    form = NoticeForm(request.POST or None, request.FILES or None)
    preview = form.notice if request.method == "POST" and form.is_valid() else None
    if preview is not None and "load" in request.POST:
        try:
            row = actions.load_notice(notice=preview, at=timezone.now(), by=person)
        except OrganisationsError as error:
            form.add_error(None, sentence_for(error))
            preview = None
        else:
            messages.success(request, gettext("已载入 %(year)d 年放假安排，期限都按它计算。") % {"year": row.year})
            return redirect("organisations:working_days")
    return render(
        request,
        "organisations/working_days.html",
        {
            **working_days_page(request.GET),
            "form": form,
            "preview": notice_rows(preview) if preview else None,
            "text": form.cleaned_data["text"] if preview else "",
            "may_load": may_load,
        },
    )
