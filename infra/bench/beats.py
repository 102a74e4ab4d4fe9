"""Beats confirmed durably through real sockets, beside an echo in the same Daphne, and beside Kolibri's progress calls."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path

from infra.bench.agreement import disagreements
from infra.bench.findings import Bar, Finding, Samples
from infra.bench.kolibri import TRACK, Kolibri
from infra.bench.load.http import Ask, Tally, drive, request
from infra.bench.load.sockets import Socket, connect
from infra.bench.load.watcher import BEAT, Watcher, open_all, settled, watchers_of
from infra.bench.measure import interleaved
from infra.bench.rows import Bench, NotHere, Row

SOCKETS = 500
SECONDS = 4.0
ROUNDS = 9
KOLIBRI_LEARNERS = 50
KOLIBRI_CONNECTIONS = (4, 16)  # the better of these is measured
ECHO = BEAT % (10, 763_000, b"true", 31, b"a1" * 32)  # as long as a beat
GIVES_UP_AFTER = 10.0  # seconds for the last answers
PATH = "beats through sockets"


def measure(bench: Bench) -> list[Finding]:
    env = bench.house.env(bench.house.fresh_database("beats"))
    peers, notes = _peers(bench)  # first: they take minutes, and open lessons are not kept waiting
    made = bench.house.run_inside("seats", env, count=50 if bench.short else SOCKETS, opened=True, filmed=True)
    web = bench.house.daphne(env)
    crowd = Crowd(watchers_of(made["seats"]), bench.seconds(SECONDS))
    notes.insert(
        0,
        f"closed loop, {len(made['seats'])} sockets in one Daphne, the generator on the same cores; keys given before",
    )
    try:
        with asyncio.Runner() as runner:
            # Opened last, and never left alone for long: Daphne closes a socket that does not answer its pings.
            runner.run(crowd.open(web.port))
            ways: dict[str, Callable[[], float]] = {
                "echo": lambda: runner.run(crowd.echo()),
                "beats": lambda: runner.run(crowd.beats()),
                **{peer.title: peer.rate for peer in peers},
            }
            taken = interleaved(ways, rounds=bench.rounds(ROUNDS), say=bench.say)
            runner.run(crowd.leave())
        wrong = [text for peer in peers for text in peer.check()]
    finally:
        for peer in peers:
            peer.kolibri.stop()
    web.process.stop()
    wrong += disagreements(bench, env, crowd.watchers)
    proofs = sum(one.proofs for one in crowd.watchers)
    beats = sum(one.acked for one in crowd.watchers)
    notes.append(
        f"{beats:,} beats; {proofs:,} questions about the media were answered beside them, and are not in the figure"
    )
    fastest = max((taken[peer.title] for peer in peers), key=lambda samples: samples.median, default=None)
    bars = [Bar("ours/limit", at_least=0.4, aim=0.6), *([Bar("ours/peer", at_least=12, aim=25)] if fastest else [])]
    notes += [f"{peer.title}, {peer.connections} connections: {taken[peer.title].median:.0f}/s" for peer in peers]
    return [
        Finding(
            path=PATH,
            unit="answers/s",
            ours=Samples("a beat sent, judged, committed, answered", taken["beats"].values),
            limit=Samples("the same frame echoed by a bare Channels consumer in the same Daphne", taken["echo"].values),
            peer=fastest,
            bars=tuple(bars),
            wrong=tuple(wrong),
            notes=tuple(notes),
        )
    ]


def _peers(bench: Bench) -> "tuple[list[Progress], list[str]]":
    """Start Kolibri on both of its databases; return what started, and what a reader must know."""
    peers: list[Progress] = []
    try:
        for name, url in (("SQLite", ""), ("Postgres", bench.house.fresh_database("kolibri", migrated=False))):
            bench.say(f"starting Kolibri on {name}")
            peers.append(Progress(name, bench.folder, url, bench.seconds(SECONDS)))
    except NotHere as missing:
        return peers, [str(missing)]
    return peers, [
        f"peer: Kolibri {peers[0].kolibri.version}, PUT {TRACK}, as installed, on the faster of its databases. Its call does"
        " more than ours: HTTP with sign-in and CSRF checks, two models saved and marked for synchronisation, notifications;"
        " ours judges, merges and seals, on a socket that is signed in already"
    ]


class Unanswered(RuntimeError):
    """Frames were sent and nothing came back."""


@dataclass(slots=True)
class Crowd:
    """Sockets of both kinds, each of which sends again as soon as it is answered."""

    watchers: list[Watcher]
    seconds: float
    echoes: list[Socket] = field(default_factory=list)
    _answers: int = 0
    _busy: int = 0
    _until: float = 0.0
    _over: "asyncio.Event" = field(default_factory=asyncio.Event)

    async def open(self, port: int) -> None:
        for watcher in self.watchers:
            watcher.on_answer = self._answered
        await open_all(self.watchers, port)
        for number in range(len(self.watchers)):
            self.echoes.append(await connect(port, "/bench/echo", on_text=partial(self._echoed, number)))

    async def beats(self) -> float:
        for watcher in self.watchers:  # whose picture stood while the others were measured
            watcher.go_on()
        return await self._measured([watcher.beat for watcher in self.watchers])

    async def echo(self) -> float:
        return await self._measured([partial(socket.send, ECHO) for socket in self.echoes])

    async def leave(self) -> None:
        await settled(self.watchers, GIVES_UP_AFTER)
        for watcher, socket in zip(self.watchers, self.echoes, strict=True):
            watcher.leave()
            socket.close()
        await asyncio.sleep(0.5)

    async def _measured(self, starts: list[Callable[[], None]]) -> float:
        """Return answers a second; those under way at the end are waited for and counted."""
        began = time.perf_counter()
        self._answers, self._busy, self._until = 0, len(starts), began + self.seconds
        self._over = asyncio.Event()
        for start in starts:
            start()
        try:
            async with asyncio.timeout(self.seconds + GIVES_UP_AFTER):
                await self._over.wait()
        except TimeoutError:
            seen = [text for watcher in self.watchers for text in watcher.trouble][:3]
            raise Unanswered(f"{self._busy} of {len(starts)} sockets had no answer; seen: {seen}") from None
        return self._answers / (time.perf_counter() - began)

    def _answered(self, watcher: Watcher, _seconds: float) -> None:
        if self._goes_on():
            watcher.beat()

    def _echoed(self, number: int, _text: bytes) -> None:
        if self._goes_on():
            self.echoes[number].send(ECHO)

    def _goes_on(self) -> bool:
        self._answers += 1
        if time.perf_counter() < self._until:
            return True
        self._busy -= 1
        if not self._busy:
            self._over.set()
        return False


class Progress:
    """Kolibri under load: every learner reports a second watched, again and again."""

    def __init__(self, name: str, folder: Path, database_url: str, seconds: float) -> None:
        self.title = f"Kolibri on {name}"
        self.seconds = seconds
        self.kolibri = Kolibri(folder, learners=KOLIBRI_LEARNERS, database_url=database_url)
        self.kolibri.start()
        self._asks = self._reports()
        self._tallies: list[Tally] = []
        rates = {connections: self._drive(connections) for connections in KOLIBRI_CONNECTIONS}
        self.connections = max(rates, key=lambda connections: rates[connections])

    def rate(self) -> float:
        return self._drive(self.connections)

    def check(self) -> list[str]:
        """Say what is not as it should be: each answered report is a second that it must have stored."""
        wrong = [text for tally in self._tallies for text in tally.wrong]
        answered, stored = sum(tally.right for tally in self._tallies), self.kolibri.seconds_stored()
        if not wrong and stored != answered:
            wrong.append(f"{self.title} answered {answered} reports and stored {stored:.0f} s")
        return wrong

    def _drive(self, connections: int) -> float:
        self._tallies.append(drive(self.kolibri.port, self._asks, connections=connections, seconds=self.seconds))
        return self._tallies[-1].per_second

    def _reports(self) -> Iterator[Ask]:
        body = json.dumps({"time_spent_delta": 1, "progress_delta": 0.0001}).encode()
        for learner in cycle(self.kolibri.learners):
            path = f"{TRACK}{learner.session}/"
            yield Ask(request("PUT", path, self.kolibri.port, headers=learner.headers, body=body))


ROW = Row("beats", "beats confirmed durably ÷ Channels echo on the same Daphne, ÷ Kolibri's trackprogress", measure)
