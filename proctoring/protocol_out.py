"""What a worker has the socket tell the page: frames of docs/protocols/proctoring.md, as bytes."""

import json

from proctoring.actions.checks import Outcome


def guide(seq: int, code: str, done: int) -> bytes:
    """Return what the page tells the person just now; done: how many of the actions were seen."""
    return _packed({"type": "guide", "seq": seq, "code": code, "done": done})


def verdict(outcome: Outcome) -> bytes:
    """Return what was judged. state: of the check; while it is `asked` another try may begin."""
    return _packed(
        {
            "type": "verdict",
            "passed": outcome.passed,
            "reasons": list(outcome.reasons),
            "state": outcome.check_state,
            "tries_left": outcome.tries_left,
        }
    )


def _packed(frame: dict[str, object]) -> bytes:
    return json.dumps(frame, separators=(",", ":")).encode()
