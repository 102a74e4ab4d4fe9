"""In many places at once, after signing out, in somebody else's name, and out of sight (A8, A9, A15)."""

import asyncio
import contextlib
import itertools
from dataclasses import replace

from websockets.exceptions import ConnectionClosed

from tests.adversary.arena import Arena, Bot
from tests.adversary.bots.chain import record
from tests.adversary.bots.forging import claim
from tests.adversary.player import HONEST, Player
from tests.adversary.wire import Person, Refused, now_ms

LESSONS = 10
RACERS = 16
RESTS = (4, 15, 45)  # seconds until a lesson that lost its place comes back: from all at once to one after the other


async def ten_lessons(arena: Arena) -> None:
    """Ten lessons at once, each taking over again as soon as it has lost its place."""
    person = arena.person()
    await person.look_at(arena.lesson)
    end = now_ms() + arena.seconds * 1000
    await asyncio.gather(*(_insist(arena, person, lesson, end) for lesson in arena.stage.lessons[:LESSONS]))


async def _insist(arena: Arena, person: Person, lesson: str, end: float) -> None:
    while now_ms() < end:
        with contextlib.suppress(Refused):  # in the tally
            async with await arena.player(person, lesson).open(take_over=True) as player:
                await player.play(max(0.5, (end - now_ms()) / 1000))
        await asyncio.sleep(RESTS[arena.number % len(RESTS)])


async def two_devices(arena: Arena) -> None:
    """A second device takes over; the first goes on as if nothing had happened, by socket and by POST."""
    first_device = arena.person()
    second_device = Person(first_device.seat, first_device.site, arena.transport, arena.tally)
    async with arena.player(first_device) as first:
        first.begin()
        await asyncio.sleep(arena.seconds / 3)
        second = arena.player(second_device, arena.stage.lessons[1])
        try:
            await second.open()
        except Refused:
            await second.open(take_over=True)
        first.settle()
        first.sitting.over_ms = now_ms()
        async with second:
            second.begin()
            end = now_ms() + arena.seconds * 666
            while now_ms() < end:
                await _post_on(first)
                await asyncio.sleep(5)
            second.pause()
            await second.leave()


async def _post_on(player: Player) -> None:
    """Send the next beat by POST, whatever the last answer was."""
    place = player.furthest_ms + (now_ms() - (player.sitting.over_ms or 0))
    beat = player.chain.fork().seal(claim(player.ticket, min(player.duration_ms, place)))
    answer = await player.person.post(player.ticket.beat_url, beat, what="late beat")
    if answer.status_code == 200:
        player.person.heard(answer.json())
    await player.person.get(player.ticket.master_url, what="late playlist")


async def racers(arena: Arena) -> None:
    """Sixteen openings in the same moment; afterwards all beat, and exactly one may."""
    person = arena.person()
    await person.look_at(arena.lesson)
    for _ in range(2):
        lessons = itertools.islice(itertools.cycle(arena.stage.lessons), RACERS)
        players = [arena.player(person, lesson) for lesson in lessons]
        opened = await asyncio.gather(*(player.open(take_over=True) for player in players), return_exceptions=True)
        if failures := [
            failure for failure in opened if isinstance(failure, BaseException) and not _overtaken(failure)
        ]:
            raise failures[0]
        answers = []
        for player in [player for player in opened if isinstance(player, Player)]:
            beat = player.ticket.chain().seal(claim(player.ticket, 0))
            answers.append(await person.post(player.ticket.beat_url, beat, what="racer's beat"))
        results = [person.heard(answer.json()) for answer in answers]
        if sum(result["result"] == "accepted" for result in results) != 1:
            raise AssertionError("not exactly one of sixteen openings may earn")


def _overtaken(failure: BaseException) -> bool:
    """Tell whether it was refused because a later opening was faster: then it has no ticket to cheat with."""
    return isinstance(failure, Refused) and failure.reason == "learning_elsewhere"


async def after_signing_out(arena: Arena) -> None:
    """Signs out in the middle of watching and goes on, on the open socket and by POST."""
    person = arena.person()
    async with arena.player(person) as player:
        player.begin()
        await asyncio.sleep(arena.seconds / 3)
        await person.sign_out()
        player.settle()
        player.sitting.over_ms = now_ms()
        end = now_ms() + arena.seconds * 666
        while now_ms() < end:
            await _post_on(player)
            if player.line.over is None and player.runs:
                player.tell()
            await asyncio.sleep(5)


async def somebody_elses(arena: Arena) -> None:
    """Knows the session of another learner, its addresses and its beats; wants in, and wants a lesson it has not booked."""
    thief = arena.person()
    await thief.look_at(arena.lesson)
    async with arena.player(arena.person()) as victim:
        sent = record(victim)
        victim.begin()
        await asyncio.sleep(6)
        ticket = victim.ticket
        for _ in range(3):
            try:
                async with arena.wire(thief, ticket) as wire:
                    await wire.ask(sent[-1])
            except ConnectionClosed as lost:
                thief.closed(lost)
            for beat in (sent[-1], victim.chain.fork().seal(claim(ticket, 20_000))):
                answer = await thief.post(ticket.beat_url, beat, what="stolen beat")
                if answer.status_code == 200:
                    thief.heard(answer.json())
            await thief.get(ticket.master_url, what="stolen playlist")
            await thief.get(ticket.master_url.replace("master.m3u8", "key/0"), what="stolen key")
            await thief.get(ticket.beat_url, what="stolen hello")
            with contextlib.suppress(Refused):  # in the tally
                own = await thief.open(arena.lesson, take_over=True, former=ticket.session_uuid)
                arena.tally["open with a stolen former"] += 1
                await thief.post(own.beat_url, sent[-1], what="stolen beat")
                await thief.open(arena.stage.closed)
            await asyncio.sleep(max(2, arena.seconds / 3 - 4))
        victim.pause()
        await victim.leave()
        arena.blocked += [f"the victim was closed by {code}" for code in victim.blocked]


async def hidden(arena: Arena) -> None:
    """Goes on in a hidden tab, and says so, as the page does."""
    async with arena.player(arena.person()) as player:
        await player.play(5)
        player.look_away(visible=False)
        await player.play(arena.seconds - 5)
        await player.leave()


async def twelve_states(arena: Arena) -> None:
    """Every state of page and picture in turn: in sight or not, with focus or not, running, paused or seeking."""
    async with arena.player(arena.person()) as player:
        for visible, focused, state in itertools.product(
            (True, False), (True, False), ("running", "paused", "seeking")
        ):
            player.focused = focused
            player.look_away(visible=visible)
            player.runs = state == "running"
            player.tell(playing=state != "paused", seeking=state == "seeking")
            player.silent = state == "seeking"  # the next regular beat would say that the seek is over
            await asyncio.sleep(max(1.0, arena.seconds / 12))
            player.settle()
            player.silent = False
        player.pause()
        await player.leave()


async def says_it_is_seen(arena: Arena) -> None:
    """The picture runs where nobody can see it, and every beat says that it is in sight."""
    habits = replace(HONEST, lie=lambda frame: frame | {"visible": True, "focused": True})
    async with arena.player(arena.person(), habits=habits) as player:
        player.visible = False
        await player.play(arena.seconds)
        await player.leave()


BOTS = (
    Bot("ten lessons at once", "A8", "ten lessons that take over from each other", ten_lessons, ("close 4409",)),
    Bot("two devices", "A8", "the older device goes on", two_devices,
        ("POST open 409 learning_elsewhere", "close 4409", "refused lease_lost")),
    Bot("racers", "A8", "sixteen openings in one moment", racers, ("refused lease_lost", "accepted"), (15, 15)),
    Bot("hidden tab", "A9", "goes on in a hidden tab", hidden, ("accepted hidden",), (40, 60)),
    Bot("twelve states", "A9", "in sight, with focus, running: all ways", twelve_states, ("accepted hidden",), (48, 60)),
    Bot("says it is seen", "A9", "a hidden picture, beats that say it is in sight", says_it_is_seen, ("accepted",),
        (40, 60), "whether somebody looks is for the presence checks; never more than the clock"),
    Bot("after signing out", "A15", "signs out and goes on", after_signing_out,
        ("POST sign-out 302|POST sign-out 200", "POST late beat 403 not_signed_in", "close 4401|close 4410")),
    Bot("somebody else's", "A15", "another learner's session, keys and beats", somebody_elses,
        ("close 4403", "refused session_closed", "GET stolen key 403 not_yours", "POST open 403 not_enrolled",
         "open with a stolen former")),
)  # fmt: skip
