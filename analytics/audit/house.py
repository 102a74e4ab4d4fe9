"""What the desk needs of the floors above: working days, who manages an organisation, notices, the key and font of papers.

The ground floor knows nobody above; the roof plugs these in when Django starts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.models import AbstractUser

# The last day of so many working days after a day, and whether a notice that is not out yet may move it.
Due = Callable[[date, int], tuple[date, bool]]


class NotPluggedIn(RuntimeError):
    """Nobody has told the desk about the house it stands in."""


@dataclass(frozen=True, slots=True)
class House:
    """The house as the desk sees it.

    working_days: how the last day of a period of working days is counted by the notices that count now; asked once for
    many periods. managers_of: the ids of those who manage an organisation on a day. managed_by: the organisations a person
    manages on a day. tell: a notice to a person (person id, its key, the case's number, the last day, the path it leads to,
    now). sign: a PDF with the house's signature. no_key: what sign raises where there is no key. font: the name of a font,
    registered with reportlab, that writes Chinese. address_index: what stands for a network address in records. licence: a
    licence's uuid and its holder, by its printed number or its uuid. person: whose document or phone a number is.
    region_names: names of regions by code. rules_of_region: the code of the rules by which licences issued there are judged.
    """

    working_days: Callable[[], Due]
    managers_of: Callable[[UUID, date], tuple[int, ...]]
    managed_by: Callable[[AbstractUser, date], frozenset[UUID]]
    tell: Callable[[int, str, str, date, str, datetime], None]
    sign: Callable[[bytes], bytes]
    no_key: type[Exception]
    font: Callable[[], str]
    address_index: Callable[[str], str]
    licence: Callable[[str], tuple[UUID, int] | None]
    person: Callable[[str], int | None]
    region_names: Callable[[Iterable[str]], Mapping[str, str]]
    rules_of_region: Callable[[str], str]


_plugged: list[House] = []


def plug_in(found: House) -> None:
    """Tell the desk of its house; the last one told counts."""
    _plugged[:] = [found]


def house() -> House:
    """Return the house. Raises NotPluggedIn."""
    if not _plugged:
        raise NotPluggedIn
    return _plugged[0]


def signed(sheet: bytes) -> tuple[bytes, bool]:
    """Return the sheet with the house's signature; as it is, and False, where the house has no key."""
    found = house()
    try:
        return found.sign(sheet), True
    except found.no_key:
        return sheet, False
