"""Filing what witnesses say of our heads. Nothing is filed that does not verify."""

from datetime import UTC, datetime

from django.db import transaction

from analytics.domain.note import BadNote, VerifierKey, cosigned_at, parse_checkpoint, parse_note
from analytics.learning_log.models import Cosignature
from analytics.learning_log.queries import tree
from analytics.learning_log.signer import verify_quickly


class NotOurs(ValueError):
    """The cosigned head is none that this log has signed, or the witness has not signed it; the message says which."""


@transaction.atomic
def file_cosignature(*, note: str, witness: VerifierKey) -> bool:
    """File a witness's cosignature of one of our heads; say whether it is new. Raises NotOurs.

    note: the head with the witness's line below. A head that we have not signed, but a witness has seen, is the proof
    that somebody told two stories: keep it.
    """
    try:
        parsed = parse_note(note)
        said = parse_checkpoint(parsed.text)
        head = tree.head_of_size(said.size)
        if head is None or parse_note(head.note).text != parsed.text:
            raise NotOurs(f"this log has signed no such head of {said.size}")
        lines = [each for each in parsed.signatures if (each.name, each.key_id) == (witness.name, witness.id)]
        if not lines:
            raise NotOurs(f"{witness.name} has not signed this head")
        at = cosigned_at(parsed.text, lines[0], witness, verify_quickly)
    except BadNote as bad:
        raise NotOurs(str(bad)) from None
    _, new = Cosignature.objects.get_or_create(
        head_size=said.size,
        witness=witness.name,
        defaults={
            "line": lines[0].line,
            "verifier_key": witness.text,
            "cosigned_at": datetime.fromtimestamp(at, UTC),
        },
    )
    return new
