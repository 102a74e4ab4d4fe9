"""Document numbers: which can be real, their one written form, and how much of them may be shown.

Resident ID: GB 11643-1999. The other documents have no public check rule but their shape; the 2023 issue of the foreigners'
permanent residence card follows GB 11643 again.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from operator import mul
from typing import Literal

from lms.accounts.domain.provinces import PROVINCES
from lms.accounts.domain.refusals import BadDocument

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_MARKS = re.compile(r"[\s\-]")
_RESIDENT = re.compile(r"\d{17}[\dX]", re.ASCII)
_LENGTH = 18
_EARLIEST_BIRTH_YEAR = 1880
_SHORT = 10

# The first two digits of an area code. 83 (like 81 and 82): residence permits of persons from Taiwan (Hong Kong, Macao),
# numbered by the same standard. The districts behind them change every year and old numbers keep theirs: not checked.
_PROVINCE_NUMBERS = frozenset(code[:2] for code in PROVINCES) | {"83"}
FICTIONAL_AREA = "990000"  # assigned to nobody; the persons of the demo live there

_SHAPES = {
    # H or M, eight digits, and (on cards since 2013 sometimes written too) the two-digit count of issues.
    "hk_macao_permit": re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII),
    # Eight digits since 2015; ten before, with a letter on some.
    "taiwan_permit": re.compile(r"\d{8}|\d{10}[A-Z]?", re.ASCII),
    "passport": re.compile(r"(?=.*\d)[A-Z0-9]{6,12}", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class ResidentId:
    """What a resident ID number says. Its text form hides the number and the birthday."""

    number: str = field(repr=False)
    area_code: str
    born_on: date = field(repr=False)
    sex: Literal["male", "female"]


def check_character(first_17: str) -> str:
    """Return the last character that GB 11643 demands after these 17 digits.

    >>> check_character("36042619910101007")
    '1'
    """
    total = sum(map(mul, _WEIGHTS, map(int, first_17)))
    return _CHECK_CHARACTERS[total % 11]


def normalise(text: str) -> str:
    """Return the text in half-width capitals without blanks and hyphens, as numbers are stored and compared."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_resident_id(text: str, *, today: date, fictional_allowed: bool = False) -> ResidentId:
    """Return what an 18-digit resident ID number says, or raise BadDocument.

    today: a birthday after it is refused. fictional_allowed: whether area 990000, assigned to nobody, passes.
    Codes, in the order in which they are looked for: id_length, id_characters, id_area, id_birthday, id_check_digit.
    """
    number, born_on = _checked(text, today, fictional_allowed)
    return ResidentId(
        number=number, area_code=number[:6], born_on=born_on, sex="male" if int(number[16]) % 2 else "female"
    )


def _checked(text: str, today: date, fictional_allowed: bool) -> tuple[str, date]:
    """Return the number in its one written form, and the birthday in it."""
    number = normalise(text)
    if len(number) != _LENGTH:
        raise BadDocument("id_length")
    if not _RESIDENT.fullmatch(number):
        raise BadDocument("id_characters")
    area = number[:6]
    if not (area[:2] in _PROVINCE_NUMBERS or (fictional_allowed and area == FICTIONAL_AREA)):
        raise BadDocument("id_area")
    born_on = _birthday(number[6:14], today)
    if number[-1] != check_character(number[:-1]):
        raise BadDocument("id_check_digit")
    return number, born_on


def check_document(kind: str, text: str, *, today: date, fictional_allowed: bool = False) -> str:
    """Return the number in its one written form, or raise BadDocument.

    kind: a value of `Identity.Kind`. Codes: those of `check_resident_id` for a resident ID; otherwise document_shape,
    id_birthday or id_check_digit; document_kind for a kind that does not exist.
    """
    if kind == "resident_id":
        return _checked(text, today, fictional_allowed)[0]
    number = normalise(text)
    if kind == "foreign_residence":
        _check_foreign_residence(number, today)
    elif kind not in _SHAPES:
        raise BadDocument("document_kind")
    elif not _SHAPES[kind].fullmatch(number):
        raise BadDocument("document_shape")
    return number


def visible_tail(number: str) -> str:
    """Return the end of the number that may be shown: four characters, or two of a number shorter than ten."""
    return number[-4:] if len(number) >= _SHORT else number[-2:]


def masked(tail: str) -> str:
    """Return how a number is shown to its owner and to staff.

    >>> masked("1013")
    '**************1013'
    """
    return "*" * 14 + tail


def _check_foreign_residence(number: str, today: date) -> None:
    """Accept the 2017 form (three letters, twelve digits) and the 2023 form (9 and seventeen more, as GB 11643)."""
    if re.fullmatch(r"[A-Z]{3}\d{12}", number, re.ASCII):
        return
    if not re.fullmatch(r"9\d{16}[\dX]", number, re.ASCII):
        raise BadDocument("document_shape")
    _birthday(number[6:14], today)
    if number[-1] != check_character(number[:-1]):
        raise BadDocument("id_check_digit")


def _birthday(digits: str, today: date) -> date:
    try:
        born_on = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise BadDocument("id_birthday") from None
    if born_on > today or born_on.year < _EARLIEST_BIRTH_YEAR:
        raise BadDocument("id_birthday")
    return born_on
