"""What the page tells a person while he is before the camera: one thing at a time, the gravest first."""

from collections.abc import Sequence
from statistics import median

from proctoring.domain.challenge import TURNS
from proctoring.domain.events import BACK, TURN_DEGREES
from proctoring.domain.facts import FrameFacts

LEAST_EYE_PX = 60.0
MOST_EYE_SHARE = 0.34
DARK, BRIGHT = 50.0, 215.0
LEAST_SHARPNESS = 12.0
EDGE = 0.27
# Who has turned so far of what is asked for has understood, and need only go on.
BEGUN = 0.4


def guide(frame: FrameFacts) -> str:
    """Return a code of docs/protocols/proctoring.md; `ok` when there is nothing to say. Directions are the person's own."""
    if frame.faces == 0:
        return "dark" if frame.brightness < DARK else "no_face"
    if frame.faces > 1:
        return "many_faces"
    checks = (
        ("dark", frame.brightness < DARK),
        ("bright", frame.brightness > BRIGHT),
        ("small", frame.eye_px < LEAST_EYE_PX),
        ("close", frame.eye_px > MOST_EYE_SHARE * frame.width),
        # The picture is not mirrored: who stands at its left edge must go to his own left.
        ("move_left", frame.cx < EDGE),
        ("move_right", frame.cx > 1 - EDGE),
        ("move_down", frame.cy < EDGE),
        ("move_up", frame.cy > 1 - EDGE),
        ("blurred", frame.sharpness < LEAST_SHARPNESS),
    )
    return next((code for code, holds in checks if holds), "ok")


def coach(frames: Sequence[FrameFacts], wanted: str) -> str:
    """Return what to say of the last of these frames while this action is waited for ("": all were seen).

    First what `guide` says of the picture; where that is in order, what is still lacking of a turn, or that the head is to
    come back: `turn_more`, `return`, `done`. Needs a frame.
    """
    newest = frames[-1]
    said = guide(newest)
    if said != "ok":
        return said
    if not wanted:
        return "done"
    turned = (newest.yaw - median(frame.yaw for frame in frames if frame.faces)) / TURN_DEGREES
    towards = turned if wanted == "turn_left" else -turned
    if wanted not in TURNS:
        return "return" if abs(turned) >= BACK else "ok"
    if towards <= -BACK:
        return "return"
    return "turn_more" if BEGUN <= towards < 1 else "ok"
