"""What the page tells a person while he is before the camera: one thing at a time, the gravest first."""

from proctoring.domain.facts import FrameFacts

LEAST_EYE_PX = 60.0
MOST_EYE_SHARE = 0.34
DARK, BRIGHT = 50.0, 215.0
LEAST_SHARPNESS = 12.0
EDGE = 0.27


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
