"""Watching without the film, and the film without watching (A7, A19)."""

import asyncio
from functools import partial

import httpx

from tests.adversary.arena import Arena, Bot
from tests.adversary.bots.pace import behave
from tests.adversary.media import is_stream
from tests.adversary.oracle import length, union
from tests.adversary.player import Habits, Media, Player, Proofs
from tests.adversary.wire import now_ms

SAMPLE = "the proof is a sample: who fetches what is asked for passes; never more than the clock"


class TooMuchReleased(AssertionError):
    """More of the lesson could be decrypted than time and look-ahead allow."""


async def hoards(arena: Arena, *, watches: bool) -> None:
    """Asks for every key as fast as it can, all the time; measures what it could decrypt, at each moment."""
    person = arena.person()
    async with arena.player(person) as player:
        if watches:
            player.begin()
        while not player.shelf.segments:
            await asyncio.sleep(0.1)
        end = now_ms() + arena.seconds * 1000
        while now_ms() < end:
            for address in dict.fromkeys(segment.key_url for segment in player.shelf.segments):
                # The total may rise between question and answer: what it is afterwards is what was allowed.
                await player.shelf.key(address)
                _measure(arena, player)
            await asyncio.sleep(0.3)
        player.pause()
        await player.leave()


def _measure(arena: Arena, player: Player) -> None:
    """A stretch that begins in time is released whole: what can be read ends at most a stretch after the look-ahead."""
    released = [(s.start_ms, s.end_ms) for s in player.shelf.segments if s.key_url in player.shelf.keys]
    stretch_ms = max(b - a for a, b in zip(player.stretches_ms, player.stretches_ms[1:], strict=False))
    passed_ms = now_ms() - player.sitting.began_ms
    allowed_ms = min(player.duration_ms, passed_ms + player.policy["look_ahead_ms"] + stretch_ms)
    arena.notes["released_ms"] = length(union(released))
    if arena.notes["released_ms"] > allowed_ms:
        raise TooMuchReleased(f"{arena.notes['released_ms']:.0f} ms at {passed_ms:.0f} ms")


async def without_a_session(arena: Arena) -> None:
    """Knows every address, and is nobody: it gets ciphertext, and no key."""
    owner = arena.player(arena.person())
    await owner.open()
    await owner.shelf.list()
    stranger = httpx.AsyncClient(transport=arena.transport, base_url=arena.house.site.http, timeout=30, trust_env=False)
    tally = owner.person.tally
    for segment in owner.shelf.segments[:20]:
        sealed = tally.answered("GET", "bare segment", await stranger.get(segment.url))
        if is_stream(sealed.content):
            raise TooMuchReleased("a segment lies there in the clear")
        tally.answered("GET", "bare key", await stranger.get(segment.key_url))
    tally.answered("GET", "bare playlist", await stranger.get(owner.ticket.master_url))
    tally.answered("GET", "bare hello", await stranger.get(owner.ticket.beat_url))


NO_KEY = "accepted key_missing|ask|refused seek_ahead"

BOTS = (
    Bot("beats without media", "A7", "beats at the right pace, no key, no segment",
        partial(behave, habits=Habits(media=Media.NONE, heeds=False)), (NO_KEY,)),
    Bot("the same by POST", "A7", "beats at the right pace, by POST",
        partial(behave, habits=Habits(media=Media.NONE, heeds=False, by_post=True)), (NO_KEY,)),
    Bot("keys without media", "A7", "keys at the pace of watching, no segment",
        partial(behave, habits=Habits(media=Media.KEYS)), ("ask", "proof failed|refused no_media_proof"), (60, 110)),
    Bot("forged proofs", "A7", "keys, no segment, random digits as proof",
        partial(behave, habits=Habits(media=Media.KEYS, proofs=Proofs.FORGE)),
        ("ask", "proof failed|refused no_media_proof"), (60, 110)),
    Bot("dropped questions", "A7", "fetches all, answers no question",
        partial(behave, habits=Habits(proofs=Proofs.IGNORE)), ("question ignored",), (60, 110)),
    Bot("one segment", "A7", "keys, and one segment for the first question",
        partial(behave, habits=Habits(media=Media.FIRST)), ("proof passed",), (60, 110), SAMPLE),
    Bot("only what is asked", "A7", "keys, and a segment only when it is asked about",
        partial(behave, habits=Habits(media=Media.ASKED)), ("proof passed",), (60, 110), SAMPLE),
    Bot("key hoarder", "A19", "watches, and asks for every key all the time", partial(hoards, watches=True),
        ("GET key 403 too_early", "GET key 200")),
    Bot("downloader", "A19", "asks for every key, watches nothing", partial(hoards, watches=False),
        ("GET key 403 too_early", "GET key 200"), (30, 60)),
    Bot("without a session", "A19", "has all addresses, and is nobody", without_a_session,
        ("GET bare segment 200", "GET bare key 403 not_signed_in|GET bare key 403 not_yours"), (10, 10)),
)  # fmt: skip
