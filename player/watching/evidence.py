"""Is this answer right? Reads the segment that was asked about and does the sum again."""

import hmac
from uuid import UUID

from player.domain.possession import answer
from player.videos.queries import NoSuchSegment, VideoNotReady, plain_segment
from player.watching.actions import ProofReport
from player.watching.protocol import Proof
from player.watching.queries import open_question


def checked(proof: Proof, *, session_uuid: UUID, learner_id: int, received_at_ms: int) -> ProofReport:
    """Return the report of an answer, with whether it was right: for the open question, or wrong by itself.

    Two queries and one reading of the store where there is a question that it answers, else one query.
    """
    report = ProofReport(session_uuid, learner_id, proof.nonce, False, received_at_ms)
    question = open_question(session_uuid, learner_id)
    if question is None or not hmac.compare_digest(question.nonce, proof.nonce) or not proof.hmac:
        return report
    try:
        plain = plain_segment(question.video_id, proof.code, question.segment)
    except (NoSuchSegment, VideoNotReady):
        return report
    right = hmac.compare_digest(answer(question.nonce, plain), proof.hmac)
    return ProofReport(session_uuid, learner_id, proof.nonce, right, received_at_ms)
