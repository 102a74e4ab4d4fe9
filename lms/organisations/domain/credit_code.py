"""The unified social credit code (统一社会信用代码) of GB 32100-2015."""

import re
import unicodedata

from lms.organisations.domain.refusals import BadCreditCode

# No I, O, S, V, Z: they are read as 1, 0, 5, U, 2.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(3**i % 31 for i in range(17))
_LENGTH = 18
_FICTIONAL_AREA = "990000"
# The first two digits of the area in characters 3 to 8; 10 = registered by the State.
_PROVINCE_NUMBERS = frozenset(
    f"{n}"
    for first, last in ((10, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for n in range(first, last + 1)
)


def check_character(first_17: str) -> str:
    """Return the last character that GB 32100 demands after these 17.

    >>> check_character("91110000600037341")
    'L'
    """
    total = sum(weight * ALPHABET.index(c) for weight, c in zip(_WEIGHTS, first_17, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def check_credit_code(text: str, *, fictional_allowed: bool = False) -> str:
    """Return the code in half-width capitals, or raise BadCreditCode.

    fictional_allowed: whether area 990000, assigned to nobody, passes. Codes, in the order in which they are looked for:
    length, characters, area, check_character.
    """
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(code) != _LENGTH:
        raise BadCreditCode("length")
    if not set(code) <= set(ALPHABET) or not re.fullmatch(r"[0-9]{6}", code[2:8]):
        raise BadCreditCode("characters")
    if not (code[2:4] in _PROVINCE_NUMBERS or (fictional_allowed and code[2:8] == _FICTIONAL_AREA)):
        raise BadCreditCode("area")
    if code[-1] != check_character(code[:-1]):
        raise BadCreditCode("check_character")
    return code
