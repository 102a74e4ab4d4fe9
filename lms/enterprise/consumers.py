"""The socket of one import: how far it has come, to a manager of its company. Nothing is taken from it."""

import json
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from lms.enterprise.import_progress import group_of
from lms.enterprise.queries import ImportFacts, import_for_manager

NOT_YOURS, OVER = 4403, 4000


class ImportConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """A socket of one import that is on its way. It says how far at once and after each batch, and closes when it is over."""

    import_uuid: UUID | None = None

    async def connect(self) -> None:
        await self.accept()
        try:
            self.import_uuid = UUID(self.scope["url_route"]["kwargs"]["import_uuid"])
        except ValueError:
            await self.close(NOT_YOURS)
            return
        # In the group first: a batch that ends between asking and joining would go unheard.
        await self.channel_layer.group_add(group_of(self.import_uuid), self.channel_name)
        await self.moved({})

    async def disconnect(self, code: int) -> None:
        if self.import_uuid is not None:
            await self.channel_layer.group_discard(group_of(self.import_uuid), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        del text_data, bytes_data

    async def moved(self, event: dict[str, object]) -> None:
        """Say how far the import is now. Whether the person may still see it is asked each time."""
        del event
        facts = await self._facts()
        if facts is None:
            await self.close(NOT_YOURS)
            return
        told = {"moving": facts.is_moving, "done": facts.rows_done, "total": facts.rows_total}
        await self.send(text_data=json.dumps(told))
        if not facts.is_moving:
            await self.close(OVER)

    async def _facts(self) -> ImportFacts | None:
        user = self.scope["user"]
        if self.import_uuid is None or not user.is_authenticated:
            return None
        facts: ImportFacts | None = await database_sync_to_async(import_for_manager)(
            user, self.import_uuid, on=timezone.localdate()
        )
        return facts
