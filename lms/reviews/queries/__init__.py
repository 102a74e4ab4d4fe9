"""What learners and reviewers see: claims, the queue, evidence and where else it was used."""

from lms.reviews.queries.claims import ClaimFacts, ClaimPage, claim_page, claims_of, kinds_open_to
from lms.reviews.queries.evidence import EvidenceFacts, Match, evidence_of, open_evidence, uses_of
from lms.reviews.queries.figures import Figures, figures_of
from lms.reviews.queries.kinds import claim_kind_names
from lms.reviews.queries.queue import Queue, queue_of
from lms.reviews.queries.scope import Scope, scope_of

__all__ = [
    "ClaimFacts",
    "ClaimPage",
    "EvidenceFacts",
    "Figures",
    "Match",
    "Queue",
    "Scope",
    "claim_kind_names",
    "claim_page",
    "claims_of",
    "evidence_of",
    "figures_of",
    "kinds_open_to",
    "open_evidence",
    "queue_of",
    "scope_of",
    "uses_of",
]
