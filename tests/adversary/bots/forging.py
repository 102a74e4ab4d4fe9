"""Claims out of thin air: a finish, totals, garbage, answers that nobody asked for (A1, A15)."""

import asyncio
import json
import random
import secrets
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.adversary.arena import Arena, Bot
from tests.adversary.player import Habits, Media, Player
from tests.adversary.wire import Person, Ticket, told

BODIES = 20  # a run; fifty runs make a thousand
FUZZED = 40


def claim(ticket: Ticket, position_ms: float, **more: Any) -> dict[str, Any]:
    """What a beat says at a place of the ticket's lesson."""
    hello = ticket.hello
    return told(position_ms, stretches_ms=hello["stretches_ms"], duration_ms=hello["duration_ms"], **more)


async def opened(arena: Arena) -> tuple[Person, Ticket]:
    person = arena.person()
    player = arena.player(person)  # its sitting says: nothing was shown
    await player.open()
    return person, player.ticket


async def forged_finish(arena: Arena) -> None:
    """Says "finished" in every way there is: by socket, by POST, as form, with totals of its own."""
    person, ticket = await opened(arena)
    chain, end_ms = ticket.chain(), ticket.hello["duration_ms"]
    async with arena.wire(person, ticket) as wire:
        await wire.ask(chain.seal(claim(ticket, end_ms)))
        await wire.ask(chain.seal(claim(ticket, 0)))
        await asyncio.sleep(2)
        await wire.ask(chain.seal(claim(ticket, end_ms, playing=False)))
        await wire.ask(chain.seal(claim(ticket, end_ms, playing=False, leaving=True)))
    for number in range(BODIES):
        beat = chain.fork().seal(claim(ticket, end_ms, playing=False))
        body: dict[str, Any] = [
            beat | {"counted_ms": end_ms},
            beat | {"completed": True, "progress": 1.0, "time_spent": 36_000},
            {"type": "beat", "counted_ms": end_ms},
            {"type": "completed", "lesson": arena.lesson},
            beat | {"position_ms": float(end_ms)},
        ][number % 5]
        await person.post(ticket.beat_url, body, what="forged body")
        if number % 5 == 0:
            form = {"beat": json.dumps(beat | {"counted_ms": end_ms}), "csrfmiddlewaretoken": person.token}
            person.tally.answered("POST", "forged form", await person.http.post(ticket.beat_url, data=form))


async def lesson_in_one_post(arena: Arena) -> None:
    """Posts the whole lesson at once: all its beats, five seconds apart, sealed as they should be."""
    person, ticket = await opened(arena)
    chain = ticket.chain()
    await person.post(ticket.beat_url, chain.seal(claim(ticket, 0)), what="beat")
    await asyncio.sleep(3)
    places = range(5_000, ticket.hello["duration_ms"] + 5_000, 5_000)
    beats = [chain.seal(claim(ticket, min(place, ticket.hello["duration_ms"]))) for place in places]
    answer = await person.post(ticket.beat_url, {"type": "beats", "beats": beats}, what="whole lesson")
    for reply in answer.json().get("replies", []):
        person.heard(reply)


async def tampered_proofs(arena: Arena) -> None:
    """Fetches keys and no media, and answers with verdicts of its own, invented nonces, another session's question, too late."""
    person, stranger = arena.person(), arena.person()
    async with (
        arena.player(person, habits=Habits(media=Media.KEYS, heeds=False)) as player,
        arena.player(stranger, habits=Habits(media=Media.KEYS, heeds=False)) as other,
    ):
        player.begin()
        other.begin()
        await asyncio.sleep(7)
        for forged in _proofs(player, other):
            await person.post(player.ticket.beat_url, forged, what="forged proof")
            try:
                async with arena.wire(person, player.ticket) as wire:
                    await wire.ask(forged)
            except ConnectionClosed as lost:
                person.closed(lost)
        await asyncio.sleep(max(0, arena.seconds - 7))
        await asyncio.gather(player.leave(), other.leave())


def _proofs(player: Player, other: Player) -> list[dict[str, Any]]:
    nonce, digits = secrets.token_hex(16), secrets.token_hex(32)
    stolen = (other.last_ask or {}).get("nonce", nonce)
    rendition = player.shelf.rendition or "360"
    plain = {"type": "proof", "nonce": nonce, "segment": 0, "rendition": rendition, "hmac": digits}
    return [
        plain,
        plain | {"nonce": stolen},
        plain | {"result": "passed"},
        plain | {"passed": True},
        plain | {"segment": -1},
        {"type": "proof_reply", "nonce": nonce, "result": "passed", "credited_ms": 60_000},
    ]


async def fuzzed_frames(arena: Arena) -> None:
    """Sends what is almost a frame, again and again; each closes the socket or earns nothing."""
    person, ticket = await opened(arena)
    dice = random.Random(arena.number)  # noqa: S311 — repeatable, not secret
    for _ in range(FUZZED):
        try:
            async with arena.wire(person, ticket) as wire:
                await wire.ask(_spoiled(dice, ticket.chain().seal(claim(ticket, dice.randrange(300_000)))))
        except (ConnectionClosed, TimeoutError) as lost:
            if isinstance(lost, ConnectionClosed):
                person.closed(lost)


def _spoiled(dice: random.Random, frame: dict[str, Any]) -> object:
    name = dice.choice(sorted(frame))
    text = json.dumps(frame)
    return dice.choice(
        [
            {key: value for key, value in frame.items() if key != name},
            frame | {name: dice.choice([None, -1, 2**31, 1e400, "1", [], {}, True, 0.5])},
            frame | {"extra": 1},
            text[: dice.randrange(1, len(text))],
            text.replace("{", '{"seq": 1, ', 1),
            text.encode(),
            text + " " * 5_000,
            json.dumps([frame]),
            "null",
            frame | {"mac": secrets.token_hex(32)},
        ]
    )


BOTS = (
    Bot("forged finish", "A1", "says that it has finished, in every way there is", forged_finish,
        ("refused seek_ahead", "POST forged body 400 bad_frame", "POST forged form 400 bad_frame"), (15, 15)),
    Bot("lesson in one POST", "A1", "posts all beats of a lesson at once", lesson_in_one_post,
        ("POST whole lesson 200", "accepted ahead_of_counted|refused seek_ahead|accepted key_missing"), (15, 15)),
    Bot("tampered proofs", "A15", "answers questions with verdicts of its own", tampered_proofs,
        ("proof stale|POST forged proof 200", "POST forged proof 400 bad_frame", "close 4400"), (45, 45)),
    Bot("fuzzed frames", "A15", "sends what is almost a frame", fuzzed_frames,
        ("close 4400",), (20, 20)),
)  # fmt: skip
