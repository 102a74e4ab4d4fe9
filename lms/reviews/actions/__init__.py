"""The deeds of claims: what learners do, what reviewers decide, what an authority lays down."""

from lms.reviews.actions.claims import (
    Draft,
    amend_claim,
    appeal_claim,
    open_claim,
    submit_claim,
    withdraw_claim,
)
from lms.reviews.actions.decisions import decide_claim
from lms.reviews.actions.evidence import add_evidence, keep_evidence, remove_evidence, take_back_evidence
from lms.reviews.actions.kinds import change_kind

__all__ = [
    "Draft",
    "add_evidence",
    "amend_claim",
    "appeal_claim",
    "change_kind",
    "decide_claim",
    "keep_evidence",
    "open_claim",
    "remove_evidence",
    "submit_claim",
    "take_back_evidence",
    "withdraw_claim",
]
