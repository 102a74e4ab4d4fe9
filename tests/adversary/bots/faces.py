"""Another person, a photograph, an injected film before the camera (A12, A13, A14): all watch truly, and are not there."""

import asyncio
from collections.abc import Sequence
from functools import partial

from tests.adversary.arena import Arena, Bot
from tests.adversary.presence import Presence
from tests.adversary.reels import Film
from tests.adversary.wire import Person, now_ms

TRIES = 2
HELD_SECONDS = 45
AFTERWARDS_SECONDS = 4

NO_MODEL = "without an operator's face model nobody is failed for whose face it is; how alike it is stands in the log"
PHOTOS = ("static_photo", "moved_photo", "cut_out", "tilted_photo", "bent_photo", "animated_photo")
INJECTED = ("frozen", "looped", "duplicated", "injected_still", "reordered")


async def pretends(arena: Arena, kinds: Sequence[str]) -> None:
    """Shows another of these films at each try."""
    chosen = [kinds[(TRIES * arena.number + n) % len(kinds)] for n in range(TRIES)]
    films = [await arena.house.reels.attack(kind) for kind in chosen]
    await _sits(arena, arena.asked_person(), arena.lesson, films, chosen)


async def _sits(arena: Arena, person: Person, lesson: str, films: Sequence[Film], names: Sequence[str]) -> None:
    """Watch a lesson and show these films when asked; the film of the lesson runs on meanwhile, and for a while after."""
    async with arena.player(person, lesson, there=False) as player:
        player.begin()
        presence = Presence(person, lesson)
        check = await presence.until_asked(arena.seconds)
        passed = False
        for film, name in zip(films, names, strict=True):
            verdict = await presence.show(check, film)
            passed = bool(verdict.get("passed"))
            arena.tally[f"{name} {'let in' if passed else 'found'}"] += 1
            if passed:
                break
        if not passed:
            await presence.until_held(HELD_SECONDS)
        await asyncio.sleep(AFTERWARDS_SECONDS)
        player.pause()
        await player.leave()


async def passes(arena: Arena, presence: Presence, seconds: float) -> Film:
    """Do what is asked, as a person does; return the film that was let in. Raises RuntimeError when none was."""
    check = await presence.until_asked(seconds)
    for _ in range(TRIES):
        film = await arena.house.reels.live()
        if (await presence.show(check, film)).get("passed"):
            return film
        arena.tally["asked once more"] += 1
    raise RuntimeError("a person who did what was asked was not let in")


async def replayed(arena: Arena) -> None:
    """Is let in once, and shows the same film in the next lesson, then with grain of its own."""
    person, lessons = arena.asked_person(), arena.stage.lessons
    async with arena.player(person, lessons[0]) as player:
        player.begin()
        film = await passes(arena, Presence(person, lessons[0]), arena.seconds)
        player.pause()
        await player.leave()
    grained = await asyncio.to_thread(_with_grain, film, arena.number)
    await _sits(arena, person, lessons[1], [film, grained], ["replay", "replay with grain"])
    if arena.tally["replay with grain let in"]:
        raise AssertionError("a replay with grain was let in")


def _with_grain(film: Film, seed: int) -> Film:
    from tests.adversary.filming import with_grain  # the makers of pictures are heavy: only for whom needs them

    return with_grain(film, seed)


async def another_nonce(arena: Arena) -> None:
    """Writes the nonce of another try on its pictures; then shows what another challenge asked for."""
    films = [await arena.house.reels.attack(kind) for kind in ("other_nonce", "swapped")]
    person = arena.asked_person()
    async with arena.player(person, there=False) as player:
        player.begin()
        presence = Presence(person, arena.lesson)
        check = await presence.until_asked(arena.seconds)
        await presence.show(check, films[1], nonce="ab" * 16)
        await presence.show(check, films[0])
        await presence.until_held(HELD_SECONDS)
        await asyncio.sleep(AFTERWARDS_SECONDS)
        player.pause()
        await player.leave()


async def another_person(arena: Arena) -> None:
    """Somebody else sits there, and does what is asked."""
    film = await arena.house.reels.live()
    await _sits(arena, arena.asked_person(), arena.lesson, [film], ["another person"])


async def another_device(arena: Arena) -> None:
    """The learner is let in on one device; another takes over, is asked anew, and nobody answers there."""
    first_device = arena.asked_person()
    second_device = Person(first_device.seat, first_device.site, arena.transport, arena.tally)
    async with arena.player(first_device) as first:
        first.begin()
        await passes(arena, Presence(first_device, arena.lesson), arena.seconds)
        second = arena.player(second_device, arena.stage.lessons[1], there=False)
        await second.open(take_over=True)
        first.settle()
        first.sitting.over_ms = now_ms()
        async with second:
            second.begin()
            presence = Presence(second_device, arena.stage.lessons[1])
            await presence.until_asked(arena.seconds)
            await presence.until_held(HELD_SECONDS)
            second.pause()
            await second.leave()


ASKED = ("check asked", "verdict failed")

BOTS = (
    Bot("another person's face", "A12", "somebody else does what is asked", another_person,
        ("check asked", "verdict passed|verdict failed"), (40, 40), NO_MODEL, needs=("asked", "live")),
    Bot("changes over in mid-check", "A12", "one person begins, another ends", partial(pretends, kinds=("swapped",)),
        ("check asked", "verdict passed|verdict failed"), (50, 50), NO_MODEL, needs=("asked",)),
    Bot("another device", "A12", "is let in on one device, goes on on another", another_device,
        ("verdict passed", "held missed", "close 4409"), (40, 40), needs=("asked", "live")),
    Bot("photographs", "A13", "a photograph still, moved, cut out, tilted, bent, animated",
        partial(pretends, kinds=PHOTOS), (*ASKED, "held failed"), (50, 50), needs=("asked",)),
    Bot("acting photographs", "A13", "the same, beginning with those that act",
        partial(pretends, kinds=PHOTOS[3:] + PHOTOS[:3]), (*ASKED, "held failed"), (50, 50), needs=("asked",)),
    Bot("injected film", "A14", "frozen, looped, doubled, shuffled, one picture", partial(pretends, kinds=INJECTED),
        (*ASKED, "held failed"), (50, 50), needs=("asked",)),
    Bot("replayed film", "A14", "what was let in before, bare and with grain", replayed,
        (*ASKED, "verdict replayed", "held failed"), (60, 60), needs=("asked", "live")),
    Bot("another nonce", "A14", "pictures of another try, actions of another challenge", another_nonce,
        (*ASKED, "verdict too_few_frames", "held failed"), (50, 50), needs=("asked",)),
    Bot("whole film, looped", "A14", "all that was asked, twice", partial(pretends, kinds=("looped_whole",)),
        ("check asked", "verdict passed|verdict failed"), (50, 50),
        "a calm loop of all that was asked can pass: docs/liveness.md", needs=("asked",)),
)  # fmt: skip
