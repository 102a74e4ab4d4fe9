"""Which pages may use the camera: those that say so, and no other (the middleware of the house forbids it everywhere else)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

ALLOWED = "camera=(self), microphone=(), geolocation=()"


def with_camera(view: View[P]) -> View[P]:
    """Let the page of this view use the camera."""

    @wraps(view)
    def allowed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Permissions-Policy"] = ALLOWED
        return response

    return allowed
