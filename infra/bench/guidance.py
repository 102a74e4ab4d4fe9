"""How long a person before a camera waits to be told what to do better, with twenty checks at once on two cores."""

import asyncio

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.frames import PER_SECOND, film, play_all
from infra.bench.load.sitter import sitters_of
from infra.bench.measure import percentile
from infra.bench.rows import Bench, Row

CHECKS = 20
PROCESSES = 2  # one a core, as the runbook says
TRY_FRAMES = 96
TRIES = 4
PATH = f"guidance, {CHECKS} checks at once"


def measure(bench: Bench) -> list[Finding]:
    jpegs = film(24)
    env = bench.house.env(bench.house.fresh_database("guidance"), OMP_NUM_THREADS="1")
    seats = bench.house.run_inside("face_seats", env, count=CHECKS)["seats"]
    web = bench.house.daphne(env)
    bench.house.faces(env, processes=PROCESSES)
    sitters = sitters_of(seats, jpegs, PER_SECOND)
    tries, pictures = (1, 24) if bench.short else (TRIES, TRY_FRAMES)

    async def all_of_it() -> list[float]:
        for one in sitters:
            await one.open(web.port)
        await play_all(sitters, 24)  # the detectors are loaded at the first picture
        for one in sitters:
            one.latencies.clear()
        for number in range(tries):
            await play_all(sitters, pictures)
            until_now = [1000 * seconds for one in sitters for seconds in one.latencies]
            bench.say(f"try {number + 1}/{tries}: p95 until now {percentile(until_now, 95):.0f} ms")
        for one in sitters:
            one.leave()
        await asyncio.sleep(0.5)
        return [1000 * seconds for one in sitters for seconds in one.latencies]

    ms = asyncio.run(all_of_it())
    wrong = [text for one in sitters for text in one.trouble][:5]
    if lost := sum(one.unanswered for one in sitters):
        wrong.append(f"{lost} pictures were never spoken of")
    told = ", ".join(f"p{percent:g} {percentile(ms, percent):.0f}" for percent in (50, 95, 99, 100))
    return [
        Finding(
            path=PATH,
            unit="ms, p95",
            ours=Samples("from sending a picture to the first word about it or a later one", (percentile(ms, 95),)),
            bars=(Bar("ours", at_most=300),),
            wrong=tuple(wrong),
            notes=(
                f"{CHECKS} sockets, {PER_SECOND} pictures a second each, 640×480; one Daphne, {PROCESSES} workers, the generator"
                f" on the same cores; {len(ms)} pictures: {told} ms",
                f"{sum(one.waits for one in sitters)} were told to wait",
            ),
        )
    ]


ROW = Row("guidance", f"p95 of guidance with {CHECKS} checks at once", measure)
