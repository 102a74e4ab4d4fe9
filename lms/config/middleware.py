"""Middleware of the whole house."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

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


def no_camera_but_where_asked(get_response: Handler) -> Handler:
    """Tell browsers that no page may use camera, microphone or place, but those that say so themselves."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return middleware


def editors_desk_for_editors(get_response: Handler) -> Handler:
    """Answer 403 to a signed-in person who is no editor.

    Wagtail sends such a person to sign in, and the sign-in page sends who is signed in back: a circle.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if not request.path.startswith("/admin/") or not request.user.is_authenticated:
            return
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied(_("内容管理只对讲师和管理员开放，您的账号没有这个权限。"))

    middleware.process_view = process_view  # type: ignore[attr-defined]  # Django looks for it here
    return middleware
