"""What a witness does with a log's head: it cosigns only what goes on from the largest head that it has cosigned before."""

from collections.abc import Sequence

from analytics.domain.ed25519 import verify_ed25519
from analytics.domain.merkle import verify_consistency
from analytics.domain.note import BadNote, Checkpoint, VerifierKey, Verify, opened


def accepted(
    note: str,
    kept: str | None,
    proof: Sequence[bytes],
    *,
    log_keys: Sequence[VerifierKey],
    verify: Verify = verify_ed25519,
) -> Checkpoint:
    """Return the head that may be cosigned. Raises BadNote with the reason not to.

    note: the new head. kept: the head that was cosigned last, None the first time. proof: consistency of the two.
    """
    head = opened(note, log_keys, verify)
    if kept is None:
        return head
    before = opened(kept, log_keys, verify)
    if before.origin != head.origin:
        raise BadNote(f"the head is of {head.origin}, and the one kept of {before.origin}")
    if head.size < before.size:
        raise BadNote(f"removed tail: the head is of {head.size}, and one of {before.size} is known")
    if not verify_consistency(before.size, head.size, before.root, head.root, list(proof)):
        raise BadNote(f"forked head: the tree of {head.size} does not go on from the known tree of {before.size}")
    return head
