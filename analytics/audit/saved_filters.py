"""Searches that an auditor keeps under a name: his own, and nobody else's."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from analytics.audit.entry import must_be_allowed
from analytics.audit.models import LONGEST_NAME, LONGEST_QUERY, SavedFilter

MOST = 50


class NotSaved(ValueError):
    """Why a search was not kept: name, query or too_many."""


@transaction.atomic(durable=True)
def save_filter(*, by: AbstractUser, name: str, query: str, at: datetime) -> SavedFilter:
    """Keep a search; the same name again replaces it. Raises PermissionDenied, NotSaved."""
    must_be_allowed(by)
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME:
        raise NotSaved("name")
    if not query or len(query) > LONGEST_QUERY:
        raise NotSaved("query")
    mine = SavedFilter.objects.filter(auditor_id=by.pk)
    if mine.exclude(name=said).count() >= MOST:
        raise NotSaved("too_many")
    kept, _ = SavedFilter.objects.update_or_create(
        auditor_id=by.pk, name=said, defaults={"query": query, "saved_at": at}
    )
    return kept


@transaction.atomic(durable=True)
def forget_filter(*, by: AbstractUser, filter_id: int) -> None:
    """Let one of one's own searches go; another's is left as it is. Raises PermissionDenied."""
    must_be_allowed(by)
    SavedFilter.objects.filter(pk=filter_id, auditor_id=by.pk).delete()


def find_filter(*, by: AbstractUser, filter_id: int) -> SavedFilter | None:
    """Return one of one's own searches. One query. Raises PermissionDenied."""
    must_be_allowed(by)
    return SavedFilter.objects.filter(pk=filter_id, auditor_id=by.pk).first()


def filters_of(auditor_id: int) -> tuple[SavedFilter, ...]:
    """Return an auditor's searches by name. One query."""
    return tuple(SavedFilter.objects.filter(auditor_id=auditor_id).order_by("name"))
