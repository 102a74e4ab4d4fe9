"""Beats that were sent before: again, in another order, in another name, on another branch (A6)."""

import asyncio
import random

from websockets.exceptions import ConnectionClosed

from tests.adversary.arena import Arena, Bot
from tests.adversary.bots.forging import claim
from tests.adversary.player import Player
from tests.adversary.wire import Frame, Person

REPLAYS = 200  # a run; fifty runs make ten thousand


def record(player: Player) -> list[Frame]:
    """Return a list that fills with the beats that this player sends."""
    sent: list[Frame] = []
    put = player.line.put

    def listen(beat: Frame) -> None:
        sent.append(beat)
        put(beat)

    player.line.put = listen  # type: ignore[method-assign]  # a tap on the line
    return sent


async def replays(arena: Arena) -> None:
    """Watches honestly, while a second socket and POST send every beat again: doubled, reversed, shuffled."""
    dice = random.Random(arena.number)  # noqa: S311 — repeatable, not secret
    async with arena.player(arena.person()) as player:
        sent = record(player)
        player.begin()
        await asyncio.sleep(arena.seconds / 2)
        old = sent[:-1]
        for _ in range(REPLAYS // 20):
            await _replay(arena, player, [dice.choice(old) for _ in range(10)])
            await player.person.post(
                player.ticket.beat_url, {"type": "beats", "beats": dice.sample(old, len(old))}, what="replay"
            )
            await asyncio.sleep(arena.seconds / 2 / (REPLAYS / 20))
        player.pause()
        await player.leave()
        await _replay(arena, player, [sent[-1]] * 10)


async def _replay(arena: Arena, player: Player, beats: list[Frame]) -> None:
    try:
        async with arena.wire(player.person, player.ticket) as wire:
            await wire.ask_all(beats)
    except ConnectionClosed as lost:
        player.person.closed(lost)


async def in_another_name(arena: Arena) -> None:
    """Sends one learner's beats in the session of another, and in a later session of the same."""
    honest, thief = arena.person(), arena.person()
    async with arena.player(honest) as player:
        sent = record(player)
        await player.play(arena.seconds / 2)
        await player.leave()
    stolen = arena.player(thief)
    await stolen.open()
    later = arena.player(honest)
    await later.open(former=player.ticket.session_uuid)
    for receiver in (stolen, later):
        for beat in sent:
            await _post(receiver.person, receiver.ticket.beat_url, beat)
        try:
            async with arena.wire(receiver.person, receiver.ticket) as wire:
                for beat in sent:
                    await wire.ask(beat)
        except ConnectionClosed as lost:
            receiver.person.closed(lost)


async def _post(person: Person, url: str, beat: Frame) -> None:
    answer = await person.post(url, beat, what="foreign beat")
    if answer.status_code == 200:
        person.heard(answer.json())


async def forks(arena: Arena) -> None:
    """Watches honestly, then sends the last number again with another content, and the next one on another branch."""
    person = arena.person()
    async with arena.player(person) as player:
        await player.play(arena.seconds / 2)
        await player.line.answered(10)
        await player.stop()
    ticket, chain = player.ticket, player.chain
    last, branch = chain.fork(), chain.fork()
    branch.seal(claim(ticket, player.furthest_ms + 4_000))  # a beat that the house never sees
    branch.seq = last.seq
    again = chain.fork()
    again.seq -= 1
    for beat in (branch.seal(claim(ticket, player.furthest_ms + 9_000)), again.seal(claim(ticket, player.furthest_ms))):
        await _post(person, ticket.beat_url, beat)
        try:
            async with arena.wire(person, ticket) as wire:
                await wire.ask(beat)
                await wire.hear()
        except (ConnectionClosed, TimeoutError) as lost:
            if isinstance(lost, ConnectionClosed):
                person.closed(lost)


async def skips_numbers(arena: Arena) -> None:
    """Watches honestly for a while, then leaves numbers out, and sends the missing ones after their followers."""
    async with arena.player(arena.person()) as player:
        await player.play(arena.seconds / 2)
        await player.line.answered(10)
        await player.stop()
        place = player.settle()
        beats = [player.chain.seal(claim(player.ticket, place + 5_000 * n)) for n in range(8)]
        async with arena.wire(player.person, player.ticket) as wire:
            for order in ((7, 6, 5), (3, 1, 2), (4, 0)):
                for n in order:
                    await wire.ask(beats[n])


BOTS = (
    Bot("replays", "A6", "sends every beat again, in any order", replays, ("refused wrong_seq", "POST replay 200")),
    Bot("in another name", "A6", "sends beats in other sessions", in_another_name,
        ("refused wrong_mac|refused wrong_seq", "close 4412")),
    Bot("forked chain", "A6", "two beats of one number, two branches", forks,
        ("refused wrong_mac", "refused forked", "close 4412")),
    Bot("missing numbers", "A6", "leaves numbers out and sends them later", skips_numbers, ("refused wrong_seq",)),
)  # fmt: skip
