"""Asking the issuer once more after it refused: by the holder, when what stood against it is mended."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from lms.accounts.limits import count_within
from lms.certificates.actions.asking import queue_row, standing_of
from lms.certificates.domain.asking import Deed, Refused
from lms.certificates.models import CertificateRequest

if TYPE_CHECKING:
    from lms.accounts.models import User

# Whatever is mended, the issuer's answer stays the same.
FINAL = frozenset({Refused.REVOKED.value, Refused.CYCLE_SETTLED.value, Refused.ISSUED_BEFORE.value})
MOST_A_DAY = 5


class AskRefused(ValueError):
    """It is not asked again: final, hours_short, no_document, too_often."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def ask_again(*, request_uuid: UUID, at: datetime, by: "User") -> CertificateRequest:
    """Queue a refused request of the person anew, with what is known of them now.

    It gets another id: under the old one the issuer would only repeat what it said. Raises AskRefused,
    CertificateRequest.DoesNotExist for what is not the person's or not refused.
    """
    row = (
        CertificateRequest.objects.select_for_update(of=("self",))
        .select_related("licence")
        .get(uuid=request_uuid, holder=by, state=CertificateRequest.State.REFUSED)
    )
    if row.refusal in FINAL:
        raise AskRefused("final")
    standing = standing_of(row, at)
    resolved = bool(row.body.get("resolved"))
    decision = standing.current if standing else None
    if standing is not None and row.kind == Deed.RENEWAL.value:
        decision = standing.in_cycle(row.cycle, timezone.localdate(at))
        if decision is None or not (decision.satisfied or resolved):
            raise AskRefused("hours_short")
    if count_within(f"certificates:again:{by.pk}", seconds=86_400) > MOST_A_DAY:
        raise AskRefused("too_often")
    row.uuid, row.refusal = uuid4(), ""
    row.save(update_fields=["uuid", "refusal"])
    old_number = str(row.body.get("old_number", ""))
    found = None
    if standing is not None:
        found = queue_row(row, standing, decision, at, resolved=resolved, old_number=old_number, actor_id=by.pk)
    if found is None:
        raise AskRefused("no_document")
    return found
