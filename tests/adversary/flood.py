"""A thousand frames a second by one learner (A20): the sender, in a process of its own, and what the others felt.

`python -m tests.adversary.flood` reads its orders as JSON from the standard input and prints how much it sent.
"""

import asyncio
import json
import sys
from collections import Counter
from dataclasses import replace
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.adversary.arena import Arena, Bot
from tests.adversary.bots.forging import claim, opened
from tests.adversary.player import HONEST, Player
from tests.adversary.wire import Borrowed, Person, Seat, Site, Wire

FRAMES_PER_SECOND = 1_000
BEAT_MS = 100.0  # of those who are watched: as often as a socket may, so that a hundredth of them means something
NEIGHBOURS = 6
ROUNDS = 3
HARMED = 1.5  # of the calm p99
UNFELT_MS = 100.0  # what a beat may take in any case; below it nobody notices, whatever the ratio


async def neighbours_of_a_flood(arena: Arena) -> None:
    """Learners who beat ten times a second, in calm and in flood by turns; the worst hundredth of their answers is compared."""
    flooder, ticket = await opened(arena)
    beat = ticket.chain().seal(claim(ticket, 0, playing=False))
    await flooder.post(ticket.beat_url, beat, what="beat")
    habits = replace(HONEST, interval_ms=lambda: BEAT_MS)
    players = [arena.player(arena.person(), habits=habits) for _ in range(NEIGHBOURS)]
    for player in players:
        await player.open()
        player.start()
        player.begin()
    took: dict[str, list[float]] = {"calm": [], "flood": []}
    part = arena.seconds / (2 * ROUNDS)
    for _ in range(ROUNDS):
        for state in ("calm", "flood"):
            begun = [len(player.line.took_ms) for player in players]
            if state == "flood":
                arena.tally.update(await _flood(flooder, ticket.socket_path, beat, part))
            else:
                await asyncio.sleep(part)
            took[state] += _since(players, begun)
    for player in players:
        player.pause()
        await player.leave()
        arena.blocked += [f"a neighbour was closed by {code}" for code in player.blocked]
    arena.notes |= {f"{state}_p99_ms": percentile(times, 99) for state, times in took.items()}
    arena.notes |= {f"{state}_p50_ms": percentile(times, 50) for state, times in took.items()}
    calm, flood = arena.notes["calm_p99_ms"], arena.notes["flood_p99_ms"]
    if flood > max(HARMED * calm, UNFELT_MS):
        raise AssertionError(f"the others' p99 rose from {calm:.0f} to {flood:.0f} ms")


def _since(players: list[Player], begun: list[int]) -> list[float]:
    return [ms for player, first in zip(players, begun, strict=True) for ms in player.line.took_ms[first:]]


def percentile(times: list[float], percent: int) -> float:
    """Return the time below which so many of a hundred lie. Raises ValueError for too few to say."""
    if len(times) < 100 // (100 - percent):
        raise ValueError(f"{len(times)} answers are too few")
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


async def _flood(person: Person, path: str, beat: dict[str, Any], seconds: float) -> Counter[str]:
    orders = {
        "http": person.site.http,
        "socket": person.site.socket,
        "cookie": person.seat.cookie,
        "path": path,
        "beat": beat,
        "seconds": seconds,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.adversary.flood", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate(json.dumps(orders).encode())
    if process.returncode != 0:
        raise RuntimeError("the flood did not start")
    return Counter(json.loads(said))


async def send_all(orders: dict[str, Any]) -> dict[str, int]:
    """Send the last beat again and again, at the full rate, and come back at once whenever the socket is closed."""
    person = Person(Seat(0, orders["cookie"]), Site(orders["http"], orders["socket"]), Borrowed())
    loop = asyncio.get_running_loop()
    end, sent = loop.time() + orders["seconds"], 0
    text = json.dumps(orders["beat"])
    began = loop.time()
    while loop.time() < end:
        try:
            async with person.socket(orders["path"]) as socket:
                listening = asyncio.create_task(_drain(Wire(person, socket)))
                while loop.time() < end and not listening.done():
                    while sent < (loop.time() - began) * FRAMES_PER_SECOND:
                        await socket.send(text)
                        sent += 1
                    await asyncio.sleep(0.005)
                listening.cancel()
        except ConnectionClosed as lost:
            person.closed(lost)
        except (OSError, TimeoutError):
            person.tally["no line"] += 1
    return {"flood frame": sent, **{f"flooder: {word}": count for word, count in person.tally.items()}}


async def _drain(wire: Wire) -> None:
    try:
        while True:
            await wire.hear()
    except ConnectionClosed as lost:
        wire.person.closed(lost)
    except TimeoutError:
        return


FLOOD = Bot(
    "flood", "A20", "a thousand frames a second beside six others", neighbours_of_a_flood,
    ("flood frame", "flooder: close 4429|flooder: accepted"), (24, 24),
)  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(asyncio.run(send_all(json.loads(sys.stdin.read())))))  # noqa: T201 — read by the parent
