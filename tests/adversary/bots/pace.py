"""Faster than life, further than allowed, by clocks that were set (A2 to A5), and with gaps that are stretched."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.adversary.arena import Arena, Bot
from tests.adversary.bots.forging import claim, opened
from tests.adversary.player import HONEST, Habits
from tests.adversary.wire import now_ms

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
TOLD_BACK = "accepted ahead_of_counted|refused seek_ahead"
STALLED = f"{TOLD_BACK}|accepted"  # where the media comes slowly, a fast picture waits for it as often as for the rule


def says(**changed: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a lie: beats with these words changed."""
    return lambda frame: frame | changed


async def behave(arena: Arena, habits: Habits) -> None:
    """Watch for the whole time with these habits."""
    async with arena.player(arena.person(), habits=habits) as player:
        await player.play(arena.seconds)
        await player.leave()


def at_rate(rate: float, *, heeds: bool = True, told: int = 100, **more: Any) -> Callable[[Arena], Awaitable[None]]:
    """A picture that runs so fast, with media fetched as far as the house lets it, and a beat that says `told`."""
    habits = Habits(rate=rate, heeds=heeds, lie=says(rate_percent=told), ahead_ms=120_000, **more)
    return partial(behave, habits=habits)


async def runs_ahead(arena: Arena) -> None:
    """Says sixteen times the place, whatever was fetched and whatever it is told."""
    began = now_ms()

    def lie(frame: dict[str, Any]) -> dict[str, Any]:
        return frame | {"position_ms": min(240_000, round((now_ms() - began) * 16))}

    await behave(arena, Habits(lie=lie, heeds=False))


async def jumps(arena: Arena) -> None:
    """Watches a little, jumps far ahead, watches there, jumps to the end, and does not go back."""
    async with arena.player(arena.person(), habits=replace(HONEST, heeds=False)) as player:
        while player.duration_ms and now_ms() - player.sitting.began_ms < arena.seconds * 1000:
            await player.play(6)
            for place in (player.furthest_ms + 30_000, player.furthest_ms + 3_000, player.duration_ms - 500):
                player.seek(place)
                player.begin()
                await asyncio.sleep(1.5)
                player.pause()
            player.seek(player.furthest_ms)
        await player.leave()


async def small_steps(arena: Arena) -> None:
    """Pauses every second and goes on a fifth of a second further, less than a picture may be off."""
    async with arena.player(arena.person()) as player:
        await player.play(8)
        for _ in range(round(arena.seconds - 8)):
            await player.play(1)
            player.seek(player.settle() + 200)
        await player.leave()


async def ignores_refusals(arena: Arena) -> None:
    """Earns for a while, jumps ahead, is refused, and goes on from there as if nothing had been said."""
    async with arena.player(arena.person(), habits=replace(HONEST, heeds=False)) as player:
        await player.play(arena.seconds / 4)
        await player.stop()
        place_ms, began = player.furthest_ms + 40_000, now_ms()
        async with arena.wire(player.person, player.ticket) as wire:
            while now_ms() - began < arena.seconds * 750:
                beat = claim(player.ticket, min(player.duration_ms, place_ms + now_ms() - began))
                await wire.ask(player.chain.seal(beat))
                await asyncio.sleep(5)


async def sets_the_clock(arena: Arena, by_ms: int) -> None:
    """A page that reckons its place by the clock of the computer, which is set in the middle of watching, and set back."""
    shift = 0

    def lie(frame: dict[str, Any]) -> dict[str, Any]:
        return frame | {"position_ms": min(2**31 - 1, max(0, frame["position_ms"] + shift))}

    async with arena.player(arena.person(), habits=replace(HONEST, lie=lie, heeds=False)) as player:
        for moved in (0, by_ms, 0, -by_ms, 0):
            shift = moved
            await player.play(arena.seconds / 5)
        await player.leave()


async def sends_times(arena: Arena) -> None:
    """Puts times of its own into frames and headers. There is no place for them: the frame is refused."""
    person, ticket = await opened(arena)
    for moved in (HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS):
        person.http.headers["Date"] = "Sat, 09 May 2026 01:30:00 GMT"
        try:
            async with arena.wire(person, ticket) as wire:
                await wire.ask(ticket.chain().seal(claim(ticket, 0)) | {"sent_at_ms": 1_778_290_200_000 + moved})
        except ConnectionClosed as lost:
            person.closed(lost)
        beat = ticket.chain().seal(claim(ticket, 60_000)) | {"watched_ms": moved}
        await person.post(ticket.beat_url, beat, what="dated beat")


async def stretches_gaps(arena: Arena) -> None:
    """One beat in twenty-five seconds: what lies between is claimed in one stride."""
    habits = replace(HONEST, interval_ms=lambda: 25_000.0, heeds=False)
    await behave(arena, habits)


async def strides(arena: Arena) -> None:
    """Rests for fourteen seconds, then claims fourteen seconds in one beat: time that was saved up."""
    async with arena.player(arena.person()) as player:
        await player.play(6)
        await player.stop()
        place_ms = player.settle()
        async with arena.wire(player.person, player.ticket) as wire:
            for _ in range(max(1, round((arena.seconds - 6) / 15))):
                await wire.ask(player.chain.seal(claim(player.ticket, place_ms, playing=False)))
                await asyncio.sleep(14)
                await wire.ask(player.chain.seal(claim(player.ticket, place_ms)))
                place_ms += 14_000
                await asyncio.sleep(0.5)
                await wire.ask(player.chain.seal(claim(player.ticket, place_ms)))


BOTS = (
    Bot("1.01 times", "A2", "plays a hundredth too fast", at_rate(1.01), ("accepted",)),
    Bot("2 times", "A2", "plays twice as fast and says 1×", at_rate(2), (STALLED,)),
    Bot("4 times", "A2", "plays four times as fast and says 1×", at_rate(4), (STALLED,)),
    Bot("16 times", "A2", "says sixteen times the place", runs_ahead, (TOLD_BACK,)),
    Bot("16 times, told", "A2", "plays sixteen times as fast and says so", at_rate(16, told=1600),
        ("refused rate_too_fast",)),
    Bot("2 times by POST", "A2", "the same without a socket", at_rate(2, by_post=True), (STALLED,)),
    Bot("jumps", "A3", "jumps ahead and to the end", jumps, ("refused seek_ahead",)),
    Bot("small steps", "A3", "skips a fifth of a second, every second", small_steps, ("accepted",)),
    Bot("ignores refusals", "A3", "is sent back and does not go", ignores_refusals, (TOLD_BACK,)),
    Bot("hooked timers", "A4", "a page whose clocks run ten times as fast",
        at_rate(10, interval_ms=lambda: 500.0), (STALLED,)),
    Bot("clock ± 1 hour", "A5", "sets the computer's clock while watching", partial(sets_the_clock, by_ms=HOUR_MS),
        ("refused seek_ahead",)),
    Bot("clock ± 1 day", "A5", "sets the computer's clock while watching", partial(sets_the_clock, by_ms=DAY_MS),
        ("refused seek_ahead",)),
    Bot("times in frames", "A5", "sends times of its own", sends_times,
        ("close 4400", "POST dated beat 400 bad_frame"), (10, 10)),
    Bot("stretched gaps", "A16", "a beat in twenty-five seconds", stretches_gaps, ("accepted",)),
    Bot("saved-up strides", "A16", "rests, then claims the rest in one stride", strides, (TOLD_BACK,)),
)  # fmt: skip
