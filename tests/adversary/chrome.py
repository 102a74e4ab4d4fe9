"""A real Chromium, driven by its own debugging protocol.

A test library tells every tab that it is visible and has the focus; here a tab can truly be hidden.
"""

import asyncio
import contextlib
import itertools
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect

START_SECONDS = 30
ANSWER_SECONDS = 30
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio"),
    *("--autoplay-policy=no-user-gesture-required", "--remote-debugging-port=0"),
)


class Gone(ConnectionError):
    """Chromium does not answer."""


class Chromium:
    """One browser process; each person in it has a context, and so cookies, of their own."""

    def __init__(self, executable: Path) -> None:
        self._executable = executable
        self._folder = tempfile.TemporaryDirectory(prefix="zx-chromium-", ignore_cleanup_errors=True)
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def __aenter__(self) -> Self:
        profile = Path(self._folder.name)
        self._process = subprocess.Popen(
            [self._executable, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                port, path = await self._address(profile / "DevToolsActivePort")
            self._socket: ClientConnection = await connect(
                f"ws://127.0.0.1:{port}{path}", max_size=None, proxy=None, ping_interval=None
            )
        except BaseException:
            self._end()
            raise
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.cancel()
        await self._socket.close()
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    async def _address(self, file: Path) -> list[str]:
        while not (file.exists() and len(lines := file.read_text().split()) == 2):
            if self._process.poll() is not None:
                raise Gone("Chromium did not start")
            await asyncio.sleep(0.05)
        return lines

    async def _listen(self) -> None:
        async for text in self._socket:
            frame = json.loads(text)
            waiting = self._answers.pop(frame.get("id", 0), None)
            if waiting and not waiting.done():
                waiting.set_result(frame)
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(Gone("Chromium has gone"))

    async def command(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Return the result of a command. Raises Gone."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        frame = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        await self._socket.send(json.dumps(frame))
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await self._answers[number]
        if "error" in answer:
            raise Gone(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    @contextlib.asynccontextmanager
    async def tab(self, address: str, cookie: str, *scripts: str) -> Any:
        """A tab of a person of its own, signed in by the cookie; the scripts run in it before those of any page."""
        context = (await self.command("Target.createBrowserContext"))["browserContextId"]
        try:
            target = (await self.command("Target.createTarget", url="about:blank", browserContextId=context))[
                "targetId"
            ]
            session = (await self.command("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
            tab = Tab(self, context, target, session)
            await self.command("Page.enable", session)
            await self.command("Network.enable", session)
            await self.command("Network.setCookie", session, name="sessionid", value=cookie, url=address)
            for script in scripts:
                await self.command("Page.addScriptToEvaluateOnNewDocument", session, source=script)
            await self.command("Page.navigate", session, url=address)
            yield tab
        finally:
            with contextlib.suppress(Exception):
                await self.command("Target.disposeBrowserContext", browserContextId=context)


class Tab:
    def __init__(self, browser: Chromium, context: str, target: str, session: str) -> None:
        self._browser, self._context, self._target, self._session = browser, context, target, session

    async def value(self, expression: str) -> Any:
        """Return what an expression is worth in the page; a promise is waited for."""
        result = await self._browser.command(
            "Runtime.evaluate", self._session, expression=expression, returnByValue=True, awaitPromise=True
        )
        return result["result"].get("value")

    async def cover(self) -> None:
        """Open another tab of the same window before it: from now on it is hidden."""
        await self._browser.command("Target.createTarget", url="about:blank", browserContextId=self._context)

    async def uncover(self) -> None:
        await self._browser.command("Target.activateTarget", targetId=self._target)
