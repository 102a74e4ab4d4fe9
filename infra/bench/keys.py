"""Key requests through WSGI, beside empty views behind the same middleware in the same server."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.load.http import Ask, Tally, drive, request
from infra.bench.measure import interleaved
from infra.bench.product import NOTHING
from infra.bench.rows import Bench, Row

LEARNERS = 300
CONNECTIONS = 16
SECONDS = 3.0
DURATION_MS = 3_600_000  # 150 keys for each learner
ROUNDS = 9
PATH = "key requests ÷ an empty view"


def measure(bench: Bench) -> list[Finding]:
    database = bench.house.fresh_database("keys")
    env = bench.house.env(database)
    made = bench.house.run_inside(
        "seats", env, count=20 if bench.short else LEARNERS, duration_ms=DURATION_MS, covered=True
    )
    web = bench.house.gunicorn(env)
    cookies = cycle([seat["cookie"] for seat in made["seats"]])
    keys = key_asks(made, web.port)
    tallies: list[Tally] = []

    def rate(asks: Iterator[Ask]) -> float:
        tally = drive(web.port, asks, connections=CONNECTIONS, seconds=bench.seconds(SECONDS))
        tallies.append(tally)
        return tally.per_second

    taken = interleaved(
        {
            "empty": lambda: rate(empty_asks("/bench/empty", cookies, web.port)),
            "key": lambda: rate(keys),
            "signed in": lambda: rate(empty_asks("/bench/signed-in", cookies, web.port)),
        },
        rounds=bench.rounds(ROUNDS),
        say=bench.say,
    )
    wrong = [text for tally in tallies for text in tally.wrong]
    return [
        Finding(
            path=PATH,
            unit="requests/s",
            ours=Samples(
                "GET /watch/…/key/n of signed-in learners, each key for the first time: the release is stored; bytes compared",
                taken["key"].values,
            ),
            limit=Samples(
                "an empty view behind the same middleware, same cookies, nobody asked who it is", taken["empty"].values
            ),
            peer=Samples("an empty view that asks who is signed in", taken["signed in"].values),
            bars=(Bar("ours/limit", at_least=0.6),),
            wrong=tuple(wrong[:5]),
            notes=(f"closed loop, {CONNECTIONS} connections, generator on the same processors",),
        )
    ]


def key_asks(made: dict[str, Any], port: int) -> Iterator[Ask]:
    """Yield requests for keys: learner after learner, then the next stretch; from the beginning again when all were had."""
    for stretch, key in cycle(list(enumerate(made["keys"]))):
        for seat in made["seats"]:
            path, cookie = f"/watch/{seat['session']}/key/{stretch}", {"Cookie": f"sessionid={seat['cookie']}"}
            yield Ask(request("GET", path, port, headers=cookie), bytes.fromhex(key))


def empty_asks(path: str, cookies: Iterator[str], port: int) -> Iterator[Ask]:
    for cookie in cookies:
        yield Ask(request("GET", path, port, headers={"Cookie": f"sessionid={cookie}"}), NOTHING)


ROW = Row("keys", "key requests through WSGI ÷ an empty view in the same server", measure)
