"""Between the service and the eye: a challenge is drawn, frames are looked at, a sequence is judged. No table is written here.

The detector is made once a process, in the worker of the queue `faces`, at the first frame.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from proctoring.domain.challenge import Challenge, from_plain
from proctoring.domain.challenge import draw as draw_challenge
from proctoring.domain.facts import FrameFacts
from proctoring.domain.guidance import coach
from proctoring.domain.lights import STEP_MS, UNTIL_MS
from proctoring.domain.liveness import Verdict, judge, progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from proctoring.vision.embedder import FaceEmbedder
    from proctoring.vision.face_detector import FaceDetector

    Looked = tuple[FrameFacts, NDArray[np.float32]]

GEOMETRY = "geometry"
# At several frames, not one: the clearest of those that look ahead.
COMPARED = 5
AHEAD_DEGREES = 10.0


@dataclass(frozen=True, slots=True)
class Face:
    """A frame that is good enough to compare: its vector and its figures."""

    embedding: "NDArray[np.float32]"
    jpeg: bytes
    quality: dict[str, float]


def draw(seed: bytes, *, least: int, most: int, unlike: dict[str, Any] | None, lights: bool = False) -> dict[str, Any]:
    """Return a challenge as plain values. The demo may fix its actions (LMS_FACE_CHALLENGE), for films that cannot hear."""
    if settings.DEMO and settings.FACE_CHALLENGE:
        return Challenge(tuple(settings.FACE_CHALLENGE), 7_000 * len(settings.FACE_CHALLENGE)).to_plain()
    before = unlike.get("actions", ()) if unlike else ()
    return draw_challenge(seed, least=least, most=most, unlike=before, lights=lights).to_plain()


def length_ms(challenge: dict[str, Any]) -> int:
    """Return how long a challenge may take."""
    return from_plain(challenge).length_ms


def steps(challenge: dict[str, Any]) -> list[dict[str, object]]:
    """Return the actions as the page is told."""
    return [{"action": action} for action in from_plain(challenge).actions]


def lights(challenge: dict[str, Any]) -> list[dict[str, object]]:
    """Return the colours that the page shows from the beginning of the try, one after the other; mostly none."""
    return [{"colour": colour, "ms": STEP_MS} for colour in from_plain(challenge).lights]


def lights_ms(challenge: dict[str, Any]) -> int:
    """Return until when the last of the colours can be seen."""
    count = len(from_plain(challenge).lights)
    return count * STEP_MS + UNTIL_MS if count else 0


def open_eyes() -> None:
    """Load the detector before it is wanted: that takes longer than any frame."""
    _detector()


def look(jpeg: bytes, *, seq: int, sent_ms: int, received_ms: int, colours: bool = False) -> "Looked | None":
    """Return the facts of a frame and all landmarks of its face; None for a picture that cannot be read.

    colours: measure the light on the face as well.
    """
    from proctoring.vision.picture import BadPicture

    try:
        return _detector().look(jpeg, seq=seq, sent_ms=sent_ms, received_ms=received_ms, colours=colours)
    except BadPicture:
        return None


def done(challenge: dict[str, Any], frames: Sequence[FrameFacts], begun_ms: int) -> int:
    """Return how many actions were seen so far."""
    return progress(from_plain(challenge), frames, begun_ms=begun_ms)


def advice(challenge: dict[str, Any], frames: Sequence[FrameFacts], done: int) -> str:
    """Return the code of what the person should do now, by the last of these frames. Needs one."""
    wanted = from_plain(challenge).actions[done : done + 1]
    return coach(frames, wanted[0] if wanted else "")


def judged(
    challenge: dict[str, Any],
    frames: Sequence[FrameFacts],
    *,
    begun_ms: int,
    ends_ms: int,
    earlier: Sequence[bytes],
) -> Verdict:
    """Return the verdict on a whole sequence."""
    return judge(from_plain(challenge), frames, begun_ms=begun_ms, ends_ms=ends_ms, earlier=earlier)


def faces_to_compare(jpegs: Sequence[bytes], known: "Mapping[bytes, Looked]") -> list[Face]:
    """Return the clearest of these pictures that look ahead, with their vectors. known: what was seen before, by digest."""
    import numpy as np

    from proctoring.vision.picture import decode, digest_of

    looked = []
    for jpeg in jpegs:
        found = known.get(digest_of(jpeg)) or look(jpeg, seq=0, sent_ms=0, received_ms=0)
        if found is not None and found[0].faces == 1:
            looked.append((*found, jpeg))
    if not looked:
        return []
    ahead = statistics.median(facts.yaw for facts, _face, _jpeg in looked)
    looked = [one for one in looked if abs(one[0].yaw - ahead) < AHEAD_DEGREES] or looked
    looked.sort(key=lambda one: -one[0].sharpness)
    return [
        Face(
            np.asarray(embedder().embed(decode(jpeg), face), dtype=np.float32),
            jpeg,
            {
                "sharpness": round(facts.sharpness, 1),
                "brightness": round(facts.brightness, 1),
                "eye_px": round(facts.eye_px, 1),
            },
        )
        for facts, face, jpeg in looked[:COMPARED]
    ]


@cache
def embedder() -> "FaceEmbedder":
    """Return the embedder of this installation: the operator's file, or the geometry of landmarks."""
    from proctoring.vision.embedder import GeometryEmbedder, OnnxEmbedder

    if not settings.FACE_MODEL_FILE:
        return GeometryEmbedder()
    return OnnxEmbedder(
        settings.FACE_MODEL_FILE,
        settings.FACE_MODEL_NAME or "onnx",
        settings.FACE_MODEL_VERSION or "1",
        settings.FACE_MODEL_DIMENSION,
        settings.FACE_MODEL_THRESHOLD_PERCENT / 100,
        settings.FACE_MODEL_SHA256,
    )


def alike(model_name: str) -> float:
    """Return from which similarity on two accounts are shown to a person, by the model that made their vectors."""
    return 0.999 if model_name == GEOMETRY else settings.FACE_MODEL_THRESHOLD_PERCENT / 100


def is_demo_grade(model_name: str) -> bool:
    """Say whether the scores of this model are too weak to stand alone."""
    return model_name == GEOMETRY


@cache
def _detector() -> "FaceDetector":
    from proctoring.vision.face_detector import FaceDetector

    return FaceDetector()
