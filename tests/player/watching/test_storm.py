"""The channel layer as it is installed: a thousand sockets may come at once, and an idle one is left alone.

channels-redis as it comes opens at most a hundred connections and raises at the next, so a tenth was refused; and redis-py
gives up a read after just as many seconds as the layer waits for a message, so idle sockets died at random.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings as configured
from pytest_django import Settings
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from lms.accounts.models import User
from lms.config import settings as real
from player.models import Video
from player.routing import websocket_urlpatterns
from player.watching import notices
from player.watching.actions import OpenSession
from tests.player.watching.conftest import in_test_thread, open_with_keys

SOCKETS = 1_000
application = URLRouter(websocket_urlpatterns)


@pytest.fixture
def real_layer(settings: Settings) -> None:
    """The channel layer of the installation, on the Redis of the tests."""

    async def answers() -> bool:
        async with Redis.from_url(configured.REDIS_URL) as redis:
            return bool(await redis.ping())

    try:
        async_to_sync(answers)()
    except (RedisConnectionError, OSError):
        pytest.skip("no Redis at REDIS_URL; `make test` starts one")
    settings.CHANNEL_LAYERS = real.CHANNEL_LAYERS


@asynccontextmanager
async def storm(session: OpenSession, learner: User, sockets: int) -> AsyncIterator[list[WebsocketCommunicator]]:
    come = [WebsocketCommunicator(application, f"/ws/watch/{session.uuid}/") for _ in range(sockets)]
    for socket in come:
        socket.scope["user"] = learner
    try:
        await asyncio.gather(*(socket.connect(timeout=60) for socket in come))
        yield come
    finally:
        await asyncio.gather(*(socket.disconnect(timeout=60) for socket in come), return_exceptions=True)
        await get_channel_layer().flush()


@pytest.mark.usefixtures("real_layer", "write_at_once")
@in_test_thread
async def test_a_thousand_sockets_at_once_are_all_greeted_and_all_hear_their_group(
    learner: User, video: Video, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    session = await sync_to_async(open_with_keys)(
        learner_id=learner.pk, video_id=video.pk, subject_uuid=uuid4(), at=now
    )
    async with storm(session, learner, SOCKETS) as sockets:
        hellos = await asyncio.gather(*(socket.receive_from(timeout=60) for socket in sockets))
        assert {json.loads(hello)["type"] for hello in hellos} == {"hello"}
        # A socket that could not join is greeted all the same, and says so in the operator's log.
        assert [record.getMessage() for record in caplog.records if "did not join" in record.getMessage()] == []
        await get_channel_layer().group_send(notices.group_of(session.uuid), {"type": "taken.over"})
        told = await asyncio.gather(*(socket.receive_from(timeout=60) for socket in sockets))
        assert {json.loads(frame)["type"] for frame in told} == {"taken_over"}


@pytest.mark.usefixtures("real_layer", "write_at_once")
@in_test_thread
async def test_an_idle_socket_is_not_torn_down(learner: User, video: Video, now: datetime) -> None:
    session = await sync_to_async(open_with_keys)(
        learner_id=learner.pk, video_id=video.pk, subject_uuid=uuid4(), at=now
    )
    async with storm(session, learner, sockets=1) as (socket,):
        await socket.receive_from(timeout=10)
        assert await socket.receive_nothing(timeout=7), "the layer waits five seconds, then asks again"
        await get_channel_layer().group_send(notices.group_of(session.uuid), {"type": "taken.over"})
        assert json.loads(await socket.receive_from(timeout=10)) == {"type": "taken_over"}
