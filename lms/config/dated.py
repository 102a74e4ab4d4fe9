"""The Date of each answer (RFC 9110 §6.6.1) where the server that speaks HTTP sets none: nginx and gunicorn do, Daphne not."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.utils.http import http_date

Scope = dict[str, Any]
Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def dated(answering: Application) -> Application:
    """Return the ASGI application with a Date on each of its answers. A Date that it sets itself stays."""

    async def with_date(scope: Scope, receive: Receive, send: Send) -> None:
        async def stamped(event: Event) -> None:
            if event["type"] == "http.response.start":
                headers = list(event.get("headers", ()))
                if not any(name.lower() == b"date" for name, _ in headers):
                    event = {**event, "headers": [*headers, (b"date", http_date().encode())]}
            await send(event)

        await answering(scope, receive, stamped)

    return with_date
