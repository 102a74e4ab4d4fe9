"""What a socket costs in memory: ours beside a bare Channels consumer, each in a Daphne of its own; and 10,000 idle ones."""

import asyncio
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from infra.bench.findings import Bar, Finding, Samples, not_run
from infra.bench.house import Web
from infra.bench.load.sockets import Socket, connect
from infra.bench.measure import interleaved
from infra.bench.rows import Bench, Row

SOCKETS = 1_000
MANY = 10_000
ROUNDS = 5
AT_ONCE = 50
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

    def kib_each(path_of: Callable[[dict[str, Any]], str]) -> float:
        web = bench.house.daphne(env)
        _open_and_close(web, seats[-50:], path_of)  # what is loaded by the first socket belongs to no socket
        before = memory_bytes(web)
        held = asyncio.run(_hold(web, seats[:sockets], path_of, SETTLE_SECONDS))
        web.process.stop()
        return (held - before) / 1024 / sockets

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
        notes=(f"{sockets} idle sockets in one Daphne, its own anonymous memory: not that of Redis and the kernel",),
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
    before, began = memory_bytes(web), time.monotonic()
    seconds = 3 if bench.short else IDLE_SECONDS
    opened: list[float] = []
    try:
        held = asyncio.run(_hold(web, seats, watch_path, seconds, lambda: opened.append(time.monotonic() - began)))
    except (OSError, TimeoutError, LostSockets) as error:
        return Finding(path=PATH_MANY, wrong=(f"{type(error).__name__}: {error}",))
    return Finding(
        path=PATH_MANY,
        unit="KiB each",
        ours=Samples(
            f"{len(seats):,} watch sockets of as many learners, held for {seconds} s",
            ((held - before) / 1024 / len(seats),),
        ),
        notes=(
            f"one Daphne: none refused, none lost; opened in {opened[0]:.0f} s ({len(seats) / opened[0]:.0f} a second);"
            f" {held / 1024**2:.0f} MiB in all",
        ),
    )


class LostSockets(RuntimeError):
    """Sockets that should have stayed open were closed."""


async def _hold(
    web: Web,
    seats: Seats,
    path_of: Callable[[dict[str, Any]], str],
    seconds: float,
    opened: Callable[[], None] = lambda: None,
) -> int:
    """Open a socket for each seat, wait, and return the memory of the server in bytes. All must be open to the end."""
    lost: list[int] = []
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, seat: dict[str, Any]) -> Socket:
        source = f"127.0.0.{2 + number // PER_SOURCE}"
        async with gate:
            return await connect(
                web.port,
                path_of(seat),
                cookie=str(seat["cookie"]),
                source=source,
                on_text=lambda _: None,
                on_close=lost.append,
            )

    sockets = await asyncio.gather(*(one(number, seat) for number, seat in enumerate(seats)))
    opened()
    await asyncio.sleep(seconds)
    held = await asyncio.to_thread(memory_bytes, web)
    if lost:
        raise LostSockets(f"{len(lost)} of {len(sockets)}, first with code {lost[0]}")
    for socket in sockets:
        socket.close()
    await asyncio.sleep(1)
    return held


def _open_and_close(web: Web, seats: Seats, path_of: Callable[[dict[str, Any]], str]) -> None:
    asyncio.run(_hold(web, seats, path_of, 0.5))


def memory_bytes(web: Web) -> int:
    """Return the anonymous memory of a server's processes: what a library's file holds does not grow with sockets."""
    total = 0
    for pid in web.family:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Anonymous:"):
                total += int(line.split()[1]) * 1024
    return total


ROW = Row("socket_memory", "memory of a watch socket ÷ of a bare Channels socket; 10,000 idle sockets", measure)
