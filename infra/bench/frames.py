"""Frames looked at per second on one core, beside bare JPEG decoding and face_mesh in the same process."""

import time
from collections.abc import Callable

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.measure import interleaved
from infra.bench.rows import Bench, Row

FRAMES = 60
ROUNDS = 7


def measure(bench: Bench) -> list[Finding]:
    import cv2
    import numpy as np
    from mediapipe.python.solutions.face_mesh import FaceMesh

    from proctoring.vision.face_detector import FaceDetector
    from tests.proctoring import puppet

    count = 10 if bench.short else FRAMES
    jpegs = (puppet.film(puppet.poses(("turn_left", "nod"))) * 4)[:count]
    detector = FaceDetector()
    mesh = FaceMesh(static_image_mode=True, max_num_faces=2, refine_landmarks=True, min_detection_confidence=0.5)

    def ours(jpeg: bytes) -> None:
        detector.look(jpeg, seq=1, sent_ms=0, received_ms=0)[0].packed()

    def bare(jpeg: bytes) -> None:
        picture = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR)
        mesh.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))

    def rate(look: Callable[[bytes], None]) -> float:
        began = time.process_time()
        for jpeg in jpegs:
            look(jpeg)
        return len(jpegs) / (time.process_time() - began)

    taken = interleaved(
        {"bare": lambda: rate(bare), "ours": lambda: rate(ours)}, rounds=bench.rounds(ROUNDS), say=bench.say
    )
    return [
        Finding(
            path="frames looked at ÷ bare decode and face_mesh",
            unit="frames/s of processor time",
            ours=Samples("a JPEG to its facts, as bytes", taken["ours"].values),
            limit=Samples("cv2.imdecode and face_mesh of the same JPEG", taken["bare"].values),
            bars=(Bar("ours/limit", at_least=0.8),),
            notes=("640×480; processor time of one process; socket and storage are not in it",),
        )
    ]


ROW = Row("frames", "frames looked at ÷ bare decode and face_mesh", measure)
