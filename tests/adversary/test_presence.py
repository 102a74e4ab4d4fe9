"""The zoo's client of face checks hears a verdict whatever it is doing."""

import asyncio
import json
from collections import Counter
from types import SimpleNamespace
from typing import Any

from websockets.exceptions import ConnectionClosedOK
from websockets.frames import Close

from tests.adversary.presence import Presence


class Closing:
    """A socket that closes with the verdict while a picture is on its way."""

    def __init__(self) -> None:
        self.sending = asyncio.Event()

    async def send(self, data: object) -> None:
        self.sending.set()
        await asyncio.sleep(0.01)
        raise ConnectionClosedOK(Close(1000, ""), Close(1000, ""), True)

    async def recv(self) -> str:
        await self.sending.wait()
        return json.dumps({"type": "verdict", "passed": True, "reasons": [], "state": "passed", "tries_left": 2})


async def test_a_verdict_is_heard_though_the_socket_closes_under_a_picture() -> None:
    person: Any = SimpleNamespace(tally=Counter())
    socket: Any = Closing()
    assert (await Presence(person, "lesson")._play(socket, "ab" * 16, [b"x"], "ab" * 16))["passed"]
    assert person.tally["verdict passed"] == 1
