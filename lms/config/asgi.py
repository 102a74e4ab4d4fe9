"""Sockets, and in the demo HTTP as well. A socket is let in only from our own origin, with the session of a signed-in person."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
http = get_asgi_application()  # before the imports below: they need the apps loaded

from channels.auth import AuthMiddleware  # noqa: E402 — see the line above
from channels.middleware import BaseMiddleware  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.urls import re_path  # noqa: E402

from lms.accounts.locking import LockedMeansNobody  # noqa: E402
from lms.config.dated import dated  # noqa: E402
from lms.config.garbage import look_seldom  # noqa: E402
from lms.config.health import HealthConsumer  # noqa: E402
from lms.enterprise.routing import websocket_urlpatterns as import_sockets  # noqa: E402
from player.routing import websocket_urlpatterns as player_sockets  # noqa: E402
from proctoring.routing import websocket_urlpatterns as face_sockets  # noqa: E402

sockets = URLRouter(
    [
        re_path(r"^ws/health$", HealthConsumer.as_asgi()),
        *player_sockets,
        *face_sockets,
        *import_sockets,
    ]
)


class SessionsFromTheTable(BaseMiddleware):  # type: ignore[misc]  # channels has no types
    """The session of a socket as it stands in the database; read, never written.

    The cache before the table would cost each socket a Redis connection of its own for as long as it lives.
    """

    async def __call__(self, scope, receive, send):  # type: ignore[no-untyped-def]  # as its base
        session = SessionStore(scope["cookies"].get(settings.SESSION_COOKIE_NAME))
        return await self.inner({**scope, "session": session}, receive, send)


people = CookieMiddleware(SessionsFromTheTable(AuthMiddleware(LockedMeansNobody(sockets))))
application = ProtocolTypeRouter(
    {
        "http": dated(http),
        "websocket": AllowedHostsOriginValidator(people),
    }
)
look_seldom()
