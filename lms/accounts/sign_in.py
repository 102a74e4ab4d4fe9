"""How failed sign-ins are counted, and what a person who is locked out reads. Named in settings for django-axes.

Names and phones of one person count together; a name nobody has is stored as a keyed hash, since it may well be a password.
"""

import math
from collections.abc import Mapping
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lms.accounts import field_encryption
from lms.accounts.queries import find_by_sign_in_name


def typed_name(credentials: Mapping[str, Any] | None) -> str:
    """Return what was typed as name, whichever of the libraries passes it on; "" for nothing."""
    given = credentials or {}
    return str(given.get("login") or given.get("username") or given.get("phone") or "")


def counted_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the name under which axes counts failures. One query."""
    typed = typed_name(credentials) or str(request.POST.get("login", ""))
    person = find_by_sign_in_name(typed)
    return person.username if person else f"?{field_encryption.blind_index('sign_in_name', typed).hex()[:24]}"


def counted_address(request: HttpRequest) -> str | None:
    """Return the client's network address as allauth sees it; None over a unix socket without a proxy's header."""
    return get_client_ip(request) or None


def locked_out(request: HttpRequest, original: HttpResponse, credentials: Mapping[str, Any] | None) -> HttpResponse:
    """Answer 429: how long the lock lasts, why it is there, and what can be done now."""
    last = (
        AccessAttempt.objects.filter(username=counted_name(request, credentials), ip_address=counted_address(request))
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    cool_off = get_cool_off(request)
    until = (last or timezone.now()) + cool_off
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    response = render(
        request, "accounts/locked_out.html", {"minutes": math.ceil(seconds / 60), "until": until}, status=429
    )
    response["Retry-After"] = str(seconds)
    return response
