"""Whose figures somebody may see, and what regions are called. The ground floor knows nobody above; the roof plugs this in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractUser

PERMISSION = "analytics.view_logrecord"
OWNED = ("company", "institution")  # what somebody outside of the reading room may answer for


class NotPluggedIn(RuntimeError):
    """Nobody has told the dashboards about the house they stand in."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The house as the dashboards see it.

    owned: the organisations whose figures a person may see on a day, as (facet, uuid), by the places and roles that he has.
    region_names: names of regions by code.
    """

    owned: Callable[[AbstractUser, date], tuple[tuple[str, str], ...]]
    region_names: Callable[[Iterable[str]], Mapping[str, str]]


_plugged: list[Doors] = []


def plug_in(found: Doors) -> None:
    """Tell the dashboards of their house; the last one told counts."""
    _plugged[:] = [found]


def doors() -> Doors:
    """Return the house. Raises NotPluggedIn."""
    if not _plugged:
        raise NotPluggedIn
    return _plugged[0]


def sees_everything(person: AbstractUser) -> bool:
    """Say whether a person may read the log, and so every figure made of it."""
    return person.has_perm(PERMISSION)


def may_see(person: AbstractUser, facet: str, value: str, on: date) -> bool:
    """Say whether a person may see the figures under a heading: all of them who reads the log, else one's own alone."""
    return sees_everything(person) or (facet in OWNED and (facet, value) in doors().owned(person, on))
