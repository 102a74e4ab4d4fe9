"""What an import makes of a person: new, joined, changed, the same, asked to move, or refused. Nobody is told who somebody is."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lms.enterprise.domain.roster_people import Fault, Staff
from lms.enterprise.domain.rows import column_letter


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    JOINED = "joined"
    CHANGED = "changed"
    SAME = "same"
    MOVING = "moving"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a row's person and of what the row claims for them.

    user_id None: the document is nobody's. posts: code → number of the certificates they hold. here, elsewhere: has a place in
    this company, or in another one. phone_owner, number_owner: who has them, None for nobody.
    """

    user_id: int | None = None
    name: str = ""
    is_active: bool = True
    posts: Mapping[str, str] | None = None
    here: bool = False
    elsewhere: bool = False
    phone_owner: int | None = None
    number_owner: int | None = None


def outcome_of(staff: Staff, known: Known, columns: Mapping[str, int]) -> tuple[Outcome, tuple[Fault, ...]]:
    """Return what becomes of a person of a list, with the faults of a refusal.

    A person who is known keeps their own phone and e-mail, whatever the list says: those are theirs to change. A certificate
    is added and never changed.
    """
    faults = []
    if known.user_id is not None and not known.is_active:
        faults.append(_fault(columns, "document", "ask_administrator"))
    elif known.user_id is not None and bare_name(known.name) != bare_name(staff.name):
        faults.append(_fault(columns, "name", "name_differs"))
    if known.user_id is None and known.phone_owner is not None:
        faults.append(_fault(columns, "phone", "phone_taken"))
    if staff.number and known.number_owner not in {None, known.user_id}:
        faults.append(_fault(columns, "number", "licence_number_taken"))
    held = (known.posts or {}).get(staff.post_code)
    if held is not None and staff.number and held != staff.number:
        faults.append(_fault(columns, "number", "number_differs"))
    if faults:
        return Outcome.REFUSED, tuple(faults)
    if known.user_id is None:
        return Outcome.NEW, ()
    if known.here:
        return (Outcome.CHANGED if staff.post_code and held is None else Outcome.SAME), ()
    return (Outcome.MOVING if known.elsewhere else Outcome.JOINED), ()


def bare_name(name: str) -> str:
    """Return a name as names are compared: without the demo's remark, blanks, the dot of names, and width.

    >>> bare_name("砖小明（虚构）") == bare_name("砖 小明"), bare_name("阿依·古丽") == bare_name("阿依•古丽")
    (True, True)
    """
    plain = unicodedata.normalize("NFKC", name.split("（", maxsplit=1)[0]).split("(", maxsplit=1)[0]
    return re.sub(r"[\s·•・.‧]", "", plain).casefold()


def _fault(columns: Mapping[str, int], field: str, code: str) -> Fault:
    at = columns.get(field)
    return Fault(column_letter(at) if at is not None else "", code)
