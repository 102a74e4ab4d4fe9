"""Sites of a company, and who may see whom. For those who manage the whole company."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.accounts.roles import Role, person_of, require
from lms.enterprise import actions, queries
from lms.enterprise.desk_forms import SiteForm
from lms.enterprise.desk_sentences import REFUSALS, refusal_sentence
from lms.enterprise.desk_views import desk_context, open_desk
from lms.enterprise.domain.desk import DeskRefused

FOUND_SHOWN = 20


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def sites(request: HttpRequest, organisation_uuid: UUID) -> HttpResponse:
    """Show the sites and the managers; `?q=` finds whom to make one. On POST do what the pressed button says."""
    desk = open_desk(request, organisation_uuid)
    if not desk.is_whole:
        raise PermissionDenied(str(REFUSALS["whole_company_only"]))
    if request.method == "POST":
        try:
            messages.success(request, _deed(request, organisation_uuid))
        except DeskRefused as error:
            messages.error(request, refusal_sentence(error))
        return redirect("enterprise:sites", organisation_uuid)
    words = request.GET.get("q", "").strip()
    found = queries.roster(desk, queries.Wish(words=words), today=timezone.localdate(), sort="name") if words else ()
    context = {
        **desk_context(request, desk),
        "form": SiteForm(),
        "sites": queries.site_table(desk),
        "managers": queries.managers_of(desk),
        "me": person_of(request).uuid,
        "words": words,
        "found": found[:FOUND_SHOWN],
    }
    return render(request, "enterprise/sites.html", context)


@require_http_methods(["GET", "POST"])
@require(Role.ENTERPRISE_MANAGER)
@never_cache
def close_site(request: HttpRequest, organisation_uuid: UUID, site_uuid: UUID) -> HttpResponse:
    """Say what closing a site does, and ask; on POST close it, if as many people work there as were shown."""
    desk = open_desk(request, organisation_uuid)
    site = next((one for one in queries.site_table(desk) if one.uuid == site_uuid), None) if desk.is_whole else None
    if site is None:
        raise Http404(str(REFUSALS["no_such_site"]))
    if request.method == "POST":
        if request.POST.get("sure") != str(site.people):  # as many as were shown: others may have come meanwhile
            messages.error(request, str(REFUSALS["not_sure_of_site"]))
            return redirect("enterprise:close_site", organisation_uuid, site_uuid)
        try:
            actions.close_site(
                organisation_uuid=organisation_uuid, site_uuid=site_uuid, at=timezone.now(), by=person_of(request)
            )
            messages.success(request, _("已撤销项目部。人员仍在本单位。"))
        except DeskRefused as error:
            messages.error(request, refusal_sentence(error))
        return redirect("enterprise:sites", organisation_uuid)
    managers = _("、").join(name for _id, _uuid, name in site.managers)
    context = {**desk_context(request, desk), "site": site, "managers": managers}
    return render(request, "enterprise/close_site.html", context)


def _deed(request: HttpRequest, organisation_uuid: UUID) -> str:
    at, by, posted = timezone.now(), person_of(request), request.POST
    if "open" in posted:
        actions.open_site(organisation_uuid=organisation_uuid, name=posted.get("name", ""), at=at, by=by)
        return _("已新设项目部。")
    person = _uuid(posted.get("person", ""))
    site = _uuid(posted["site"]) if posted.get("site") else None
    if "grant" in posted:
        actions.grant_manager(organisation_uuid=organisation_uuid, person_uuid=person, site_uuid=site, at=at, by=by)
        return _("已授予管理权限。")
    if "revoke" in posted:
        actions.revoke_manager(organisation_uuid=organisation_uuid, person_uuid=person, site_uuid=site, at=at, by=by)
        return _("已收回管理权限，立即生效。")
    raise DeskRefused("not_sure")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise DeskRefused("no_such_site") from None
