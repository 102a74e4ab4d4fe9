"""Which company a manager's page is about."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.roles import person_of
from lms.organisations.queries import OrganisationFacts, managed_by


def company_of(request: HttpRequest) -> OrganisationFacts | None:
    """Return the company that `?organisation=` names, or the first that a person manages; None for who manages none.

    Raises PermissionDenied for one that is another manager's.
    """
    managed = [one for one in managed_by(person_of(request), on=timezone.localdate()) if one.kind == "enterprise"]
    wanted = request.GET.get("organisation", "")
    if not wanted:
        return managed[0] if managed else None
    found = next((one for one in managed if str(one.uuid) == wanted), None)
    if found is None:
        raise PermissionDenied(_("您不是这家单位的管理员，看不到它的人员。"))
    return found


def demand_company(request: HttpRequest) -> OrganisationFacts:
    """Return the company of a page that cannot do without one. Raises PermissionDenied."""
    place = company_of(request)
    if place is None:
        raise PermissionDenied(_("您还没有可以管理的企业。请联系系统管理员，把您登记为单位管理员。"))
    return place
