"""What an auditor sees of persons: names and numbers covered, unless he opened them for a stated reason and time.

The one place where that is decided. Whatever makes a row, a sentence or a file out of records asks here, so that a page
and an export cannot differ.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from analytics.audit.log_kinds import REMASKED, UNMASKED
from analytics.domain.masking import mask_name, mask_numbers
from analytics.learning_log import queries
from analytics.learning_log.queries import RecordFilter

PERSON = "person"
LONGEST = timedelta(hours=4)
MOST_OPENINGS = 100  # in four hours


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening in force. person_id: of whom; None = of everybody. record_id: the record that tells of it."""

    person_id: int | None
    until: datetime
    record_id: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What one auditor may see in the open at one moment; nothing, when there is no opening."""

    openings: tuple[Opening, ...] = ()

    @property
    def everybody(self) -> bool:
        """Whether nothing is covered."""
        return any(opening.person_id is None for opening in self.openings)

    @property
    def persons(self) -> frozenset[int]:
        """Of whom alone something is open."""
        return frozenset(opening.person_id for opening in self.openings if opening.person_id is not None)

    def sees(self, person_id: int | None) -> bool:
        """Say whether this person's data are open."""
        return person_id is None or self.everybody or person_id in self.persons

    def name(self, person_id: int, name: str) -> str:
        """Return a person's name for a list: open, covered, or "" when nobody knows it."""
        return name if self.sees(person_id) else mask_name(name)

    def person(self, person_id: int, name: str) -> str:
        """Return a person in a sentence; under a covered name the number tells namesakes apart."""
        if not name:
            return gettext("人员 %(id)d") % {"id": person_id}
        return name if self.sees(person_id) else f"{mask_name(name)}（{person_id}）"

    def text(self, text: str, persons: Iterable[tuple[int | None, str]] = ()) -> str:
        """Return free text as it may be shown: the names of these persons covered, and all numbers of persons.

        Numbers stand open only when everybody is: whose they are cannot be told from the text.
        """
        known = [(person_id, name) for person_id, name in persons if name]
        if not self.everybody and known:
            seen = {name for person_id, name in known if self.sees(person_id)}  # of namesakes one is enough
            names = sorted({name for _, name in known}, key=len, reverse=True)  # a name may begin with another one
            text = re.sub(
                "|".join(map(re.escape, names)), lambda at: at[0] if at[0] in seen else mask_name(at[0]), text
            )
        return text if self.everybody else mask_numbers(text)

    def typed(self, text: str) -> str:
        """Return what an auditor typed into a search field: it may be a name, and whose is unknown."""
        return text if self.everybody else mask_name(text)


MASKED = Sight()


def persons_in(texts: Iterable[str]) -> tuple[tuple[int, str], ...]:
    """Return the persons whose names stand in what somebody wrote freely, for `Sight.text`. One query."""
    return tuple((int(key), name) for key, name in queries.names_in(texts, kind=PERSON))


def sight_of(auditor_id: int, at: datetime) -> Sight:
    """Return what an auditor may see in the open at a moment, by the records of his openings. One query."""
    asked = RecordFilter(actor_ids=(auditor_id,), kinds=(UNMASKED, REMASKED), recorded_from=at - LONGEST)
    openings: list[Opening] = []
    for sealed in reversed(queries.records(asked, limit=MOST_OPENINGS)):
        if sealed.record.kind == REMASKED:
            openings.clear()
        elif (until := _time(sealed.record.payload.get("open_until"))) is not None and until > at:
            person = sealed.record.learner_id if sealed.record.payload.get("scope") == PERSON else None
            openings.append(Opening(person, until, sealed.id))
    return Sight(tuple(openings))


def _time(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None
