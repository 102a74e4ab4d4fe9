"""The page on which an administrator lets programs in and shuts them out."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from analytics.xapi import actions, queries
from analytics.xapi.actions.clients import NewClient
from analytics.xapi.forms import ClientForm, words_for

AdministratorsView = Callable[..., HttpResponse]


def for_administrators(view: AdministratorsView) -> AdministratorsView:
    """Send who is signed out to sign in; whoever may not manage clients gets the reason."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: int) -> HttpResponse:
        if not isinstance(request.user, AbstractUser):
            return redirect_to_login(request.get_full_path())
        if not request.user.has_perm(actions.PERMISSION):
            raise PermissionDenied(gettext("客户程序只由系统管理员开通和停用，您的账号没有这个权限。"))
        return view(request, request.user, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def desk(request: HttpRequest, by: AbstractUser) -> HttpResponse:
    """The clients there are; on POST a new one, whose secret is shown this once."""
    form = ClientForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form, None)
    if not form.is_valid():
        return _page(request, form, None, status=HTTPStatus.BAD_REQUEST)
    said = form.cleaned_data
    made = actions.create_client(name=said["name"], scopes=said["scopes"], by=by, at=timezone.now())
    return _page(request, ClientForm(), made)


@require_POST
@for_administrators
def revoke(request: HttpRequest, by: AbstractUser, client_id: int) -> HttpResponse:
    """Shut a client out."""
    try:
        actions.revoke_client(client_id=client_id, by=by, at=timezone.now())
    except actions.NoSuchClient:
        raise Http404(gettext("没有这个客户程序，或已停用。")) from None
    messages.success(request, gettext("已停用。它送来的语句都还在。"))
    return redirect("xapi:clients")


def _page(
    request: HttpRequest, form: ClientForm, made: NewClient | None, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    rows = [(client, words_for(client.scopes)) for client in queries.clients()]
    context = {"form": form, "made": made, "rows": rows, "endpoint": request.build_absolute_uri("/xapi/")}
    return render(request, "analytics/xapi/clients.html", context, status=status)
