"""The socket of an import: what it says to a manager of the company, and that it says nothing to anybody else."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from lms.accounts.models import User
from lms.enterprise import actions, import_progress
from lms.enterprise.consumers import NOT_YOURS, OVER, ImportConsumer
from tests import people
from tests.lms.enterprise.imports.conftest import Company, checked
from tests.lms.enterprise.imports.lists import person

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


class Socket(WebsocketCommunicator):  # type: ignore[misc]  # channels has no types
    """A socket as the routing would open it, for this person."""

    def __init__(self, import_uuid: UUID | str, user: User | None) -> None:
        super().__init__(ImportConsumer.as_asgi(), f"/ws/import/{import_uuid}/")
        self.scope["url_route"] = {"kwargs": {"import_uuid": str(import_uuid)}}
        self.scope["user"] = user or AnonymousUser()

    async def frame(self) -> Any:
        message = await self.receive_output(10)
        return message["code"] if message["type"] == "websocket.close" else json.loads(message["text"])


async def test_a_manager_hears_of_each_batch_until_the_end(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.enterprise.actions.batches.BATCH", 2)
    now = timezone.now()
    row = await database_sync_to_async(checked)(company, [person(1), person(2), person(3)], now)
    await database_sync_to_async(actions.confirm_import)(import_uuid=row.uuid, at=now, by=company.manager)
    socket = Socket(row.uuid, company.manager)
    await socket.connect()
    assert await socket.frame() == {"moving": True, "done": 0, "total": 3}
    heard = []
    for _ in range(3):
        await database_sync_to_async(actions.run_batch)(import_id=row.pk, at=now)
        await database_sync_to_async(import_progress.tell)(row.uuid)
        heard.append(await socket.frame())
    assert [one["done"] for one in heard] == [2, 3, 3]
    assert heard[-1]["moving"] is False and await socket.frame() == OVER


async def test_nobody_else_hears_anything(company: Company, now: datetime) -> None:
    row = await database_sync_to_async(checked)(company, [person(1)], now)
    learner = await database_sync_to_async(people.learner)()
    for import_uuid, who in (
        (row.uuid, None),
        (row.uuid, company.other),
        (row.uuid, learner),
        (uuid4(), company.manager),
        ("nonsense", company.manager),
    ):
        socket = Socket(import_uuid, who)
        await socket.connect()
        assert await socket.frame() == NOT_YOURS
