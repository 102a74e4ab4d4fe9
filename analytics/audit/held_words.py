"""What an auditor typed into the filter, held back under a reference of his own.

The reference stands in the page's address, in saved searches and in the browser's history; the words, which may name a person or
be a number of one, stand in no address and so in no access log. A reference means nothing to anybody else.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from analytics.audit.entry import must_be_allowed
from analytics.audit.models import HeldWords, SavedFilter

KEPT = timedelta(days=30)  # since they were last typed; those of a saved search stay with it
_REFERENCE = re.compile(r"~([0-9a-f]{32})")


def is_reference(text: str) -> bool:
    """Say whether text from an address is a reference."""
    return _REFERENCE.fullmatch(text) is not None


@transaction.atomic(durable=True)
def hold(*, by: AbstractUser, words: Iterable[str], at: datetime) -> dict[str, str]:
    """Hold words back and return their references, by reference; the same words have the same one. Raises PermissionDenied."""
    must_be_allowed(by)
    held = {}
    for text in set(words):
        row, _ = HeldWords.objects.update_or_create(auditor_id=by.pk, text=text, defaults={"held_at": at})
        held[f"~{row.uuid.hex}"] = text
    return held


def held_by(auditor_id: int, references: Iterable[str]) -> dict[str, str]:
    """Return the words behind references of this auditor, by reference; what is another's or over is left out.

    One query; none without a reference.
    """
    uuids = [UUID(found[1]) for each in set(references) if (found := _REFERENCE.fullmatch(each))]
    rows = HeldWords.objects.filter(auditor_id=auditor_id, uuid__in=uuids) if uuids else ()
    return {f"~{row.uuid.hex}": row.text for row in rows}


def forget_idle_words(*, at: datetime) -> int:
    """Delete words that nobody typed for a long time and no saved search needs; return how many."""
    queries = SavedFilter.objects.values_list("query", flat=True)
    needed = {UUID(found) for query in queries for found in _REFERENCE.findall(query)}
    return HeldWords.objects.filter(held_at__lt=at - KEPT).exclude(uuid__in=needed).delete()[0]
