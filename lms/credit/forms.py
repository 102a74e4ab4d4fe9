"""What stands in the address of a page, as clean values. What cannot be understood is as if it were not there."""

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from lms.credit.models import CreditEntry


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None  # noqa: PLR2004 — no cycle or page is that far


@dataclass(frozen=True, slots=True)
class HoursQuery:
    """Which certificate and cycle are asked for."""

    licence: UUID | None
    cycle: int | None

    @classmethod
    def of(cls, query: QueryDict) -> "HoursQuery":
        return cls(_uuid(query.get("licence", "")), _number(query.get("cycle", "")))


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """Which entries are asked for. category "": all."""

    licence: UUID | None
    category: str
    page: int

    @classmethod
    def of(cls, query: QueryDict) -> "LedgerQuery":
        category = query.get("category", "")
        known = category if category in CreditEntry.Category.values else ""
        return cls(_uuid(query.get("licence", "")), known, _number(query.get("page", "")) or 1)
