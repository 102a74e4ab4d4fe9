"""A person's own certificates, and what lies before them. Nobody sees another person's here."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.accounts.roles import person_of
from lms.certificates.pages import mine_context, outlook_of


@login_required
@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show the person's certificates: state, versions, the paper, and how renewals stand."""
    return render(request, "certificates/mine.html", mine_context(person_of(request).pk, timezone.localdate()))


@login_required
@never_cache
@require_GET
def outlook(request: HttpRequest) -> HttpResponse:
    """Show by which day each certificate needs which hours."""
    context = {"deadlines": outlook_of(person_of(request).pk, timezone.localdate())}
    return render(request, "certificates/outlook.html", context)
