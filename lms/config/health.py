"""Is this process alive, and does it reach its stores? Asked by the supervisor and by load balancers."""

from channels.generic.websocket import AsyncWebsocketConsumer
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 «ok» when Postgres and Redis answer, else 503 with the name of the one that does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database does not answer", status=503, content_type="text/plain")
    try:
        cache.get("healthz")
    except (RedisError, OSError):
        return HttpResponse("redis does not answer", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


class HealthConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels carries no types
    """Say «ok» and close: the socket layer stands."""

    async def connect(self) -> None:
        await self.accept()
        await self.send(text_data="ok")
        await self.close(code=1000)
