"""The product's sockets, and beside them `/bench/echo`: a bare Channels consumer in the same Daphne."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from lms.config.asgi import application as product  # first: it loads the apps

from channels.generic.websocket import AsyncWebsocketConsumer  # isort: skip

Asgi = Callable[[Mapping[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]


class Echo(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Answers each frame with itself: the least that a consumer can do. No session, no sign-in, no group."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.send(text_data=text_data)


echo: Asgi = Echo.as_asgi()


async def application(
    scope: Mapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    bare = scope["type"] == "websocket" and scope["path"] == "/bench/echo"
    await (echo if bare else product)(scope, receive, send)
