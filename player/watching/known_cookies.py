"""Whose cookie is this? Asked of the session store at most once a minute for each browser.

For requests that come again and again and answer nothing that a person would read: keys. Whoever signs out loses the
watch session in that moment, so that no key follows; whose account is closed gets no more after a minute, as on the socket.
"""

import time
from threading import Lock

from django.conf import settings
from django.http import HttpRequest

GOOD_SECONDS = 60.0
MOST_KNOWN = 50_000

_known: dict[str, tuple[int, float]] = {}
_lock = Lock()


def learner_of(request: HttpRequest) -> int | None:
    """Return the id of the signed-in person, None for nobody."""
    cookie, now = request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""), time.monotonic()
    found = _known.get(cookie)
    if found and now < found[1]:
        return found[0]
    learner_id = request.user.pk
    if learner_id is not None and cookie:
        with _lock:
            if len(_known) >= MOST_KNOWN:
                _known.clear()
            _known[cookie] = (learner_id, now + GOOD_SECONDS)
    return learner_id


def is_known(request: HttpRequest) -> bool:
    """Say whether this is a request for a key whose cookie was found good within the last minute."""
    found = _known.get(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
    asks_for_key = request.resolver_match is not None and request.resolver_match.view_name == "player:stretch_key"
    return asks_for_key and found is not None and time.monotonic() < found[1]


def forget() -> None:
    """Ask the store anew from now on. For tests."""
    with _lock:
        _known.clear()
