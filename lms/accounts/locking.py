"""A locked browser: signed in, and closed to everybody until the password is given once more.

For computers that several people share. The lock lies in the browser's session, so it holds for all its pages. The key of
the session changes with each locking and unlocking: a request that was under way cannot write the old state back, and
whatever hangs on the old key (sockets) ends.
"""

from datetime import datetime

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from axes.utils import reset
from channels.middleware import BaseMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from lms.accounts import actions
from lms.accounts.roles import person_of
from lms.accounts.sign_in import counted_address
from lms.accounts.signals import browser_locked

_LOCKED_AT = "accounts_locked_at"


def is_locked(session: SessionBase) -> bool:
    """Say whether this browser waits for its password."""
    return _LOCKED_AT in session


def lock(request: HttpRequest, *, at: datetime) -> None:
    """Lock the browser of somebody who is signed in; once more is harmless.

    If a part fails, the session is gone with its old key: the browser is signed out, never left open.
    """
    if is_locked(request.session):
        return
    person, former_key = person_of(request), request.session.session_key
    request.session[_LOCKED_AT] = at.isoformat()
    request.session.cycle_key()
    browser_locked.send(sender=None, session_key=former_key, user=person, at=at)
    actions.record_lock(user=person, at=at)


def unlock(request: HttpRequest, *, at: datetime) -> None:
    """Open the browser again. The caller has checked the password of the person who is signed in."""
    person = person_of(request)
    request.session.pop(_LOCKED_AT, None)
    request.session.cycle_key()
    reauthenticate_by_password(request)
    # As after signing in: wrong passwords before the right one are forgiven.
    reset(ip=counted_address(request), username=person.username)
    actions.record_unlock(user=person, at=at)


class LockedMeansNobody(BaseMiddleware):  # type: ignore[misc]  # channels has no types
    """For sockets, inside AuthMiddleware: who comes from a locked browser is nobody."""

    async def __call__(self, scope, receive, send):  # type: ignore[no-untyped-def]  # as its base
        # AuthMiddleware has loaded the session, so this asks no store.
        session = scope.get("session")
        if session is not None and is_locked(session):
            scope = {**scope, "user": AnonymousUser()}
        return await super().__call__(scope, receive, send)
