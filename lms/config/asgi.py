"""Sockets, and in the demo HTTP as well. A socket is let in only from our own origin, with the session of a signed-in person."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
http = get_asgi_application()  # before the imports below: they need the apps loaded

from channels.auth import AuthMiddlewareStack  # noqa: E402 — see the line above
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import re_path  # noqa: E402

from lms.accounts.locking import LockedMeansNobody  # noqa: E402
from lms.config.health import HealthConsumer  # noqa: E402
from player.routing import websocket_urlpatterns as player_sockets  # noqa: E402

sockets = URLRouter(
    [
        re_path(r"^ws/health$", HealthConsumer.as_asgi()),
        *player_sockets,
    ]
)
application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(LockedMeansNobody(sockets))),
    }
)
