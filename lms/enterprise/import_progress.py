"""How far an import has come, told to the pages that watch it: by the channel layer, and to whoever asks.

Without the layer everything still holds: the page asks every two seconds instead.
"""

import logging
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def group_of(import_uuid: UUID) -> str:
    """Return the name of the group in which all sockets of an import are."""
    return f"import.{import_uuid.hex}"


def tell(import_uuid: UUID) -> None:
    """Tell the sockets of an import that it has moved. Nothing of it travels: they ask the table."""
    try:
        async_to_sync(get_channel_layer().group_send)(group_of(import_uuid), {"type": "moved"})
    except (RedisError, OSError):
        logger.warning("import %s: its pages were not told", import_uuid, exc_info=True)
