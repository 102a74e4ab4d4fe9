"""The page on which an auditor opens personal data, and the button that covers it again."""

from http import HTTPStatus

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from analytics.audit import unmasking
from analytics.audit.forms import LARGEST_ID
from analytics.audit.unmasking import LEAST_REASON, LONGEST_REASON, PERIODS_MINUTES, NoReason
from analytics.audit.views import desk_page, for_writing_auditors


@require_http_methods(["GET", "HEAD", "POST"])
@for_writing_auditors
def unmask(request: HttpRequest, by: AbstractUser) -> HttpResponseBase:
    """Ask why, of whom and for how long; ?person=…&next=… fill the form."""
    if request.method != "POST":
        return _form(request, by, "")
    person, minutes = _number(request.POST.get("person", "")), _number(request.POST.get("minutes", ""))
    if request.POST.get("scope") == unmasking.EVERYBODY:
        person = None
    elif person is None:
        return _form(request, by, "person")
    try:
        unmasking.unmask(
            by=by,
            person_id=person,
            reason=request.POST.get("reason", ""),
            minutes=minutes if minutes in PERIODS_MINUTES else 0,
            at=timezone.now(),
        )
    except NoReason as why:
        return _form(request, by, str(why))
    return redirect(_next(request, request.POST.get("next", "")))


@require_POST
@for_writing_auditors
def mask(request: HttpRequest, by: AbstractUser) -> HttpResponseBase:
    """Cover everything again and go back."""
    unmasking.mask_again(by=by, at=timezone.now())
    return redirect(_next(request, request.POST.get("next", "")))


def _form(request: HttpRequest, by: AbstractUser, wrong: str) -> HttpResponse:
    typed = request.POST if request.method == "POST" else request.GET
    person = _number(typed.get("person", ""))
    context = {
        "wrong": wrong,
        "person": person,
        "scope": typed.get("scope", "") or (unmasking.EVERYBODY if person is None else "person"),
        "minutes": _number(typed.get("minutes", "")) or PERIODS_MINUTES[0],
        "reason": typed.get("reason", ""),
        "next": _next(request, typed.get("next", "")),
        "periods": PERIODS_MINUTES,
        "least": LEAST_REASON,
        "longest": LONGEST_REASON,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return desk_page(request, by, "analytics/audit/unmask.html", context, status=status)


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(LARGEST_ID)):
        return None
    return number if (number := int(text)) <= LARGEST_ID else None


def _next(request: HttpRequest, address: str) -> str:
    """Return where to go back to; an address elsewhere would make our page a door for somebody else's."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours and address.startswith(reverse("audit:records")) else reverse("audit:records")
