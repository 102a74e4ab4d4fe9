"""Keeps the table of regions equal to domain.regions, after every `migrate` (and so after a test emptied the tables)."""

from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from lms.organisations.domain.regions import all_regions
from lms.organisations.models import Region


def fill_regions(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Insert what is missing and rename what was renamed; a region that left the list stays, for what points at it."""
    Region.objects.using(using).bulk_create(
        [
            Region(
                code=entry.code,
                name=entry.name,
                level=entry.level,
                parent_id=entry.parent_code or None,
                fictional=entry.fictional,
            )
            for entry in all_regions(fictional=settings.DEMO)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "parent", "fictional"],
    )
