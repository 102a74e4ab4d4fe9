"""Frames judged per second of processor time, from the socket to the stored verdict, beside bare decoding and face_mesh.

All that the house uses counts: Daphne, the worker, Redis, Postgres. The same JPEGs are decoded and meshed bare in a process of
their own kind, in the same rounds; and once more by our detector alone, to tell its share.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

import psycopg

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.load.sitter import Sitter, sitters_of
from infra.bench.measure import interleaved, percentile
from infra.bench.rows import Bench, Row
from infra.embedded import kernel

FRAMES = 60
ROUNDS = 7
PER_SECOND = 8  # as the page sends them
# So many that one worker is nearly full, and no picture is lost: of a processor that idles between pictures it is chance
# what is still in its caches at the next.
SITTERS = 26
TRY_FRAMES = 96  # of a challenge of two actions


def film(count: int) -> list[bytes]:
    """Return JPEGs of somebody who sits before a camera and does nothing that is asked: no try is over before its end."""
    from tests.proctoring import puppet

    return puppet.film([puppet.Pose()] * count)


def measure(bench: Bench) -> list[Finding]:
    jpegs = film(10 if bench.short else FRAMES)
    bare, detector = _bare(), _detector()
    env = bench.house.env(bench.house.fresh_database("frames"), OMP_NUM_THREADS="1")
    seats = bench.house.run_inside("face_seats", env, count=SITTERS)["seats"]
    web = bench.house.daphne(env)
    worker = bench.house.faces(env, processes=1)
    sitters = sitters_of(seats, jpegs, PER_SECOND)
    pictures = 24 if bench.short else TRY_FRAMES
    busy: list[float] = []
    lost: list[int] = []
    with asyncio.Runner() as runner:
        runner.run(_open(sitters, web.port))

        def through_the_house() -> float:
            sent, judged = sum(one.sent for one in sitters), _judged(env)
            before, worked, began = bench.house.processor_seconds(), _worked(worker.pid), time.monotonic()
            runner.run(play_all(sitters, pictures))
            used = bench.house.processor_seconds() - before
            busy.append((_worked(worker.pid) - worked) / (time.monotonic() - began))
            sent = sum(one.sent for one in sitters) - sent
            lost.append(sent - (_judged(env) - judged))
            return sent / used

        taken = interleaved(
            {
                "bare": lambda: _rate(bare, jpegs),
                "detector": lambda: _rate(detector, jpegs),
                "house": through_the_house,
            },
            rounds=bench.rounds(ROUNDS),
            say=bench.say,
        )
        for one in sitters:
            one.leave()
        runner.run(asyncio.sleep(0.5))
    wrong = [text for one in sitters for text in one.trouble][:5]
    if unanswered := sum(one.unanswered for one in sitters):
        wrong.append(f"{unanswered} pictures were never spoken of")
    # The first round is for warming up: the detector is loaded while the first pictures wait.
    if sum(lost[1:]):
        wrong.append(f"{sum(lost[1:])} pictures were not judged: the worker is more than full")
    limit = Samples("cv2.imdecode and face_mesh of the same JPEG, in one process", taken["bare"].values)
    return [
        Finding(
            path="frames judged, socket and storage included ÷ bare decode and face_mesh",
            unit="frames/s of processor time",
            ours=Samples("a picture from its socket to its guidance, and to the stored verdict", taken["house"].values),
            limit=limit,
            bars=(Bar("ours/limit", at_least=0.8, aim=0.9),),
            wrong=tuple(wrong),
            notes=(
                f"640×480; {SITTERS} sockets, {PER_SECOND} pictures a second each, tries of {pictures} pictures; processor time"
                " of Daphne, one worker, Redis and Postgres together, the generator's left out",
                f"the worker was at work for {percentile(busy[1:], 50):.0%} of a round; {sum(lost[1:])} pictures lost,"
                f" {sum(one.waits for one in sitters)} told to wait",
            ),
        ),
        Finding(
            path="frames looked at by the detector alone ÷ bare decode and face_mesh",
            unit="frames/s of processor time",
            ours=Samples("a JPEG to its facts, as bytes", taken["detector"].values),
            limit=limit,
            bars=(Bar("ours/limit", at_least=0.8, aim=0.9),),
        ),
    ]


def _worked(pid: int) -> float:
    return sum(kernel.processor_seconds_of(one) for one in (pid, *kernel.family_of(pid)))


def _judged(env: Mapping[str, str]) -> int:
    """Return how many pictures all verdicts rest upon."""
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT coalesce(sum(frames), 0) FROM proctoring_facetry").fetchone()
    return int(row[0]) if row else 0


async def _open(sitters: Sequence[Sitter], port: int) -> None:
    for one in sitters:
        await one.open(port)


async def play_all(sitters: Sequence[Sitter], pictures: int) -> None:
    """Let all play at once, each a little later than the one before: people do not begin at one tick."""
    apart = 1 / PER_SECOND / len(sitters)
    async with asyncio.TaskGroup() as group:
        for number, one in enumerate(sitters):
            group.create_task(one.play(pictures, late=number * apart))


def _bare() -> Callable[[bytes], None]:
    import cv2
    import numpy as np
    from mediapipe.python.solutions.face_mesh import FaceMesh

    mesh = FaceMesh(static_image_mode=True, max_num_faces=2, refine_landmarks=True, min_detection_confidence=0.5)

    def look(jpeg: bytes) -> None:
        picture = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR)
        mesh.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))

    return look


def _detector() -> Callable[[bytes], None]:
    from proctoring.vision.face_detector import FaceDetector

    detector = FaceDetector()

    def look(jpeg: bytes) -> None:
        detector.look(jpeg, seq=1, sent_ms=0, received_ms=0)[0].packed()

    return look


def _rate(look: Callable[[bytes], None], jpegs: Sequence[bytes]) -> float:
    began = time.process_time()
    for jpeg in jpegs:
        look(jpeg)
    return len(jpegs) / (time.process_time() - began)


ROW = Row("frames", "frames judged, socket and storage included ÷ bare decode and face_mesh", measure)
