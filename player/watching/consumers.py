"""The watch socket: who may open it, one beat after the other in, its answer out."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from autobahn.exception import Disconnected
from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import InterfaceError, OperationalError

from player.domain.heartbeat import Beat
from player.watching import notices, protocol
from player.watching.actions import BeatReport, Report
from player.watching.batch import NotStored, batcher
from player.watching.clock import now_ms
from player.watching.evidence import checked
from player.watching.protocol import BadFrame, CloseCode, Proof
from player.watching.queries import Greeting, NoSuchSession, NotYourSession, SessionOver, greeting

RETRY_AFTER_MS = 2_000
# Who was signed out, or is no longer welcome, is noticed by his socket after so long at the latest.
ASK_AGAIN_SECONDS = 60.0


class WatchConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """A socket of one watch session. Beats are judged in the order of their arrival; the next waits for the former's answer."""

    learner_id: int
    session_uuid: UUID
    joined: UUID | None = None
    closed = False
    frames_left = float(protocol.BURST_FRAMES)
    frames_at = 0.0
    known_at = 0.0

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Pass a beat straight on: the stock dispatch first visits a thread to close idle database connections.

        Beats use no connection of this thread, and the visit costs more than the beat.
        """
        if message["type"] == "websocket.receive":
            await self.websocket_receive(message)
        else:
            await super().dispatch(message)

    async def connect(self) -> None:
        await self.accept()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self._close(CloseCode.NOT_SIGNED_IN)
            return
        found = await self._greeting(user.pk)
        if isinstance(found, CloseCode):
            await self._close(found)
            return
        self.learner_id, self.session_uuid = user.pk, found.session_uuid
        self.frames_at = self.known_at = time.monotonic()
        await self._send(protocol.hello(found, now_ms()))

    async def disconnect(self, code: int) -> None:
        self.closed = True
        if self.joined:
            await notices.leave(self.joined, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closed:
            return
        received_at_ms = now_ms()
        if not self._may_send():
            await self._close(CloseCode.TOO_MANY_FRAMES)
            return
        if not await self._still_signed_in():
            await self._close(CloseCode.NOT_SIGNED_IN)
            return
        try:
            frame = protocol.parse_frame(text_data if text_data is not None else "")
        except BadFrame:
            await self._close(CloseCode.BAD_FRAME)
            return
        try:
            outcome = await batcher.store(await self._report(frame, received_at_ms))
        except (OperationalError, InterfaceError):
            outcome = NotStored.UNAVAILABLE
        except Exception:  # noqa: BLE001 — logged by the batcher; this socket ends, the process does not
            await self._close(CloseCode.TROUBLE)
            return
        if isinstance(outcome, NotStored):
            seq = frame.seq if isinstance(frame, Beat) else 0
            await self._send(protocol.retry(seq, after_ms=RETRY_AFTER_MS, reason=outcome.value))
            return
        await self._send(protocol.reply(outcome))
        if outcome.reason in protocol.CLOSING_REASONS:
            await self._close(protocol.CLOSING_REASONS[outcome.reason])

    async def _report(self, frame: Beat | Proof, received_at_ms: int) -> Report:
        if isinstance(frame, Beat):
            return BeatReport(self.session_uuid, self.learner_id, frame, received_at_ms)
        report: Report = await database_sync_to_async(checked)(
            frame, session_uuid=self.session_uuid, learner_id=self.learner_id, received_at_ms=received_at_ms
        )
        return report

    async def taken_over(self, message: Mapping[str, Any]) -> None:
        """Hear from `notices` that the learner continued elsewhere."""
        if not self.closed:
            await self._send(protocol.taken_over())
            await self._close(CloseCode.TAKEN_OVER)

    async def signed_out(self, message: Mapping[str, Any]) -> None:
        """Hear from `notices` that the learner signed out of this browser."""
        if not self.closed:
            await self._close(CloseCode.NOT_SIGNED_IN)

    async def _still_signed_in(self) -> bool:
        """Say whether the cookie that opened this socket is still good; asks the store once a minute."""
        now = time.monotonic()
        if now - self.known_at < ASK_AGAIN_SECONDS:
            return True
        self.known_at = now
        session = self.scope.get("session")
        if session is None:
            return True
        try:
            # Its class, not its type: in the scope stands a lazy wrapper.
            user = await get_user({**self.scope, "session": session.__class__(session.session_key)})
        except (OperationalError, InterfaceError):  # nobody is thrown out because the database restarts
            return True
        return bool(user.pk == self.learner_id)

    async def _greeting(self, learner_id: int) -> Greeting | CloseCode:
        """Return where the session stands, or why this socket must close."""
        try:
            session_uuid = UUID(self.scope["url_route"]["kwargs"]["session"])
        except ValueError:
            return CloseCode.UNKNOWN_SESSION
        # First the group, then the question: a takeover between the two is heard, in the other order it would be
        # missed.
        self.joined = session_uuid
        await notices.join(session_uuid, self.channel_name)
        try:
            found: Greeting = await database_sync_to_async(greeting)(session_uuid, learner_id)
        except NoSuchSession:
            return CloseCode.UNKNOWN_SESSION
        except NotYourSession:
            return CloseCode.NOT_YOURS
        except SessionOver as over:
            return CloseCode.TAKEN_OVER if over.taken_over else CloseCode.SESSION_CLOSED
        return found

    def _may_send(self) -> bool:
        now = time.monotonic()
        refilled = self.frames_left + (now - self.frames_at) * protocol.FRAMES_PER_SECOND
        self.frames_at, self.frames_left = now, min(refilled, protocol.BURST_FRAMES) - 1
        return self.frames_left >= 0

    async def _send(self, frame: Mapping[str, Any]) -> None:
        try:
            await self.send(text_data=protocol.to_text(frame))
        except Disconnected:  # the line broke while the answer was made: it is asked for again on the next one
            self.closed = True

    async def _close(self, code: CloseCode) -> None:
        self.closed = True
        await self.close(code=code.value)
