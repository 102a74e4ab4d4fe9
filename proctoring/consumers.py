"""The socket of one check: who may open it, pictures in, answers out. It judges nothing: frames go to the workers."""

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from autobahn.exception import Disconnected
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from proctoring import protocol, sight, tasks
from proctoring.actions import CheckRefused, begin_try, give_time
from proctoring.camera_labels import flags_of
from proctoring.frames_gateway import Frame, Line
from proctoring.models import FaceTry
from proctoring.protocol import BadFrame, Begin, CloseCode, End, Picture
from proctoring.queries import CheckTicket, check_ticket

# In the session of a phone that has taken a check over: which one.
HANDED_OVER = "face_hand_over"
WAIT_MS = 3_000
LISTEN_SECONDS = 5.0
# Answers come back with the next picture; they are waited for where none was sent for so long.
LISTEN_AFTER_SECONDS = 0.3


class FaceConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """A socket of one check that waits. One try at a time; the next may begin after the verdict."""

    ticket: CheckTicket
    line: Line | None = None
    listener: "asyncio.Task[None] | None" = None
    closed = False
    last_seq = 0
    frames = 0
    bad = 0
    frames_left = float(protocol.BURST_FRAMES)
    frames_at = 0.0
    waits_until = 0.0
    put_at = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hear the socket and nothing else: nobody but its workers speaks to a check, and they do by its line.

        The stock one listens to the channel layer beside it, and makes two tasks for each picture.
        """
        self.scope, self.base_send = scope, send
        with contextlib.suppress(StopConsumer):
            while True:
                await self.dispatch(await receive())

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Pass a picture straight on: the stock dispatch first visits a thread to close idle database connections.

        What asks the database does so itself, by way of database_sync_to_async.
        """
        if message["type"] == "websocket.receive":
            await self.websocket_receive(message)
        else:
            await super().dispatch(message)

    async def connect(self) -> None:
        await self.accept()
        found = await self._ticket()
        if isinstance(found, CloseCode):
            await self._close(found)
            return
        self.ticket = found
        self.frames_at = time.monotonic()
        await self._hello()

    async def disconnect(self, code: int) -> None:
        self.closed = True
        await self._end_line()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closed:
            return
        if not self._may_send():
            await self._close(CloseCode.TOO_MANY_FRAMES)
            return
        try:
            if bytes_data is not None:
                await self._picture(protocol.parse_picture(bytes_data))
            else:
                await self._text(protocol.parse_text(text_data or ""))
        except BadFrame:
            await self._close(CloseCode.BAD_FRAME)

    async def _text(self, frame: Begin | End) -> None:
        if isinstance(frame, Begin):
            await self._begin(frame)
        elif self.line is not None and frame.nonce == self.line.nonce:
            await asyncio.to_thread(tasks.judge.delay, frame.nonce)

    async def _begin(self, frame: Begin) -> None:
        await self._end_line()  # the try that runs is given up by whoever begins another
        flags = flags_of(frame.label, frame.width, frame.height)
        try:
            made: FaceTry = await database_sync_to_async(begin_try)(
                check_uuid=self.ticket.check_uuid,
                learner_id=self.ticket.learner_id,
                flags=flags,
                still=frame.still,
                at=timezone.now(),
            )
        except CheckRefused as why:
            await self._send(protocol.refused(why.code))
            return
        self.line = Line(made.nonce, self.ticket.learner_id)
        self.last_seq = self.frames = 0
        self.listener = asyncio.create_task(self._listen(self.line))
        steps, lights = sight.steps(made.challenge), sight.lights(made.challenge)
        await self._send(protocol.challenge(made.nonce, steps, lights=lights, ends_at=made.ends_at, now=timezone.now()))

    async def _picture(self, picture: Picture) -> None:
        if self.line is None or picture.nonce != self.line.nonce:
            return  # of an earlier try, still on its way: not a word about it
        self.frames += 1
        if self.frames > protocol.MOST_FRAMES or picture.seq <= self.last_seq:
            await self._close(CloseCode.TOO_MANY_FRAMES if self.frames > protocol.MOST_FRAMES else CloseCode.BAD_FRAME)
            return
        self.last_seq = picture.seq
        if time.monotonic() < self.waits_until:
            return
        frame = Frame(picture.seq, picture.sent_ms, int(time.time() * 1000), picture.jpeg)
        line, self.put_at = self.line, time.monotonic()
        taken = await line.put(frame)
        for said in taken.said:
            await self._say(line, said)
        if self.line is not line:  # judged meanwhile
            await line.close()
            return
        if taken.full:
            self.waits_until = time.monotonic() + WAIT_MS / 1000
            await database_sync_to_async(give_time)(nonce=line.nonce, milliseconds=WAIT_MS)
            await self._send(protocol.wait(WAIT_MS))
        elif taken.wake:
            await asyncio.to_thread(tasks.look.delay)

    async def _listen(self, line: Line) -> None:
        """Pass on what the workers say of a try while no picture fetches it, until its verdict or the socket's end."""
        try:
            while not self.closed and self.line is line:
                left = self.put_at + LISTEN_AFTER_SECONDS - time.monotonic()
                if left > 0:
                    await asyncio.sleep(left)
                elif said := await line.answer(LISTEN_SECONDS):
                    await self._say(line, said)
        finally:
            await line.close()

    async def _say(self, line: Line, said: bytes) -> None:
        frame = json.loads(said)
        await self._send(frame)
        if frame["type"] != "verdict" or self.line is not line:
            return
        self.line = None
        if frame["state"] != "asked":
            await self._close(CloseCode.DONE)

    async def _end_line(self) -> None:
        line, self.line = self.line, None
        if self.listener is not None:
            self.listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.listener
            self.listener = None
        if line is not None:
            await line.close()

    async def _ticket(self) -> CheckTicket | CloseCode:
        """Return the check of this socket, or why it must close: it is the person's own, or was handed to this phone."""
        try:
            wanted = UUID(self.scope["url_route"]["kwargs"]["check"])
        except ValueError:
            return CloseCode.UNKNOWN_CHECK
        user = self.scope.get("user")
        signed_in = user is not None and user.is_authenticated
        session = self.scope.get("session")
        handed = await database_sync_to_async(session.get)(HANDED_OVER) if session is not None else None
        if not signed_in and handed != str(wanted):
            return CloseCode.NOT_SIGNED_IN
        found: CheckTicket | None = await database_sync_to_async(check_ticket)(wanted)
        if found is None:
            return CloseCode.UNKNOWN_CHECK
        if handed != str(wanted) and (user is None or found.learner_id != user.pk):
            return CloseCode.NOT_YOURS
        if found.state != "asked" or found.deadline_at <= timezone.now():
            return CloseCode.OVER
        return found

    async def _hello(self) -> None:
        await self._send(
            protocol.hello(
                deadline_at=self.ticket.deadline_at,
                now=timezone.now(),
                tries_left=self.ticket.tries_left,
                purpose=self.ticket.purpose,
                lighting=self.ticket.lighting,
            )
        )

    def _may_send(self) -> bool:
        now = time.monotonic()
        refilled = self.frames_left + (now - self.frames_at) * protocol.LARGEST_RATE
        self.frames_at, self.frames_left = now, min(refilled, protocol.BURST_FRAMES) - 1
        return self.frames_left >= 0

    async def _send(self, frame: Mapping[str, Any]) -> None:
        if self.closed:
            return
        try:
            await self.send(text_data=protocol.packed(frame))
        except Disconnected:
            self.closed = True

    async def _close(self, code: CloseCode) -> None:
        if not self.closed:
            self.closed = True
            await self.close(code=code.value)
