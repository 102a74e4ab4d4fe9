"""Scripts that answer, guess, ignore or forge what presence asks (A10, A15)."""

import asyncio
import random
import secrets

from tests.adversary.arena import Arena, Bot
from tests.adversary.player import Player
from tests.adversary.presence import BEGIN, Presence, options, packed
from tests.adversary.verdict import BY_SCRIPT
from tests.adversary.wire import Person

HELD_SECONDS = 60
BRIEF_SECONDS = 6.0  # a sitting that is over before the first check can be due


async def answers_at_once(arena: Arena) -> None:
    """Has the phone, knows what the lesson teaches, and answers as soon as it is asked: twice with a wrong code, then rightly."""
    person = arena.asked_person()
    taught = set(arena.stage.points[arena.lesson])
    async with arena.player(person) as player:
        player.begin()
        presence = Presence(person, arena.lesson)
        await presence.until_asked(arena.seconds)
        await presence.proof(send="1")
        code = await presence.code()
        page = (await person.get(f"/learn/{arena.lesson}/proof/", what="questions")).text
        for given in ("0" * 6, "1" * 6, code):
            picks = [next(n for n, text in enumerate(four) if text in taught) for four in options(page)]
            answers = {f"answer{n}": str(pick) for n, pick in enumerate(picks, 1)}
            page = await presence.proof(code=given, **answers)
        arena.tally[BY_SCRIPT] += 1
        standing = await presence.ask()
        if standing is None or standing["check"] or standing["held"]:
            raise AssertionError("a right answer by the right phone was not taken")
        await asyncio.sleep(5)
        player.pause()
        await player.leave()


async def guesses(arena: Arena) -> None:
    """Has no phone: guesses the code and the answers, then tries every other door of held time."""
    dice = random.Random(arena.number)  # noqa: S311 — repeatable, not secret
    person = arena.asked_person()
    async with arena.player(person, there=False) as player:
        player.begin()
        presence = Presence(person, arena.lesson)
        await presence.until_asked(arena.seconds)
        await presence.proof(send="1")
        for _ in range(4):
            given = {f"answer{n}": str(dice.randrange(4)) for n in (1, 2)}
            await presence.proof(code=f"{dice.randrange(10**6):06d}", **given)
        page = await presence.proof(vouch="1")
        form = {"csrfmiddlewaretoken": person.token, "code": _shown(page), "confirm": "1"}
        person.tally.answered("POST", "own vouching", await person.http.post("/learn/vouch/", data=form))
        await presence.until_held(HELD_SECONDS)
        hold = presence.held[0]["uuid"]
        for door, more in (("again", {"way": "phone"}), ("again", {"way": "supervisor"}), ("appeal", {})):
            form = {"csrfmiddlewaretoken": person.token, **more}
            person.tally.answered("POST", door, await person.http.post(f"/learn/held/{hold}/{door}/", data=form))
        await asyncio.sleep(3)
        player.pause()
        await player.leave()


def _shown(page: str) -> str:
    """Return the code that the learner would show to a supervisor."""
    return page.partition("data-vouching>")[2][:6] or "000000"


async def goes_to_the_next(arena: Arena) -> None:
    """Ignores what is asked and goes to the next lesson, again and again."""
    person = arena.asked_person()
    for lesson in arena.stage.lessons[: max(2, round(arena.seconds / 20))]:
        async with arena.player(person, lesson, there=False) as player:
            player.begin()
            await Presence(person, lesson).until_asked(arena.seconds)
            await asyncio.sleep(4)
            player.pause()
            await player.leave()


async def forges(arena: Arena) -> None:
    """Tells the house its own verdict in every way, on its own check and on another's, and answers when it is too late."""
    dice = random.Random(arena.number)  # noqa: S311 — repeatable, not secret
    person, other = arena.asked_person(), arena.asked_person()
    async with arena.player(person, there=False) as player, arena.player(other, there=False) as beside:
        player.begin()
        beside.begin()
        presence, others = Presence(person, arena.lesson), Presence(other, arena.lesson)
        check, foreign = await asyncio.gather(presence.until_asked(arena.seconds), others.until_asked(arena.seconds))
        for _ in range(6):
            await presence.send(check, [dice.choice(_forged(check))])
        for frame in dice.sample(_forged(foreign), 3):
            await presence.send(foreign, [BEGIN, frame])
        for body in ({"passed": True}, {"check": {"uuid": check, "state": "passed"}}, {"counted_ms": 60_000}):
            await person.post(f"/learn/{arena.lesson}/presence/", body, what="forged presence")
        await presence.until_held(HELD_SECONDS)
        await presence.send(check, [BEGIN])  # too late
        for watcher in (player, beside):
            watcher.pause()
            await watcher.leave()


def _forged(check: str) -> list[object]:
    nonce = secrets.token_hex(16)
    jpeg = b"\xff\xd8\xff" + b"x" * 300 + b"\xff\xd9"
    return [
        {"type": "verdict", "passed": True, "reasons": [], "state": "passed", "tries_left": 0},
        {"type": "passed", "check": check},
        {**BEGIN, "passed": True},
        {"type": "end", "nonce": nonce, "passed": True},
        packed(nonce, 0, jpeg),
        packed(nonce, 1, jpeg)[:60],
        b"\x00" * 70_000,
        '{"type": "begin"',
        [BEGIN],
    ]


async def leaves_before_it_is_asked(arena: Arena) -> None:
    """Opens a lesson, leaves before the first check can be due, and opens the next."""
    person = arena.asked_person()
    for lesson in arena.stage.lessons[: max(2, round(arena.seconds / 12))]:
        async with arena.player(person, lesson, there=False) as player:
            await _brief(person, lesson, player)


async def _brief(person: Person, lesson: str, player: Player) -> None:
    await Presence(person, lesson).ask()
    await player.play(BRIEF_SECONDS)
    await player.leave()


BOTS = (
    Bot("answers at once", "A10", "has the phone, knows the answers, and answers in no time", answers_at_once,
        ("check asked", BY_SCRIPT, "POST proof page 302"), (40, 40), needs=("asked",)),
    Bot("guesses answers", "A10", "guesses codes and answers, tries all doors of held time", guesses,
        ("check asked", "POST proof page 302", "held missed", "POST own vouching 403", "POST appeal 302",
         "POST again 409 closed"), (50, 50), needs=("asked",)),
    Bot("goes to the next", "A10", "ignores what is asked and opens the next lesson", goes_to_the_next,
        ("check asked", "accepted"), (50, 60), needs=("asked",)),
    Bot("forged presence", "A15", "its own verdicts, another's check, answers that are late", forges,
        ("close 4422", "close 4403", "close 4408", "held missed", "POST forged presence 200"), (60, 60),
        needs=("asked", "asked")),
    Bot("leaves before it is asked", "A15", "many sittings, each over before a check is due", leaves_before_it_is_asked,
        ("accepted",), (36, 36), "brief sittings pass unasked until they add up to the first window",
        needs=("asked",)),
)  # fmt: skip
