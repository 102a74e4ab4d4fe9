"""The persons of a list beside those the house knows: a fixed number of queries for however many rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.accounts.queries import document_index, licence_numbers_in_use, people_by_documents, phones_in_use
from lms.enterprise.domain.roster_outcome import Known, Outcome, outcome_of
from lms.enterprise.domain.roster_people import Fault, Staff
from lms.organisations.queries import workplaces_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A person of a list with what becomes of them. user_id, user_uuid None for somebody new; index: of the document."""

    staff: Staff
    index: bytes
    outcome: Outcome
    faults: tuple[Fault, ...]
    user_id: int | None
    user_uuid: str
    lacks_licence: bool


def newcomer(person: Staff, index: bytes) -> Judged:
    """Return the answer for a person of whom nobody has anything."""
    return Judged(person, index, Outcome.NEW, (), None, "", bool(person.post_code))


def judged(
    people: Sequence[Staff],
    *,
    organisation_id: int,
    columns: Mapping[str, int],
    on: date,
    indexes: Sequence[bytes] = (),
) -> tuple[Judged, ...]:
    """Return what becomes of each person, in the order given. Five queries.

    indexes: of their documents, where the caller has kept them.
    """
    if not people:
        return ()
    indexes = indexes or [document_index(person.kind, person.document) for person in people]
    known = people_by_documents(indexes)
    places = workplaces_of((found.user_id for found in known.values()), on=on)
    phones = phones_in_use({person.phone for person in people if person.phone})
    numbers = licence_numbers_in_use({person.number for person in people if person.number})
    answers = []
    for person, index in zip(people, indexes, strict=True):
        found = known.get(index)
        if found is None and person.phone not in phones and person.number not in numbers:
            answers.append(newcomer(person, index))
            continue  # as almost everybody of a first list: nobody has anything of theirs
        theirs = places.get(found.user_id, frozenset()) if found else frozenset()
        facts = Known(
            user_id=found.user_id if found else None,
            name=found.legal_name if found else "",
            is_active=found.is_active if found else True,
            posts=found.posts if found else None,
            here=organisation_id in theirs,
            elsewhere=bool(theirs - {organisation_id}),
            phone_owner=phones.get(person.phone),
            number_owner=numbers.get(person.number),
        )
        outcome, faults = outcome_of(person, facts, columns)
        lacks = bool(person.post_code) and (found is None or person.post_code not in found.posts)
        answers.append(Judged(person, index, outcome, faults, facts.user_id, str(found.uuid) if found else "", lacks))
    return tuple(answers)
