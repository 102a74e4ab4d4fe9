"""500 beats a second that come when they come, whether or not the last was answered: how long until each is confirmed."""

import asyncio
import time
from dataclasses import dataclass, field

from infra.bench.agreement import disagreements
from infra.bench.findings import Bar, Finding, Samples
from infra.bench.load.watcher import Watcher, open_all, settled, watchers_of
from infra.bench.measure import percentile
from infra.bench.rows import Bench, Row

BEATS_PER_SECOND = 500
BEAT_SECONDS = 5.0  # as players do
MINUTES = 5.0
SHORT_SECONDS = 30.0
WARM_UP_SECONDS = 10.0
PATIENCE_SECONDS = 10.0  # for the last answers
PATH = f"open loop, {BEATS_PER_SECOND} beats/s"


@dataclass(slots=True)
class Timetable:
    """Sends each learner's beat at its own moment of the five seconds, and keeps how late each answer was."""

    watchers: list[Watcher]
    latencies: list[float] = field(default_factory=list)
    late_starts: list[float] = field(default_factory=list)  # how far behind its own timetable the generator was
    sent: int = 0
    seconds: float = 0.0
    _counting: bool = False

    async def run(self, port: int, seconds: float) -> None:
        for watcher in self.watchers:
            watcher.on_answer = self._answered
        await open_all(self.watchers, port)
        await self._send_for(WARM_UP_SECONDS)
        self._counting = True
        await self._send_for(seconds)
        self._counting = False
        await settled(self.watchers, PATIENCE_SECONDS)
        for watcher in self.watchers:
            watcher.leave()
        await asyncio.sleep(0.5)

    async def _send_for(self, seconds: float) -> None:
        began, apart = time.perf_counter(), BEAT_SECONDS / len(self.watchers)
        for number in range(round(seconds / apart)):
            due = began + number * apart
            now = time.perf_counter()
            if due > now:
                await asyncio.sleep(due - now)
            elif number % 16 == 0:
                await asyncio.sleep(0)  # behind: let answers in all the same
            self.watchers[number % len(self.watchers)].beat(due)
            if self._counting:
                self.sent += 1
                self.late_starts.append(max(0.0, time.perf_counter() - due))
        if self._counting:
            self.seconds = time.perf_counter() - began

    def _answered(self, _watcher: Watcher, seconds: float) -> None:
        if self._counting:
            self.latencies.append(seconds)


def measure(bench: Bench) -> list[Finding]:
    env = bench.house.env(bench.house.fresh_database("open_loop"))
    learners = round(BEATS_PER_SECOND * BEAT_SECONDS)
    made = bench.house.run_inside("seats", env, count=learners, opened=True, filmed=True)
    web = bench.house.daphne(env)
    table = Timetable(watchers_of(made["seats"]))
    seconds = SHORT_SECONDS if bench.short else MINUTES * 60
    bench.say(f"{learners} learners, {seconds:.0f} s")
    asyncio.run(table.run(web.port, seconds))
    web.process.stop()
    wrong = disagreements(bench, env, table.watchers)
    if not table.latencies:
        return [Finding(path=PATH, wrong=("nothing was answered", *wrong))]
    ms = [value * 1000 for value in table.latencies]
    told = ", ".join(f"p{percent:g} {percentile(ms, percent):.1f}" for percent in (50, 95, 99, 100))
    behind = percentile([value * 1000 for value in table.late_starts], 99)
    return [
        Finding(
            path=PATH,
            unit="ms, p99",
            ours=Samples("from the moment a beat was due until its answer, after the commit", (percentile(ms, 99),)),
            bars=(Bar("ours", at_most=100),),
            wrong=tuple(wrong),
            notes=(
                f"{learners} sockets, a beat each {BEAT_SECONDS:g} s, for {table.seconds:.0f} s: {table.sent} beats,"
                f" {table.sent / table.seconds:.0f} a second, and {sum(one.proofs for one in table.watchers)} proofs",
                f"{told} ms; lost and doubled: none, or WRONG would say so",
                f"the generator was behind its own timetable by p99 {behind:.1f} ms",
            ),
        )
    ]


ROW = Row("open_loop", "open loop at 500 beats/s for 5 minutes: p99, lost, doubled", measure)
