"""Middleware of the whole house."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def admin_content_policy(get_response: Handler) -> Handler:
    """Widen the content policy under /admin/ by what Wagtail's editor needs, and by nothing else.

    Wagtail's pages carry inline scripts and styles (its editor configures itself in them); the public pages carry none.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(("/admin/", "/django-admin/")):
            response._csp_update = {  # type: ignore[attr-defined]  # the attribute django-csp reads
                "style-src": [UNSAFE_INLINE],
                "script-src": [UNSAFE_INLINE],
                "img-src": ["blob:"],
                "frame-src": [SELF],
            }
            response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]  # a preview is framed by the editor
        return response

    return middleware
