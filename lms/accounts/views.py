"""A person's own page, the two forms that belong to it, and the lock of a shared computer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lms.accounts import actions, locking, queries
from lms.accounts.domain.licence import rule_set_of_region
from lms.accounts.domain.refusals import AccountsError
from lms.accounts.forms import IdentityForm, LicenceForm, UnlockForm
from lms.accounts.middleware import asks_for_data
from lms.accounts.roles import person_of
from lms.accounts.sentences import sentence_for


@require_GET
@login_required
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """Show a person what is known about them."""
    return render(request, "accounts/profile.html", {"profile": queries.profile_of(person_of(request).pk)})


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("number")
@login_required
@never_cache
def identity(request: HttpRequest) -> HttpResponse:
    """Record one's document, once; who has done so is shown it, masked."""
    me = person_of(request)
    recorded = queries.profile_of(me.pk).document
    form = IdentityForm(request.POST or None, initial={"legal_name": me.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_identity(user=me, **form.cleaned_data, at=timezone.now(), by=me)
        except AccountsError as error:
            form.add_error("number" if error.code == "document_taken" else None, sentence_for(error))
        else:
            messages.success(request, gettext("证件已登记，号码加密保存。"))
            return redirect("accounts:profile")
    status = 422 if form.errors else 200
    return render(request, "accounts/identity.html", {"form": form, "document": recorded}, status=status)


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def add_licence(request: HttpRequest) -> HttpResponse:
    """Record a certificate of one's own."""
    me = person_of(request)
    form = LicenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rules = rule_set_of_region(form.cleaned_data["region_code"])
        try:
            actions.record_licence(holder=me, **form.cleaned_data, rule_set_code=rules, at=timezone.now(), by=me)
        except AccountsError as error:
            form.add_error(_FIELD_OF.get(error.code), sentence_for(error))
        else:
            messages.success(request, gettext("证书已登记。学时按发证地区的规则计算。"))
            return redirect("accounts:profile")
    status = 422 if form.errors else 200
    return render(request, "accounts/licence_form.html", {"form": form}, status=status)


_FIELD_OF = {"licence_post_twice": "post_code", "licence_number_taken": "number"}


@require_POST
@login_required
@never_cache
def lock(request: HttpRequest) -> HttpResponseBase:
    """Lock this browser, and show where it is unlocked (a script is told where). `next`: where to go on afterwards."""
    locking.lock(request, at=timezone.now())
    if asks_for_data(request):
        return JsonResponse({"locked": True, "unlock_url": reverse("account_unlock")})
    return redirect(f"{reverse('account_unlock')}?{urlencode({'next': _next(request)})}")


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@login_required
@never_cache
def unlock(request: HttpRequest) -> HttpResponse:
    """Ask for the password of whoever is learning here; nothing else of the person is shown than the name."""
    if not locking.is_locked(request.session):
        return redirect(_next(request))
    me = person_of(request)
    form = UnlockForm(request.POST or None, user=me)
    if request.method == "POST" and form.is_valid():
        locking.unlock(request, at=timezone.now())
        return redirect(_next(request))
    # The frame of the page is that of a stranger: no navigation, no menu of the person, nothing that was told to them.
    nobody = {"user": AnonymousUser(), "navigation": (), "messages": ()}
    context = {"form": form, "name": me.name, "next": _next(request), **nobody}
    return render(request, "accounts/unlock.html", context, status=422 if form.errors else 200)


def _next(request: HttpRequest) -> str:
    """Return where the person wanted to go, if that is in this house; else the first page."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"
