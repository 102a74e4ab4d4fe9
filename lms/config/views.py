"""The door of the house: where a person lands, and what a failed form token says."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from lms.accounts.roles import Role, roles_of

# The first page of each role, in the order of precedence for a person of several roles.
FIRST_PAGES: tuple[tuple[Role, str], ...] = (
    (Role.ADMINISTRATOR, "audit:records"),
    (Role.AUDITOR, "audit:records"),
    (Role.AUTHORITY, "organisations:area"),
    (Role.REVIEWER, "reviews:desk"),
    (Role.FINANCE, "commerce:finance"),
    (Role.ENTERPRISE_MANAGER, "enterprise:desk"),
    (Role.INSTITUTION_MANAGER, "organisations:desk"),
    (Role.INSTRUCTOR, "wagtailadmin_home"),
    (Role.LEARNER, "credit:my_hours"),
)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Send a signed-in person to the first page of their role; show everybody else what this is."""
    if not request.user.is_authenticated:
        return render(request, "home.html")
    held = roles_of(request.user)
    page = next((name for role, name in FIRST_PAGES if role in held), "accounts:profile")
    return redirect(page)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 in words; `reason` is Django's and stays in the log."""
    return render(request, "403_csrf.html", status=403)
