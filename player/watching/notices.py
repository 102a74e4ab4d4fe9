"""All messages that this room sends to its own sockets through the channel layer: on commit, ids only."""

import logging
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def group_of(session_uuid: UUID) -> str:
    """Return the name of the group in which all sockets of a session are."""
    return f"watch.{session_uuid.hex}"


def session_taken_over(session_uuid: UUID) -> None:
    """Tell the sockets of a session that the learner continued in another place.

    A lost message harms nobody: the next beat of the old page is refused, and says the same.
    """
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(group_of(session_uuid), {"type": "taken.over"})
    except (RedisError, OSError):
        logger.warning("session %s was not told that it is taken over", session_uuid, exc_info=True)
