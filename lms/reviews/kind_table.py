"""Keeps the table of claim kinds filled, after every `migrate`: what is missing is added, what an authority wrote stays."""

from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.db import DEFAULT_DB_ALIAS

from lms.reviews.models import ClaimKind


@cache
def shipped_kinds() -> dict[str, list[dict[str, str]]]:
    """Return the shipped kinds by rule set."""
    loaded: dict[str, list[dict[str, str]]] = yaml.safe_load(
        files("lms.reviews").joinpath("kinds.yaml").read_text(encoding="utf-8")
    )
    return loaded


def fill_kinds(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Insert the kinds that are not there yet."""
    ClaimKind.objects.using(using).bulk_create(
        [
            ClaimKind(
                rule_set_code=rule_set,
                code=row["code"],
                name=row["name"],
                category=row["category"],
                unit=row["unit"],
                hours_per_unit=Decimal(row["per_unit"]),
                second_from_hours=Decimal(row["second_from"]),
                wanted_evidence=row["evidence"],
                quote=row["quote"],
            )
            for rule_set, rows in shipped_kinds().items()
            for row in rows
        ],
        ignore_conflicts=True,
    )
