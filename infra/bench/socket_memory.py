"""What a socket costs in memory: ours beside a bare Channels consumer, each in a Daphne of its own; and 10,000 idle ones."""

import asyncio
import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.bench.findings import Bar, Finding, Samples, not_run
from infra.bench.house import Web
from infra.bench.load.sockets import Refused, Socket, connect
from infra.bench.measure import interleaved
from infra.bench.rows import Bench, Row

SOCKETS = 1_000
MANY = 10_000
ROUNDS = 5
AT_ONCE = 50
MOST_BROKEN = 1_000
SETTLE_SECONDS = 2.0
IDLE_SECONDS = 45  # longer than Daphne waits for an answer to its ping
PER_SOURCE = 5_000  # a source address has 28,000 ports, and they rest a minute after use
FILES_BESIDE = 500
PATH = "memory a socket ÷ bare Channels"
PATH_MANY = f"{MANY:,} idle sockets"

Seats = Sequence[dict[str, Any]]


def measure(bench: Bench) -> list[Finding]:
    sockets = 100 if bench.short else SOCKETS
    many = 500 if bench.short else MANY
    env = bench.house.env(bench.house.fresh_database("memory"))
    seats: Seats = bench.house.run_inside("seats", env, count=many)["seats"]

    files: dict[str, float] = {}

    def kib_each(path_of: Callable[[dict[str, Any]], str]) -> float:
        web = bench.house.daphne(env)
        _open_and_close(web, seats[-50:], path_of)  # what is loaded by the first socket belongs to no socket
        before = needs_of(web)
        held = asyncio.run(_hold(web, seats[:sockets], path_of, SETTLE_SECONDS))
        web.process.stop()
        files[path_of(seats[0])] = (held.files - before.files) / sockets
        return (held.memory_bytes - before.memory_bytes) / 1024 / sockets

    taken = interleaved(
        {"bare": lambda: kib_each(lambda _: "/bench/echo"), "ours": lambda: kib_each(watch_path)},
        rounds=bench.rounds(ROUNDS),
        warm_up=0,
        say=bench.say,
    )
    each = Finding(
        path=PATH,
        unit="KiB",
        ours=Samples("the watch socket: signed in, greeted, in its group", taken["ours"].values),
        limit=Samples("a consumer that echoes, in the same Daphne", taken["bare"].values),
        bars=(Bar("ours/limit", at_most=2.0),),
        notes=(
            f"{sockets} idle sockets in one Daphne, its own anonymous memory: not that of Redis and the kernel",
            f"open files a socket: ours {files[watch_path(seats[0])]:.1f}, bare {files['/bench/echo']:.1f}",
        ),
    )
    return [each, _many(bench, env, seats)]


def watch_path(seat: dict[str, Any]) -> str:
    return f"/ws/watch/{seat['session']}/"


def _many(bench: Bench, env: dict[str, str], seats: Seats) -> Finding:
    """Hold as many as there are seats for a while, and say what became of them."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit < len(seats) + FILES_BESIDE:
        return not_run(PATH_MANY, f"ulimit -n is {limit}: {len(seats) + FILES_BESIDE} are needed")
    web = bench.house.daphne(env)
    _open_and_close(web, seats[-50:], watch_path)
    before, began = needs_of(web), time.monotonic()
    seconds = 3 if bench.short else IDLE_SECONDS
    opened: list[tuple[float, int]] = []
    try:
        held = asyncio.run(
            _hold(web, seats, watch_path, seconds, lambda broken: opened.append((time.monotonic() - began, broken)))
        )
    except LostSockets as error:
        return Finding(path=PATH_MANY, wrong=(str(error),))
    (took, broken), each = opened[0], (held.memory_bytes - before.memory_bytes) / 1024 / len(seats)
    return Finding(
        path=PATH_MANY,
        unit="KiB each",
        ours=Samples(f"{len(seats):,} watch sockets of as many learners, held for {seconds} s", (each,)),
        notes=(
            f"one Daphne: none lost; opened in {took:.0f} s ({len(seats) / took:.0f} a second), {AT_ONCE} at a time;"
            f" {broken} handshakes were broken off by the server and tried again",
            f"{held.memory_bytes / 1024**2:.0f} MiB and {held.files:,} open files in all",
        ),
    )


class LostSockets(RuntimeError):
    """Sockets that should have stayed open were closed."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a server needs while sockets are open. files: open files, sockets among them, of all its processes."""

    memory_bytes: int
    files: int


async def _hold(
    web: Web,
    seats: Seats,
    path_of: Callable[[dict[str, Any]], str],
    seconds: float,
    opened: Callable[[int], None] = lambda _broken: None,
) -> Held:
    """Open a socket for each seat, wait, and return what the server needs then. All must be open to the end."""
    lost: list[int] = []
    broken: list[int] = []
    done = 0
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, seat: dict[str, Any]) -> Socket:
        """Open one; a handshake that the server broke off is counted, and tried again as a player does."""
        nonlocal done
        source = f"127.0.0.{2 + number // PER_SOURCE}"
        async with gate:
            while True:
                try:
                    socket = await connect(
                        web.port,
                        path_of(seat),
                        cookie=str(seat["cookie"]),
                        source=source,
                        on_text=lambda _: None,
                        on_close=lost.append,
                    )
                    done += 1
                    return socket
                except Refused:
                    broken.append(number)
                    if len(broken) > MOST_BROKEN:
                        raise
                    await asyncio.sleep(1)

    try:
        sockets = await asyncio.gather(*(one(number, seat) for number, seat in enumerate(seats)))
    except (OSError, TimeoutError) as error:
        raise LostSockets(f"{done} of {len(seats)} were open when a handshake failed: {error}") from error
    opened(len(broken))
    await asyncio.sleep(seconds)
    held = await asyncio.to_thread(needs_of, web)
    if lost:
        raise LostSockets(f"{len(lost)} of {len(sockets)}, first with code {lost[0]}")
    for socket in sockets:
        socket.close()
    await asyncio.sleep(1)
    return held


def _open_and_close(web: Web, seats: Seats, path_of: Callable[[dict[str, Any]], str]) -> None:
    asyncio.run(_hold(web, seats, path_of, 0.5))


def needs_of(web: Web) -> Held:
    """Return what a server's processes hold: anonymous memory (a library's file does not grow with sockets), and files."""
    memory, files = 0, 0
    for pid in web.family:
        files += len(os.listdir(f"/proc/{pid}/fd"))
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Anonymous:"):
                memory += int(line.split()[1]) * 1024
    return Held(memory, files)


ROW = Row("socket_memory", "memory of a watch socket ÷ of a bare Channels socket; 10,000 idle sockets", measure)
