"""What was never sent in time (A16), and what is changed afterwards by somebody with the database in hand (A18)."""

import asyncio
from functools import partial

import psycopg

from tests.adversary.arena import Arena, Bot
from tests.adversary.bots.forging import claim
from tests.adversary.oracle import Shown
from tests.adversary.player import HONEST, Habits, Media, Player
from tests.adversary.weather import Weather
from tests.adversary.wire import Person, now_ms

AWAY_SECONDS = 30
HOUR_SECONDS = 3_600


async def offline_hour(arena: Arena, *, aged: int, media: Media = Media.ALL) -> None:
    """Watches, loses the line, watches what was buffered; comes back and claims the whole time, to the end of the lesson.

    aged: by how much more the house believes that it was away.
    """
    seat_person = arena.person()
    async with Weather(arena.house.site) as weather:
        person = Person(seat_person.seat, weather.site, arena.transport, arena.tally)
        player = arena.player(person, habits=Habits(media=media, ahead_ms=90_000))
        await player.open()
        player.start()
        player.begin()
        await asyncio.sleep(arena.seconds / 3)
        while player.pending_ms:  # a question is open: it is answered first
            await asyncio.sleep(0.1)
        if media is Media.ALL:
            await player.complete()
        await weather.cut(AWAY_SECONDS)
        await player.hush()
    if aged:
        await asyncio.to_thread(arena.house.age, player.ticket.session_uuid, aged)
        _watch_the_rest(player, aged)
        arena.notes["aged_ms"] = aged * 1000
    await _claim_all(seat_person, player)


def _watch_the_rest(player: Player, aged: int) -> None:
    """In the time that passed for the house alone the picture runs on, as far as there was media: that was truly watched."""
    place_ms = player.settle()
    player.runs = False
    player.sitting.go_back(aged * 1000)
    end_ms, began = player.shelf.reaches_ms(place_ms), now_ms() - aged * 1000
    player.sitting.show(Shown(place_ms, end_ms, began, began + end_ms - place_ms))


async def _claim_all(person: Person, player: Player) -> None:
    """Post beats for every five seconds from the last one that was taken to the end of the lesson, as if they had waited."""
    await person.look_at(player.lesson)
    answer = await person.get(player.ticket.beat_url, what="hello")
    chain, place = player.chain, player.furthest_ms
    if answer.status_code == 200:  # else the session is over, and what follows will be told so
        hello = person.heard(answer.json())
        chain.go_on_from(hello["last_seq"], hello["last_mac"])
        place = hello["furthest_ms"]
    places = [min(player.duration_ms, place + 5_000 * n) for n in range(1, 2 + (player.duration_ms - place) // 5_000)]
    beats = [chain.seal(claim(player.ticket, place)) for place in places]
    answer = await person.post(player.ticket.beat_url, {"type": "beats", "beats": beats}, what="backfill")
    for reply in answer.json().get("replies", []):
        person.heard(reply)
    leaving = chain.seal(claim(player.ticket, player.duration_ms, playing=False, leaving=True))
    await person.post(player.ticket.beat_url, leaving, what="beat")
    await player.stop()


TAMPERINGS = (
    "UPDATE player_watchchunk SET counted_ms = counted_ms + 1 WHERE learner_id = %(learner)s",
    "DELETE FROM player_watchchunk WHERE learner_id = %(learner)s",
    "UPDATE analytics_logrecord SET payload = payload || '{\"counted_ms\": 3600000}' WHERE learner_id = %(learner)s",
    "DELETE FROM analytics_logrecord WHERE learner_id = %(learner)s",
    "TRUNCATE player_watchchunk CASCADE",
    "TRUNCATE analytics_logrecord CASCADE",
)


async def insider(arena: Arena) -> None:
    """Watches a little, and then has the application's own way into the database: what is sealed cannot be changed."""
    async with arena.player(arena.person(), habits=HONEST) as player:
        await player.play(arena.seconds)
        await player.leave()
    for statement in TAMPERINGS:
        arena.tally[await asyncio.to_thread(_tamper, arena, statement)] += 1


def _tamper(arena: Arena, statement: str) -> str:
    try:
        with psycopg.connect(arena.house.database_url) as connection:
            done = connection.execute(statement, {"learner": arena.learner_ids[0]}).rowcount
            connection.rollback()  # should it succeed, the others' rows stay
    except psycopg.Error:
        return "tampering refused"
    raise AssertionError(f"{done} rows were changed by: {statement}")


BOTS = (
    Bot("offline, then all of it", "A16", "claims the rest of the lesson after a cut", partial(offline_hour, aged=0),
        ("POST backfill 200", "accepted key_missing|accepted ahead_of_counted|refused seek_ahead"), (45, 75),
        "time that truly passed with the media at hand: a stall of its picture that it keeps to itself"),
    Bot("offline for an hour", "A16", "the same after an hour, as the house sees it",
        partial(offline_hour, aged=HOUR_SECONDS), ("POST backfill 200", "accepted|refused session_closed"), (45, 75)),
    Bot("offline for 20 minutes", "A16", "the same after 20 minutes, as the house sees it",
        partial(offline_hour, aged=1_200),
        ("POST backfill 200", "accepted key_missing|accepted ahead_of_counted|refused seek_ahead"), (45, 75)),
    Bot("offline with keys alone", "A16", "the same, with keys, and only the media that is asked for",
        partial(offline_hour, aged=0, media=Media.ASKED), ("POST backfill 200",), (45, 75),
        "at most the look-ahead whose keys it had; the proof is a sample"),
    Bot("insider", "A18", "changes sealed rows by SQL", insider, ("tampering refused",), (8, 8)),
)  # fmt: skip
