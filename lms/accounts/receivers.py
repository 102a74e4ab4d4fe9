"""Hears from Django and allauth that somebody came, went or was refused, and files it."""

from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from allauth.account.signals import password_changed
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from lms.accounts import actions
from lms.accounts.models import User
from lms.accounts.queries import find_by_sign_in_name
from lms.accounts.sign_in import typed_name


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
def file_sign_in(user: User, request: HttpRequest | None = None, **kwargs: Any) -> None:
    actions.record_sign_in(user=user, address=_address(request), at=timezone.now())


@receiver(user_logged_out, dispatch_uid="accounts.signed_out")
def file_sign_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        actions.record_sign_out(user=user, at=timezone.now())


@receiver(user_login_failed, dispatch_uid="accounts.sign_in_refused")
def file_refusal(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """File a refused sign-in; one that axes stopped at the door is not filed, or a guesser could fill the log."""
    if getattr(request, "axes_locked_out", False):
        return
    typed = typed_name(credentials)
    actions.record_refused_sign_in(
        typed_name=typed, person=find_by_sign_in_name(typed), address=_address(request), at=timezone.now()
    )


@receiver(password_changed, dispatch_uid="accounts.password_changed")
def file_password_change(user: User, **kwargs: Any) -> None:
    actions.record_password_change(user=user, at=timezone.now())


@receiver(authentication_failed, dispatch_uid="accounts.second_factor_refused")
def file_second_factor_refusal(user: User, request: HttpRequest, **kwargs: Any) -> None:
    actions.record_refused_second_factor(person=user, address=_address(request), at=timezone.now())


@receiver(authenticator_added, dispatch_uid="accounts.second_factor_added")
def file_second_factor_added(user: User, request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """File a new factor; its first code was given a moment ago, so the session counts as having used it."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=str(authenticator.type))
    actions.record_second_factor_change(
        person=user, change="added", factor=str(authenticator.type), at=timezone.now(), by=user
    )


@receiver(authenticator_removed, dispatch_uid="accounts.second_factor_removed")
def file_second_factor_removed(user: User, request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """File a factor that was taken away; what it proved in this session it proves no longer."""
    proofs = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [proof for proof in proofs if proof.get("method") != "mfa"]
    actions.record_second_factor_change(
        person=user, change="removed", factor=str(authenticator.type), at=timezone.now(), by=user
    )


@receiver(authenticator_reset, dispatch_uid="accounts.second_factor_reset")
def file_second_factor_reset(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    actions.record_second_factor_change(
        person=user, change="reset", factor=str(authenticator.type), at=timezone.now(), by=user
    )


def _address(request: HttpRequest | None) -> str:
    return (get_client_ip(request) if request is not None else None) or "unknown"
