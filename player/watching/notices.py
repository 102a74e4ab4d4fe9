"""All messages that this room sends to its own sockets through the channel layer: on commit, ids only.

Without the layer everything still holds: the next beat of a page that lost its lease is refused, and says the same five
seconds later. So whatever fails here is written to the operator's log and stops nobody.
"""

import asyncio
import logging
from uuid import UUID
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After a restart thousands of sockets join at once. Each would open a Redis connection of its own, and most would wait
# for it until the time-out; so few at a time go through, over connections that are open already.
AT_ONCE = 50
_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def group_of(session_uuid: UUID) -> str:
    """Return the name of the group in which all sockets of a session are."""
    return f"watch.{session_uuid.hex}"


async def join(session_uuid: UUID, channel_name: str) -> None:
    """Let a socket hear what is told to its session."""
    try:
        async with _gate():
            await get_channel_layer().group_add(group_of(session_uuid), channel_name)
    except (RedisError, OSError):
        logger.warning("session %s did not join its group", session_uuid, exc_info=True)


async def leave(session_uuid: UUID, channel_name: str) -> None:
    """Undo `join`; a membership that stays behind expires by itself."""
    try:
        async with _gate():
            await get_channel_layer().group_discard(group_of(session_uuid), channel_name)
    except (RedisError, OSError):
        logger.info("session %s did not leave its group", session_uuid)


def session_taken_over(session_uuid: UUID) -> None:
    """Tell the sockets of a session that the learner continued in another place."""
    _tell(session_uuid, "taken.over")


def signed_out(session_uuid: UUID) -> None:
    """Tell the sockets of a session that the learner signed out of its browser."""
    _tell(session_uuid, "signed.out")


def _tell(session_uuid: UUID, what: str) -> None:
    try:
        async_to_sync(get_channel_layer().group_send)(group_of(session_uuid), {"type": what})
    except (RedisError, OSError):
        logger.warning("session %s was not told: %s", session_uuid, what, exc_info=True)


def _gate() -> asyncio.Semaphore:
    return _gates.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
