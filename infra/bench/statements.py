"""xAPI statements stored a second, beside Ralph (ralph-malph), in batches and one by one."""

from base64 import b64encode
from collections.abc import Iterator
from itertools import repeat
from uuid import uuid4

import psycopg

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.load.http import Ask, drive, request
from infra.bench.measure import interleaved
from infra.bench.ralph import PATH as RALPHS
from infra.bench.ralph import Ralph
from infra.bench.rows import Bench, NotHere, Row

OURS = "/xapi/statements"
CONNECTIONS = 4
SECONDS = 3.0
ROUNDS = 7
BATCHES = (100, 1)
TITLE = "xAPI statements stored"
_STATEMENT = (
    '{"id":"%s","actor":{"objectType":"Agent","account":{"homePage":"http://example.com","name":"person-%d"}},'
    '"verb":{"id":"http://adlnet.gov/expapi/verbs/experienced","display":{"en":"experienced"}},'
    '"object":{"objectType":"Activity","id":"http://example.com/lessons/%d","definition":{"name":{"en":"A lesson"},'
    '"type":"http://adlnet.gov/expapi/activities/lesson"}},"result":{"duration":"PT30S","completion":false},'
    '"context":{"registration":"5f0a9f6e-58d6-4a2c-9d2b-0b3f4c1f7a11","contextActivities":{"category":'
    '[{"id":"https://w3id.org/xapi/video"}]}},"timestamp":"2026-05-09T01:30:00.000Z"}'
)


def measure(bench: Bench) -> list[Finding]:
    return [_row(bench, batch) for batch in BATCHES]


def _row(bench: Bench, batch: int) -> Finding:
    database = bench.house.fresh_database("statements")
    env = bench.house.env(database, LMS_HTTP_WORKERS="1")
    made = bench.house.run_inside("programs", env)
    web = bench.house.gunicorn(env)
    key = b64encode(f"{made['key']}:{made['secret']}".encode()).decode()
    headers = {
        "Authorization": f"Basic {key}",
        "X-Experience-API-Version": "1.0.3",
        "Content-Type": "application/json",
    }
    wrong: list[str] = []
    sent = 0

    def ours() -> float:
        nonlocal sent
        tally = drive(
            web.port, _asks(OURS, web.port, headers, batch), connections=CONNECTIONS, seconds=bench.seconds(SECONDS)
        )
        wrong.extend(tally.wrong)
        sent += tally.right * batch
        return tally.per_second * batch

    ways = {"ours": ours}
    notes = [
        f"closed loop, {CONNECTIONS} connections, one web process each; ours in Postgres, found again by every filter"
    ]
    try:
        with Ralph(bench.folder) as ralph:

            def peer() -> float:
                ralph.empty()
                asks = _asks(RALPHS, ralph.port, ralph.headers, batch)
                tally = drive(ralph.port, asks, connections=CONNECTIONS, seconds=bench.seconds(SECONDS))
                wrong.extend(tally.wrong)
                if ralph.stored() != tally.right * batch:
                    wrong.append(f"Ralph answered {tally.right * batch} statements and stored {ralph.stored()}")
                return tally.per_second * batch

            taken = interleaved(ways | {"peer": peer}, rounds=bench.rounds(ROUNDS), say=bench.say)
            notes.append(
                f"peer: Ralph {ralph.version}, statements appended to a file without fsync and without indexes, and the file"
                " emptied before each round, for it is read whole before each request"
            )
    except NotHere as missing:
        notes.append(str(missing))
        taken = interleaved(ways, rounds=bench.rounds(ROUNDS), say=bench.say)
    with psycopg.connect(database) as connection:
        (stored,) = connection.execute("SELECT count(*) FROM analytics_xapistatement").fetchone() or (0,)
    if stored != sent:
        wrong.append(f"{sent} statements were answered and {stored} stored")
    web.process.stop()
    return Finding(
        path=f"{TITLE}, {batch} a request",
        unit="statements/s",
        ours=Samples(
            "POST /xapi/statements, checked, stored and sealed by a record in one transaction", taken["ours"].values
        ),
        peer=Samples("POST /xAPI/statements/ of Ralph", taken["peer"].values) if "peer" in taken else None,
        bars=(Bar("ours/peer", at_least=1.0),) if "peer" in taken else (),
        wrong=tuple(wrong[:5]),
        notes=tuple(notes),
    )


def _asks(path: str, port: int, headers: dict[str, str], batch: int) -> Iterator[Ask]:
    for number in repeat(0):
        told = ",".join(_STATEMENT % (uuid4(), (number + at) % 97, at % 13) for at in range(batch))
        yield Ask(request("POST", path, port, headers=headers, body=f"[{told}]".encode()))


ROW = Row("statements", "xAPI statements stored ÷ Ralph", measure)
