"""Is this certificate real? Asked beside a view that does `SELECT 1`; and whether the time of an answer tells what exists."""

import json
from collections.abc import Iterator, Mapping
from itertools import cycle
from urllib.parse import urlencode

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.load.http import Ask, Tally, drive, request
from infra.bench.measure import interleaved
from infra.bench.product import NOTHING
from infra.bench.rows import Bench, Row

CERTIFICATES = 2000
STRANGERS = 4000
CONNECTIONS = 8
SECONDS = 2.0
ROUNDS = 7
SAME = 1.05  # of a median: less than one request's own scatter on a quiet machine
TOKEN = "b" * 32
Known = Mapping[str, list[tuple[str, str]]]


def measure(bench: Bench) -> list[Finding]:
    # As behind nginx, which says who asks: many strangers, each some ten times a minute, within the usual limit.
    env = bench.house.env(bench.house.fresh_database("verification"), LMS_BEHIND_PROXY="yes")
    known: Known = bench.house.run_inside("papers", env, count=20 if bench.short else CERTIFICATES)
    web = bench.house.gunicorn(env)
    bare = cycle([Ask(request("GET", "/bench/select-1", web.port), NOTHING)])
    asks = {
        "select 1": bare,
        "api": api_asks(known["standing"], web.port, net=1),
        "page": page_asks(known["standing"], web.port, net=2),
    }
    # Asked one at a time: with a queue before the server every answer takes as long as the queue.
    alone = {state: page_asks(known[state], web.port, net=net) for net, state in enumerate(("revoked", "unknown"), 3)}
    tallies: list[Tally] = []

    def answered(asks: Iterator[Ask], connections: int) -> Tally:
        tally = drive(web.port, asks, connections=connections, seconds=bench.seconds(SECONDS))
        tallies.append(tally)
        return tally

    def for_a_second(asks: Iterator[Ask]) -> float:
        """Answers for a second of the servers' processors. Which worker takes how many connections is chance, and with it
        how many answers a second of the clock brings.
        """
        before = bench.house.processor_seconds()
        tally = answered(asks, CONNECTIONS)
        return tally.right / (bench.house.processor_seconds() - before)

    taken = interleaved(
        {name: (lambda asks=way: for_a_second(asks)) for name, way in asks.items()}
        | {name: (lambda asks=way: _median_ms(answered(asks, 1))) for name, way in alone.items()},
        rounds=bench.rounds(ROUNDS),
        say=bench.say,
    )
    wrong = tuple(text for tally in tallies for text in tally.wrong)[:5]
    limit = Samples("a view that asks SELECT 1, behind the same middleware", taken["select 1"].values)
    notes = (
        f"closed loop, {CONNECTIONS} connections; counted are gunicorn, Postgres and Redis, not the generator",
        "many strangers, each within the usual limit, from the addresses that nginx names",
    )
    return [
        Finding(
            path="verifications by number and name ÷ a SELECT 1 view",
            unit="answers/CPU s",
            ours=Samples(what, taken[way].values),
            limit=limit,
            bars=(Bar("ours/limit", at_least=0.7),),
            notes=notes,
            wrong=wrong,
        )
        for way, what in (("api", "the machine's door, counted per address"), ("page", "the whole page, drawn"))
    ] + [
        Finding(
            path="time of an answer: revoked ÷ unknown",
            unit="ms",
            ours=Samples("the page for a revoked certificate", taken["revoked"].values),
            peer=Samples("the page for a number that does not exist", taken["unknown"].values),
            bars=(Bar("ours/peer", at_most=SAME), Bar("ours/peer", at_least=1 / SAME)),
            notes=("one connection; medians of a round",),
            wrong=wrong,
        )
    ]


def api_asks(known: list[tuple[str, str]], port: int, *, net: int) -> Iterator[Ask]:
    """Return what programs send, made beforehand: the generator shares the processors with what it measures.

    net: from which addresses, one for each question until all have asked.
    """
    headers = {"Content-Type": "application/json"}
    bodies = [json.dumps({"number": number, "name": name}).encode() for number, name in known]
    return _asks("/verify/api/", bodies, headers, port, net)


def page_asks(known: list[tuple[str, str]], port: int, *, net: int) -> Iterator[Ask]:
    """Return what a browser sends that has seen the form before, made beforehand."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={TOKEN}"}
    bodies = [
        urlencode({"csrfmiddlewaretoken": TOKEN, "number": number, "name": name}).encode() for number, name in known
    ]
    return _asks("/verify/", bodies, headers, port, net)


def _asks(path: str, bodies: list[bytes], headers: dict[str, str], port: int, net: int) -> Iterator[Ask]:
    asks = []
    for place, body in zip(range(STRANGERS), cycle(bodies), strict=False):
        by = {"X-Forwarded-For": f"10.{net}.{place // 250}.{place % 250 + 1}"}
        asks.append(Ask(request("POST", path, port, headers={**headers, **by}, body=body)))
    return cycle(asks)


def _median_ms(tally: Tally) -> float:
    ordered = sorted(tally.latencies)
    return ordered[len(ordered) // 2] * 1000 if ordered else 0.0


ROW = Row("verification", "verifications by number and name ÷ a SELECT 1 view; revoked ÷ unknown", measure)
