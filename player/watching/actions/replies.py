"""What a beat or a proof is answered, and how the last answer is kept for the case that it was lost."""

import json
from typing import NamedTuple


class Reply(NamedTuple):
    """The answer to one beat (seq) or proof (seq 0, nonce and answered set). counted_ms, furthest_ms: of the subject, after
    it; credited_ms: what it added; pending_ms: what waits for a proof.

    spans: media newly counted by it. reason: a `reasons.Reason`, empty when the beat was taken as it is.
    go_back_to_ms, expected_seq: what the player must do, -1 for nothing. ask_nonce: hexadecimal, empty for no question.
    """

    seq: int
    accepted: bool
    counted_ms: int
    credited_ms: int
    furthest_ms: int
    pending_ms: int = 0
    day_counted_ms: int = 0
    spans: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    go_back_to_ms: int = -1
    expected_seq: int = -1
    last_mac: str = ""
    ask_nonce: str = ""
    ask_segment: int = 0
    nonce: str = ""
    answered: str = ""


NOTHING = Reply(0, False, 0, 0, 0)
_FIRST_UNUSUAL = Reply._fields.index("spans")
_USUAL_REST = NOTHING[_FIRST_UNUSUAL + 1 :]


def as_text(reply: Reply) -> str:
    """Return an answer as JSON, to be given again by `reply_of`. What is as usual is left out at the end."""
    spans = ",".join([f"[{start_ms},{end_ms}]" for start_ms, end_ms in reply.spans])
    seq, accepted, counted_ms, credited_ms, furthest_ms, pending_ms, day_ms = reply[:_FIRST_UNUSUAL]
    usual = f"{seq},{'true' if accepted else 'false'},{counted_ms},{credited_ms},{furthest_ms},{pending_ms},{day_ms}"
    text = f"{usual},[{spans}]"
    rest = reply[_FIRST_UNUSUAL + 1 :]
    return f"[{text}]" if rest == _USUAL_REST else f"[{text},{json.dumps(rest)[1:]}"


def reply_of(text: str) -> Reply:
    """Return the answer that `as_text` wrote."""
    values = json.loads(text)
    reply = Reply(*values)
    return reply._replace(spans=tuple((start, end) for start, end in reply.spans))
