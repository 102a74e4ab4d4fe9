"""Bank statements in: each incoming payment once, whatever is loaded how often."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from lms.commerce.actions.books import demand_finance
from lms.commerce.domain.statement import read_statement
from lms.commerce.models import Transfer

if TYPE_CHECKING:
    from lms.accounts.models import User


@transaction.atomic
def import_statement(*, data: bytes, at: datetime, by: "User") -> tuple[int, int]:
    """Store the incoming payments of a file, and return (new, known already). Raises NotAllowed, BadStatement."""
    demand_finance(by)
    receipts = read_statement(data)
    known = set(Transfer.objects.filter(digest__in=[r.digest for r in receipts]).values_list("digest", flat=True))
    Transfer.objects.bulk_create(
        (
            Transfer(
                digest=receipt.digest,
                booked_on=receipt.booked_on,
                amount_minor=receipt.amount_minor,
                payer=receipt.payer,
                remark=receipt.remark,
                imported_at=at,
                imported_by=by,
            )
            for receipt in receipts
            if receipt.digest not in known
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )
    return len(receipts) - len(known), len(known)
