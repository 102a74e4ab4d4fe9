"""Daphne is killed under 2,000 sockets and started again: how long until all are greeted, and whether any was refused."""

import asyncio
import signal
import time
from dataclasses import dataclass, field

from infra.bench.agreement import disagreements
from infra.bench.findings import Bar, Finding, Samples
from infra.bench.house import Web
from infra.bench.load.watcher import Watcher, open_all, settled, watchers_of
from infra.bench.rows import Bench, Row

SOCKETS = 2_000
KILLS = 3
BEAT_SECONDS = 5.0
BETWEEN_SECONDS = 8.0
LONGEST_SECONDS = 90.0
PATIENCE_SECONDS = 10.0
PATH = f"reconnecting of {SOCKETS:,} sockets"


@dataclass(slots=True)
class Storm:
    """Learners who beat on, lose their line together, and come back as the protocol asks."""

    watchers: list[Watcher]
    back_after: list[float] = field(default_factory=list)  # for each kill, until the last was greeted
    ready_after: list[float] = field(default_factory=list)  # of these, until the server took connections again
    _over: bool = False

    async def run(self, bench: Bench, web: Web, kills: int) -> None:
        await open_all(self.watchers, web.port)
        beating = [asyncio.create_task(self._beat(watcher, number)) for number, watcher in enumerate(self.watchers)]
        for number in range(kills):
            await asyncio.sleep(BETWEEN_SECONDS)
            await self._kill(web)
            bench.say(f"kill {number + 1}/{kills}: all back after {self.back_after[-1]:.1f} s")
        await asyncio.sleep(BETWEEN_SECONDS)
        self._over = True
        await asyncio.gather(*beating)
        await settled(self.watchers, PATIENCE_SECONDS)
        for watcher in self.watchers:
            watcher.leave()
        await asyncio.sleep(0.5)

    async def _kill(self, web: Web) -> None:
        killed_at = time.perf_counter()
        web.process.send(signal.SIGKILL)
        await asyncio.to_thread(web.process.wait, 10)
        until = killed_at + LONGEST_SECONDS
        returning = [asyncio.create_task(one.come_back(web.port, until=until)) for one in self.watchers]
        web.process.start()  # in this thread, which outlives it: the kernel ties it to its starter
        await asyncio.to_thread(web.wait_ready)
        self.ready_after.append(time.perf_counter() - killed_at)
        await asyncio.gather(*returning)
        self.back_after.append(time.perf_counter() - killed_at)

    async def _beat(self, watcher: Watcher, number: int) -> None:
        """Beat on for as long as it goes; without a line the beats wait, and are sent on return."""
        await asyncio.sleep(BEAT_SECONDS * number / len(self.watchers))
        while not self._over:
            watcher.beat()
            await asyncio.sleep(BEAT_SECONDS)


def measure(bench: Bench) -> list[Finding]:
    env = bench.house.env(bench.house.fresh_database("storm"))
    sockets, kills = (200, 1) if bench.short else (SOCKETS, KILLS)
    made = bench.house.run_inside("seats", env, count=sockets, opened=True, filmed=True)
    web = bench.house.daphne(env)
    storm = Storm(watchers_of(made["seats"]))
    asyncio.run(storm.run(bench, web, kills))
    web.process.stop()
    wrong = disagreements(bench, env, storm.watchers)
    ready = ", ".join(f"{seconds:.1f}" for seconds in storm.ready_after)
    return [
        Finding(
            path=PATH,
            unit="s",
            ours=Samples("from the kill until the last socket was greeted again", tuple(storm.back_after)),
            bars=(Bar("ours", at_most=30, aim=10),),
            wrong=tuple(wrong),
            notes=(
                f"{sockets} sockets with full jitter; {kills} kills of the only Daphne, which listened again after {ready} s",
                "refused: none, or WRONG would say so (a port on which nobody listens is not counted as a refusal);"
                " beats of the meantime were kept, sent again, and are in the sums",
            ),
        )
    ]


ROW = Row("storm", "2,000 sockets after a kill of Daphne: refused, and time until all are back", measure)
