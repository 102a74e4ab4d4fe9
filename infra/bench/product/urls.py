"""The product's addresses, and three views that do next to nothing behind the same middleware. Never part of an installation."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from infra.bench.product import NOTHING


@never_cache
@require_GET
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(NOTHING, content_type="application/octet-stream")


@never_cache
@require_GET
def signed_in(request: HttpRequest) -> HttpResponse:
    """Ask who it is, as any view of a learner must, and do nothing else."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return HttpResponse(NOTHING, content_type="application/octet-stream")


@never_cache
@require_GET
def select_one(request: HttpRequest) -> HttpResponse:
    """Ask the database the least that can be asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return HttpResponse(NOTHING, content_type="application/octet-stream")


urlpatterns = [
    path("bench/empty", empty),
    path("bench/signed-in", signed_in),
    path("bench/select-1", select_one),
    path("", include("lms.config.urls")),
]
