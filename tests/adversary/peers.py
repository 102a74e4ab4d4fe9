"""The same attacks against Kolibri, for comparison: a learning platform that is widely used and can be installed from the index.

Fair means: its own server as it comes, its own calls as its pages make them, its version and the day printed. It was made for
learning, not for proof, and does not claim to hold against this.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.adversary.verdict import Line

if TYPE_CHECKING:
    from infra.bench.kolibri import Kolibri, Learner

SECONDS = 10
ROOT = Path(__file__).parents[2]
Send = Callable[["Kolibri", "Learner"], None]


def _report(kolibri: "Kolibri", learner: "Learner", seconds: float, progress: float = 0.0) -> None:
    kolibri.put_progress(learner, {"time_spent_delta": seconds, "progress_delta": progress})


def _each_second(seconds: float) -> Send:
    """Report so many seconds in every second."""

    def send(kolibri: "Kolibri", learner: "Learner") -> None:
        for _ in range(SECONDS):
            _report(kolibri, learner, seconds)
            time.sleep(1)

    return send


def _finished(kolibri: "Kolibri", learner: "Learner") -> None:
    kolibri.put_progress(learner, {"time_spent_delta": 36_000, "progress": 1.0})


def _jumped(kolibri: "Kolibri", learner: "Learner") -> None:
    for _ in range(4):
        _report(kolibri, learner, 600, 0.25)


def _clock_set(kolibri: "Kolibri", learner: "Learner") -> None:
    _report(kolibri, learner, 3_600)


def _replayed(kolibri: "Kolibri", learner: "Learner") -> None:
    for _ in range(20):
        _report(kolibri, learner, 5)


ATTACKS: tuple[tuple[str, str, Send], ...] = (
    ("A1", "one report of ten hours, finished", _finished),
    ("A2", "sixteen times as fast, for ten seconds", _each_second(16)),
    ("A3", "four jumps to the end", _jumped),
    ("A4", "timers ten times as fast, for ten seconds", _each_second(10)),
    ("A5", "clock set by an hour", _clock_set),
    ("A6", "one report of five seconds, twenty times", _replayed),
)
PARALLEL = 10


def play(say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Return a row for each attack: what Kolibri has stored, and the most that could have been watched meanwhile."""
    try:
        from infra.bench.kolibri import Kolibri
        from infra.bench.rows import NotHere
        from infra.embedded.trouble import Trouble
    except ImportError:
        say("Kolibri is not played against: infra/bench is not here.")
        return []
    try:
        with Kolibri(ROOT / "var" / "bench", learners=len(ATTACKS) + 1) as kolibri:
            return _play(kolibri)
    except (NotHere, Trouble, OSError) as reason:
        say(f"Kolibri is not played against: {reason}")
        return []


def _play(kolibri: "Kolibri") -> list[dict[str, Any]]:
    found = []
    for (family, says, send), learner in zip(ATTACKS, kolibri.learners, strict=False):
        began = time.monotonic()
        send(kolibri, learner)
        found.append(_row(kolibri, family, says, time.monotonic() - began, [learner]))
    first = kolibri.learners[len(ATTACKS)]
    videos = [first, *(kolibri.open_video(first) for _ in range(PARALLEL - 1))]
    began = time.monotonic()
    for _ in range(SECONDS):
        for video in videos:
            _report(kolibri, video, 1)
        time.sleep(max(0.0, 1 - (time.monotonic() - began) % 1))
    found.append(_row(kolibri, "A8", "ten videos at once, for ten seconds", time.monotonic() - began, videos))
    return found


def _row(kolibri: "Kolibri", family: str, says: str, passed: float, videos: Sequence["Learner"]) -> dict[str, Any]:
    """No media is fetched in any of these; the clock is the most that anybody could be owed."""
    stored = [kolibri.summary(video) for video in videos]
    credited = sum(one["seconds"] for one in stored)
    return {
        "peer": f"Kolibri {kolibri.version}",
        "day": date.today().isoformat(),
        "family": family,
        "says": says,
        "seconds": round(passed, 1),
        "credited": credited,
        "leaked_at_least": round(max(0.0, credited - passed), 1),
        "progress": max(one["progress"] for one in stored),
    }


def table(beside: Sequence[Mapping[str, Any]], lines: Sequence[Line]) -> Iterable[str]:
    """Yield a line for each attack on the peer, beside what the same family got from ours."""
    if not beside:
        return
    yield ""
    yield f"{beside[0]['peer']} on {beside[0]['day']}, its own server, no media fetched; ours: the same family above"
    yield f"{'attack':<50}{'seconds':>9}{'credited':>10}{'leaked':>9}{'progress':>10}{'ours leaked':>13}"
    for row in beside:
        ours = sum(line.leaked_ms for line in lines if line.family == row["family"]) / 1000
        yield (
            f"{row['family'] + ' ' + row['says']:<50}{row['seconds']:>9.1f}{row['credited']:>10.0f}"
            f"{row['leaked_at_least']:>9.0f}{row['progress']:>10.0%}{ours:>13.1f}"
        )
    yield "Kolibri was made for learning, not for proof, and does not claim to hold against this."
