"""Honest learners: they watch, rest, look away, sit in trains, close their laptops. They must lose nothing and be let through."""

import asyncio
import random
from dataclasses import replace
from functools import partial

import httpx

from tests.adversary.arena import Arena, Attack
from tests.adversary.bots.faces import passes
from tests.adversary.player import HONEST, Habits, Player
from tests.adversary.presence import Presence
from tests.adversary.weather import Sky, Weather
from tests.adversary.wire import now_ms

TRIES = 4
_dice = random.Random()  # noqa: S311 — not a secret


async def _finish(arena: Arena, player: Player) -> None:
    """Say goodbye, and note what an honest learner must not meet."""
    if not await player.leave():
        arena.blocked.append("the last beats were never answered")
    arena.breaks += player.breaks
    arena.blocked += [f"closed by {code}" for code in player.blocked]
    arena.notes["sent_back"] = arena.notes.get("sent_back", 0) + player.sent_back
    arena.notes["slowest_ms"] = max([arena.notes.get("slowest_ms", 0), *player.line.took_ms])


async def _watch(arena: Arena, habits: Habits = HONEST) -> None:
    """Without a rest."""
    async with arena.player(arena.person(), habits=habits) as player:
        await player.play(arena.seconds)
        await _finish(arena, player)


async def pauses(arena: Arena) -> None:
    async with arena.player(arena.person()) as player:
        end = now_ms() + arena.seconds * 1000
        while now_ms() < end:
            await player.play(_dice.uniform(3, 14))
            await asyncio.sleep(_dice.uniform(0.2, 6))
        await _finish(arena, player)


async def looks_away(arena: Arena) -> None:
    """Hides the page now and then; the player pauses while it is hidden."""
    async with arena.player(arena.person()) as player:
        end = now_ms() + arena.seconds * 1000
        while now_ms() < end:
            await player.play(_dice.uniform(5, 14))
            player.look_away(visible=False)
            await asyncio.sleep(_dice.uniform(1, 6))
            player.look_away(visible=True)
        await _finish(arena, player)


async def looks_again(arena: Arena) -> None:
    """Goes back, and forward again to where it was."""
    async with arena.player(arena.person()) as player:
        end = now_ms() + arena.seconds * 1000
        while now_ms() < end:
            await player.play(_dice.uniform(6, 14))
            player.seek(_dice.uniform(0, player.furthest_ms))
            await player.play(_dice.uniform(3, 8))
            player.seek(player.furthest_ms)
        await _finish(arena, player)


async def to_the_end(arena: Arena) -> None:
    """A short lesson to its last second: the tail counts like all the rest."""
    async with arena.player(arena.person(), arena.stage.brief) as player:
        await player.play(player.duration_ms / 1000 + 20)
        await _finish(arena, player)
        arena.notes["tail_missing_ms"] = player.duration_ms - player.counted_ms


async def loads_anew(arena: Arena) -> None:
    """Presses reload in the middle: what was not answered goes to the former session first, then the lesson is opened anew."""
    person = arena.person()
    player = await arena.player(person).open()
    player.start()
    for part in range(3):
        await player.play(arena.seconds / 3)
        if part == 2:
            break
        await player.stop()
        arena.breaks += player.breaks + 1
        if player.line.waiting:
            await person.post(
                player.ticket.beat_url, {"type": "beats", "beats": player.line.waiting}, what="former beats"
            )
        former, player = player, arena.player(person)
        former.sitting.over_ms = now_ms()
        await player.open(former=former.ticket.session_uuid)
        player.start()
    await _finish(arena, player)


async def naps(arena: Arena, seconds: float) -> None:
    """Closes the laptop for a while."""
    async with arena.player(arena.person()) as player:
        half = (arena.seconds - seconds) / 2
        player.begin()
        await asyncio.sleep(half)
        await player.nap(seconds)
        await player.play(half)
        await _finish(arena, player)


async def _under(arena: Arena, weather: Weather, habits: Habits = HONEST) -> Player:
    player = arena.player(arena.person(weather.site), habits=habits)
    for attempt in range(TRIES):
        try:
            await player.open(take_over=attempt > 0)  # the answer may have been lost, not the question
            break
        except httpx.TransportError:
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(1)
    player.start()
    player.begin()
    return player


async def trains(arena: Arena, *, cut: float) -> None:
    """Goes through tunnels: the line is cut again and again, and the buffered picture runs on."""
    async with Weather(arena.house.site, Sky(latency_ms=30, jitter_ms=60)) as weather:
        player = await _under(arena, weather)
        end = now_ms() + arena.seconds * 1000
        while now_ms() < end - cut * 1000:
            await asyncio.sleep(_dice.uniform(6, 15))
            player.breaks += 1
            await weather.cut(_dice.uniform(cut / 3, cut))
        player.pause()
        await _finish(arena, player)


async def long_cut(arena: Arena) -> None:
    """A minute and a half without a line, with whatever was buffered."""
    async with Weather(arena.house.site) as weather:
        player = await _under(arena, weather)
        await asyncio.sleep(15)
        player.breaks += 1
        await weather.cut(90)
        await asyncio.sleep(max(25, arena.seconds - 105))
        player.pause()
        await _finish(arena, player)


async def half_open(arena: Arena) -> None:
    """The line stands and is dead; nobody tells."""
    async with Weather(arena.house.site, Sky(latency_ms=20)) as weather:
        player = await _under(arena, weather)
        await asyncio.sleep(arena.seconds / 3)
        player.breaks += 1
        await weather.deafen(14)
        await asyncio.sleep(max(5, arena.seconds * 2 / 3 - 14))
        player.pause()
        await _finish(arena, player)


async def drips(arena: Arena) -> None:
    """A very slow line with a long way: the picture stalls, and what it showed counts."""
    sky = Sky(latency_ms=120, jitter_ms=200, bytes_per_second=24_000)
    async with Weather(arena.house.site, sky) as weather:
        player = await _under(arena, weather, replace(HONEST, lightest=True))
        await asyncio.sleep(arena.seconds)
        player.pause()
        await _finish(arena, player)


async def before_a_camera(arena: Arena) -> None:
    """Presence is asked of this learner, who does what is asked, each time."""
    person = arena.asked_person()
    async with arena.player(person) as player:
        player.begin()
        await passes(arena, Presence(person, arena.lesson), arena.seconds)
        await asyncio.sleep(5)
        player.pause()
        await _finish(arena, player)


# Browsers let the timers of a busy or covered tab run late: beats come at any time up to the largest gap.
THROTTLED = replace(HONEST, interval_ms=lambda: _dice.uniform(4_000, 14_000))

SCRIPTS: dict[str, Attack] = {
    "steady": _watch,
    "pauses": pauses,
    "looks away": looks_away,
    "looks again": looks_again,
    "to the end": to_the_end,
    "reloads": loads_anew,
    "sleeps 12 s": partial(naps, seconds=12),
    "tunnels": partial(trains, cut=9),
    "half-open line": half_open,
    "slow line": drips,
    "throttled tab": partial(_watch, habits=THROTTLED),
    "by POST alone": partial(_watch, habits=replace(HONEST, by_post=True)),
}
LONG_SCRIPTS: dict[str, Attack] = {
    "sleeps 65 s": partial(naps, seconds=65),
    "90-s cut": long_cut,
}
