"""Staff work only behind a second factor; a locked browser does nothing until its password is given."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext

from lms.accounts.locking import is_locked
from lms.accounts.roles import roles_of
from player.watching.known_cookies import is_known

Handler = Callable[[HttpRequest], HttpResponse]

# What stays open, or nobody could ever set the factor up, sign out, or read the page in their own language. The watch
# endpoints are asked for by the player hundreds of times an hour; they give nothing but the learner's own session.
_OPEN_NAMES = {
    "account_login",
    "account_logout",
    "account_lock",
    "account_unlock",
    "account_reauthenticate",
    "account_change_password",
    "set_language",
    "healthz",
    "media",
}
# And of a locked browser: the way back in, the way out, and what is nobody's.
_OPEN_WHILE_LOCKED = {
    "account_lock",
    "account_unlock",
    "account_logout",
    "set_language",
    "healthz",
    "media",
    "captions",
}
_OPEN_PREFIXES = ("mfa_",)
_OPEN_PATHS = ("/watch/",)


@sync_and_async_middleware
def second_factor_for_staff(get_response: Handler) -> Handler | Callable[[HttpRequest], Awaitable[HttpResponse]]:
    """Send a person of `settings.SECOND_FACTOR_ROLES` whose session has no second factor to where one is set up or given.

    The session must have *used* the factor, not only the account have one: a session opened before it was activated, or
    through the sign-in page of the editors' admin, would otherwise stay half-authenticated for weeks.
    """

    def sync_middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    async def async_middleware(request: HttpRequest) -> HttpResponse:
        response: HttpResponse = await get_response(request)  # type: ignore[misc]  # a coroutine in this branch
        return response

    middleware: Any = async_middleware if iscoroutinefunction(get_response) else sync_middleware
    middleware.process_view = _stop_without_second_factor
    return middleware  # type: ignore[no-any-return]  # Django reads process_view from the function


def _stop_without_second_factor(
    request: HttpRequest, view: object, args: object, kwargs: object
) -> HttpResponseBase | None:
    if not settings.SECOND_FACTOR_ROLES or _is_open(request) or not request.user.is_authenticated:
        return None
    user = request.user
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
        return None
    if not roles_of(user) & set(settings.SECOND_FACTOR_ROLES):
        return None
    if is_mfa_enabled(user):
        return _send(request, "mfa_reauthenticate", gettext("您的角色需要两步验证。请输入验证器上的 6 位数字后继续。"))
    return _send(
        request,
        "mfa_activate_totp",
        gettext("您的角色需要两步验证，之后才能查看工作页面。请先按下面三步设置，约需两分钟。"),
    )


def locked_browser_waits(get_response: Handler) -> Handler:
    """Lead every page of a locked browser to where the password is given; what a script asks for is answered 403 `locked`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    middleware.process_view = _stop_while_locked  # type: ignore[attr-defined]  # Django looks for it here
    return middleware


def _stop_while_locked(request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponseBase | None:
    # Without a cookie there is no session to ask, and answers that are everybody's stay so for caches.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    # A cookie that was good a moment ago is that of no locked browser: locking gives it another one.
    if is_known(request):
        return None
    match = request.resolver_match
    if (match is not None and match.url_name in _OPEN_WHILE_LOCKED) or not is_locked(request.session):
        return None
    if not request.user.is_authenticated:  # of an account that was switched off meanwhile: nobody is left to unlock it
        return None
    if asks_for_data(request):
        return locked_refusal(request)
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{reverse('account_unlock')}?{urlencode({'next': back})}")


def asks_for_data(request: HttpRequest) -> bool:
    """Say whether a script asks, which cannot show a page to anybody."""
    headers = request.headers
    return (
        request.path.startswith(_OPEN_PATHS)
        or request.content_type == "application/json"
        or "application/json" in headers.get("Accept", "")
        or "HX-Request" in headers
        or headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    )


def locked_refusal(request: HttpRequest) -> JsonResponse:
    """Say that this browser is locked, and where it is opened; htmx goes there by itself."""
    address = reverse("account_unlock")
    sentence = gettext("这台电脑已锁定，所以没有继续。输入密码后即可继续，已记的时间不会丢失。")
    response = JsonResponse({"reason": "locked", "message": sentence, "unlock_url": address}, status=403)
    if "HX-Request" in request.headers:
        response["HX-Redirect"] = address
    return response


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    name = match.url_name or ""
    return name in _OPEN_NAMES or name.startswith(_OPEN_PREFIXES) or request.path.startswith(_OPEN_PATHS)


def _send(request: HttpRequest, page: str, sentence: str) -> HttpResponseBase:
    if request.headers.get("HX-Request") or "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": "second_factor_required", "message": sentence}, status=403)
    messages.warning(request, sentence)
    # A form that was sent cannot be sent again from the address, so its page is where the person comes back to.
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{reverse(page)}?{urlencode({'next': back})}")
