"""Searching by the card index: company, institution, browser, network address, region, post, and the figures of a dashboard.

What stands for a browser or an address cannot be turned back: an auditor finds equal ones, and learns nobody's address.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.audit.house import house
from analytics.card_index import queries as card_index
from analytics.card_index import words
from analytics.card_index.measures import Sought
from analytics.card_index.names import ORGANISATIONS, figures_named, names_of
from analytics.domain.masking import mask_numbers
from analytics.learning_log import queries as log

if TYPE_CHECKING:
    from analytics.audit.queries import Conditions

FACETS = (*ORGANISATIONS, "device", "network", "region", "post")
PERSONS = {"learner": _("学员"), "actor": _("操作人")}
MOST_NAMESAKES = 200
SHORT = 12  # characters of a hash that a page shows


@dataclass(frozen=True, slots=True)
class Pivot:
    """Something under which a record is filed, and by which more are found. word: what it is called."""

    facet: str
    value: str
    word: str

    @property
    def label(self) -> str:
        """What kind of thing it is."""
        return str({**words.FACETS, **PERSONS}.get(self.facet, ""))


@dataclass(frozen=True, slots=True)
class Among:
    """The records under every heading that is asked for, as queries; up_to_id: none of them is newer, None: nobody knows."""

    queries: tuple[QuerySet[Any, Any], ...]
    up_to_id: int | None


def among(asked: "Conditions") -> Among:
    """Return the records under each heading that is asked for. At most three queries a condition."""
    found: list[QuerySet[Any, Any]] = []
    newest: list[int] = []
    for facet in FACETS:
        if typed := getattr(asked, facet):
            values = _values(typed) if facet in ORGANISATIONS else (typed,)
            ids = card_index.ids_of(facet, values)
            found.append(card_index.records_under(ids))
            # A company that was here long ago: without its end the database would read all that came since.
            if len(ids) == 1 and (last := card_index.newest_under(ids[0])) is not None:
                newest.append(last)
    if asked.figure:
        found.append(card_index.records_of_figure(Sought.read(asked.figure)))
    return Among(tuple(found), min(newest, default=None))


def pivots_of(record_id: int, language: str) -> tuple[Pivot, ...]:
    """Return what a record is filed under. At most four queries."""
    heads = card_index.headings_of(record_id)
    names = names_of(heads, language, regions=house().region_names)
    return tuple(Pivot(head.facet, head.value, names.get(head.value, _short(head))) for head in heads)


def narrowed_to(asked: "Conditions", language: str) -> tuple[Pivot, ...]:
    """Return what a list is narrowed to by codes, in words: nobody reads a code. At most two queries."""
    heads = [card_index.Head(0, facet, value) for facet in FACETS if (value := getattr(asked, facet))]
    names = names_of(heads, language, regions=house().region_names)
    found = [Pivot(head.facet, head.value, names.get(head.value, _short(head))) for head in heads]
    if asked.figure:
        found.append(Pivot("figure", asked.figure, figures_named([asked.figure])[asked.figure]))
    return tuple(found)


def _short(head: card_index.Head) -> str:
    """Return the beginning of a code; words that were typed for a name stand whole, with numbers of persons covered."""
    return mask_numbers(head.value) if head.facet in ORGANISATIONS and not is_uuid(head.value) else head.value[:SHORT]


def _values(typed: str) -> tuple[str, ...]:
    if is_uuid(typed):
        return (str(UUID(typed)),)
    return log.keys_named(typed, kind="organisation", limit=MOST_NAMESAKES)


def is_uuid(text: str) -> bool:
    """Say whether typed text is the key of a thing, however it is spelled."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
