"""The page itself in a real Chromium without a window, with scripts that were slipped under it (A2, A3, A4, A9, A11)."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra import chromium
from tests.adversary.arena import Arena, Bot
from tests.adversary.chrome import Chromium, Tab
from tests.adversary.oracle import Shown, Sitting
from tests.adversary.wire import now_ms

LOOK_SECONDS = 0.25
START_SECONDS = 40
FIRST_PICTURE_MS = 1_000
# How long a page may take to find that it is out of sight: told by the browser, it acts at once; where a script keeps that from
# it, it waits until nothing was painted for three seconds, because a slow computer paints seldom.
TOLD_MS, UNTOLD_MS = 500, 3_500

# Kept before anything can be patched: by these the harness sees the truth, ten times a second and whenever the tab is hidden.
TRUTH = """
(() => {
  const media = HTMLMediaElement.prototype, page = Document.prototype;
  const of = (thing, name) => Object.getOwnPropertyDescriptor(thing, name);
  const time = of(media, 'currentTime'), rate = of(media, 'playbackRate'), seen = of(page, 'visibilityState');
  const clock = performance.now.bind(performance), find = document.querySelector.bind(document);
  let notes = [];
  const note = () => {
    const video = find('video');
    if (video) notes.push([clock(), time.get.call(video) * 1000, seen.get.call(document) === 'visible']);
  };
  document.addEventListener('visibilitychange', note, true);
  setInterval(note, 100);
  window.truth = {
    look: () => { note(); const taken = notes; notes = []; return [clock(), taken]; },
    setTime: (s) => time.set.call(find('video'), s),
    setRate: (r) => rate.set.call(find('video'), r),
    rate: () => rate.get.call(find('video')),
  };
})();
"""
PATCHED_RATE = """
Object.defineProperty(HTMLMediaElement.prototype, 'playbackRate', { get: () => 1, set: () => {}, configurable: true });
setInterval(() => { if (document.querySelector('video')) truth.setRate(4); }, 200);
"""
ALWAYS_VISIBLE = """
Object.defineProperty(Document.prototype, 'visibilityState', { get: () => 'visible' });
Object.defineProperty(Document.prototype, 'hidden', { get: () => false });
Document.prototype.hasFocus = () => true;
for (const name of ['visibilitychange', 'blur', 'pagehide', 'freeze'])
  for (const target of [document, window])
    target.addEventListener(name, (event) => event.stopImmediatePropagation(), true);
setInterval(() => {
  const video = document.querySelector('video');
  if (video && video.paused) video.play().catch(() => {});
}, 500);
"""
FAST_CLOCKS = """
(() => {
  const start = Date.now(), now = Date.now.bind(Date), perf = performance.now.bind(performance);
  Date.now = () => start + (now() - start) * 10;
  performance.now = () => perf() * 10;
  const every = window.setInterval.bind(window), later = window.setTimeout.bind(window);
  window.setInterval = (deed, ms, ...more) => every(deed, ms / 10, ...more);
  window.setTimeout = (deed, ms, ...more) => later(deed, ms / 10, ...more);
})();
"""


class Spectator:
    """Writes down what truly ran in a tab, and whether it was truly in sight."""

    def __init__(self, tab: Tab, sitting: Sitting, grace_ms: float) -> None:
        self.tab, self.sitting, self.grace_ms = tab, sitting, grace_ms
        self.last: tuple[float, float, bool] | None = None
        self.seen_at = 0.0
        self.apart_ms = math.inf  # between the clock of the page and ours; the quickest answer knows it best

    async def look(self, seconds: float) -> None:
        end = now_ms() + seconds * 1000
        while now_ms() < end:
            seen = await self.tab.value("window.truth && truth.look()")
            if seen:
                page_now, notes = seen
                self.apart_ms = min(self.apart_ms, now_ms() - page_now)
                for at_ms, place_ms, in_sight in notes:
                    self._note(place_ms, at_ms + self.apart_ms, in_sight=in_sight)
            await asyncio.sleep(LOOK_SECONDS)

    def _note(self, place_ms: float, at_ms: float, *, in_sight: bool) -> None:
        if in_sight:
            self.seen_at = at_ms
        in_sight = in_sight or at_ms - self.seen_at < self.grace_ms
        if self.last:
            before_ms, before_at, was_in_sight = self.last
            at_ms = max(at_ms, before_at + 1)
            # What moved much faster than the picture can run has jumped. The first picture of a film stands a little after 0.
            first = FIRST_PICTURE_MS if before_ms == 0 else 0
            if 0 < place_ms - before_ms < (at_ms - before_at) * 5 + 100 + first:
                self.sitting.show(Shown(before_ms, place_ms, before_at, at_ms, in_sight=was_in_sight))
        self.last = (place_ms, at_ms, in_sight)


@asynccontextmanager
async def watching(arena: Arena, *scripts: str, grace_ms: float = TOLD_MS) -> AsyncIterator[Spectator]:
    """The lesson's page in a tab, signed in and playing. grace_ms: see TOLD_MS."""
    person = arena.person()
    sitting = Sitting(person.seat.learner_id, arena.lesson, now_ms(), fetched=[(0.0, float(10**9))])
    arena.sittings.append(sitting)
    executable = await asyncio.to_thread(chromium.find)
    if executable is None:
        raise FileNotFoundError(chromium.NO_BROWSER)
    address = f"{arena.house.cluster.url}/learn/{arena.lesson}/"
    async with Chromium(executable) as browser, browser.tab(address, person.seat.cookie, TRUTH, *scripts) as tab:
        spectator = Spectator(tab, sitting, grace_ms)
        end = now_ms() + START_SECONDS * 1000
        while not await tab.value("!!document.querySelector('[data-connected=yes]')"):
            if now_ms() > end:
                raise TimeoutError("the page did not connect: " + str(await tab.value("document.body.innerText")))
            await asyncio.sleep(0.2)
        arena.tally["page connected"] += 1
        await tab.value("document.querySelector('[data-part=big]').click()")
        await spectator.look(3)
        if not sitting.shown:
            raise TimeoutError("the page did not play")
        arena.tally["page played"] += 1
        yield spectator
        await tab.value("document.querySelector('video').pause()")
        await spectator.look(2)


async def plain(arena: Arena) -> None:
    """A script before the page: nothing is patched, nobody is there."""
    async with watching(arena) as spectator:
        await spectator.look(arena.seconds)


async def patched_rate(arena: Arena) -> None:
    async with watching(arena, PATCHED_RATE) as spectator:
        await spectator.look(arena.seconds)
        if await spectator.tab.value("truth.rate()") == 4:
            arena.tally["ran at four times"] += 1


async def script_seeks(arena: Arena) -> None:
    async with watching(arena) as spectator:
        for _ in range(max(2, round(arena.seconds / 8))):
            await spectator.tab.value("truth.setTime(document.querySelector('video').duration - 2)")
            await spectator.look(4)
            await spectator.tab.value("document.querySelector('video').play().catch(() => {})")
            await spectator.look(4)
            arena.tally["script sought"] += 1


async def fast_clocks(arena: Arena) -> None:
    async with watching(arena, FAST_CLOCKS) as spectator:
        await spectator.look(arena.seconds)


async def covered(arena: Arena, *scripts: str, grace_ms: float = TOLD_MS) -> None:
    """Another tab comes before it; the picture goes on, if the page lets it."""
    async with watching(arena, *scripts, grace_ms=grace_ms) as spectator:
        await spectator.tab.cover()
        await spectator.look(arena.seconds)
        arena.tally["covered"] += 1


async def overrides_visibility(arena: Arena) -> None:
    await covered(arena, ALWAYS_VISIBLE, grace_ms=UNTOLD_MS)


BOTS = (
    Bot("headless Chromium", "A11", "the page in Chromium, driven by a script", plain, ("page played",), (30, 25),
        browser=True),
    Bot("patched playbackRate", "A11", "runs at 4×, and the page reads 1×", patched_rate, ("ran at four times",),
        (30, 25), browser=True),
    Bot("script seeks", "A11", "a script sets currentTime to the end", script_seeks, ("script sought",), (24, 24),
        browser=True),
    Bot("page with fast clocks", "A11", "Date, performance.now and timers run ten times as fast", fast_clocks,
        ("page played",), (24, 24), browser=True),
    Bot("covered tab", "A9", "another tab before it", covered, ("covered",), (24, 24), browser=True),
    Bot("overridden visibilityState", "A9", "the same, and a userscript says it is visible", overrides_visibility,
        ("covered",), (30, 25), browser=True),
)  # fmt: skip
