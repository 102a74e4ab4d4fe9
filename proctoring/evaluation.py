"""A folder of clips with labels → how many attacks are let in, how many honest people are turned away (ISO/IEC 30107-3).

Each clip is judged by the rules that judge a learner, as if its challenge had been asked at its first frame. Honest clips come
first, then the attacks, each in the order of the labels: what an attack repeats was seen before. Needs no database.
"""

import math
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from proctoring.domain.challenge import Challenge, longest_ms
from proctoring.domain.facts import FrameFacts
from proctoring.domain.liveness import judge
from proctoring.labels import BONA_FIDE, BadFolder, Label, read_labels
from proctoring.vision.clips import BadClip, facts_of

if TYPE_CHECKING:
    from proctoring.vision.face_detector import FaceDetector

__all__ = ["BONA_FIDE", "BadFolder", "Judged", "Label", "Rate", "evaluate", "rates", "read_labels"]

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one clip. trouble: why it could not be judged; such a clip counts neither as right nor as wrong."""

    label: Label
    passed: bool
    reasons: tuple[str, ...]
    scores: dict[str, float]
    done: int = 0  # actions of the challenge that were seen, in their order
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """Errors among a count, with the bounds of Clopper and Pearson."""

    errors: int
    count: int

    @property
    def share(self) -> float:
        return self.errors / self.count if self.count else 0.0

    @property
    def bounds(self) -> tuple[float, float]:
        return clopper_pearson(self.errors, self.count)


def evaluate(folder: Path, *, jobs: int, tell: Callable[[int, int], None] = lambda done, of: None) -> list[Judged]:
    """Judge every clip of a folder. jobs: processes that look at pictures. Raises BadFolder."""
    labels = sorted(read_labels(folder), key=lambda label: label.kind != BONA_FIDE)  # stable: else in their own order
    found: list[Judged] = []
    passed: list[bytes] = []
    for label, facts in zip(labels, _all_facts(folder, labels, jobs), strict=True):
        if isinstance(facts, str):
            found.append(Judged(label, False, (), {}, trouble=facts))
        else:
            found.append(_judged(label, facts, passed))
        tell(len(found), len(labels))
    return found


def _judged(label: Label, facts: list[FrameFacts], passed: list[bytes]) -> Judged:
    challenge = Challenge(label.challenge, longest_ms(len(label.challenge)))
    verdict = judge(challenge, facts, begun_ms=0, ends_ms=challenge.length_ms, earlier=passed)
    if verdict.passed:
        passed.append(verdict.fingerprint)
    return Judged(label, verdict.passed, verdict.reasons, dict(verdict.scores), verdict.done)


def _all_facts(folder: Path, labels: Sequence[Label], jobs: int) -> Iterator["list[FrameFacts] | str"]:
    paths = [str(folder / label.file) for label in labels]
    os.environ.setdefault("GLOG_minloglevel", "2")
    context = multiprocessing.get_context("spawn")  # a used detector must never be forked
    # Not a multiprocessing.Pool: it would wait for ever for a process that the system ended.
    pool = ProcessPoolExecutor(min(jobs, len(paths)), mp_context=context)
    done = 0
    try:
        for facts in pool.map(_look, paths):
            done += 1
            yield facts
    except BrokenProcessPool:
        raise BadFolder(
            f"a process that looks at pictures was ended by the system, at {labels[done].file} or soon after it. "
            "Perhaps memory ran out: try --jobs 1"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _look(path: str) -> "list[FrameFacts] | str":
    global _detector  # noqa: PLW0603 — one detector a process
    from proctoring.vision.face_detector import FaceDetector

    if _detector is None:
        _detector = FaceDetector()
    try:
        return facts_of(Path(path), _detector)
    except BadClip as trouble:
        return str(trouble)
    except Exception as trouble:  # noqa: BLE001 — one odd file of a thousand must not end a run of hours
        return f"{type(trouble).__name__}: {trouble}"


_detector: "FaceDetector | None" = None


def rates(found: Iterable[Judged]) -> dict[str, Rate]:
    """Return the errors by kind, honest clips first: an honest clip errs when it fails, an attack when it passes.

    What could not be read is left out: an attack must not be counted as caught because a file was broken.
    """
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in found:
        if one.trouble:
            continue
        honest = one.label.kind == BONA_FIDE
        counts[one.label.kind][0] += one.passed != honest
        counts[one.label.kind][1] += 1
    order = sorted(counts, key=lambda kind: (kind != BONA_FIDE, kind))
    return {kind: Rate(*counts[kind]) for kind in order}


def clopper_pearson(errors: int, count: int) -> tuple[float, float]:
    """Return the exact bounds of a share at CONFIDENCE, from 0 to 1.

    >>> [round(bound, 4) for bound in clopper_pearson(0, 100)]
    [0.0, 0.0362]
    """
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if errors == 0 else _where(lambda share: 1 - _at_most(errors - 1, count, share) >= tail)
    high = 1.0 if errors == count else _where(lambda share: _at_most(errors, count, share) <= tail)
    return low, high


def _where(holds: Callable[[float], bool]) -> float:
    """Return the least share at which it holds, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _at_most(most: int, count: int, share: float) -> float:
    """Return the chance of at most so many among a count."""
    if share in (0.0, 1.0):
        return float(share == 0.0 or most >= count)
    logs = (
        math.lgamma(count + 1)
        - math.lgamma(n + 1)
        - math.lgamma(count - n + 1)
        + n * math.log(share)
        + (count - n) * math.log1p(-share)
        for n in range(most + 1)
    )
    return min(1.0, math.fsum(math.exp(one) for one in logs))
