"""Mainland mobile numbers, as people type them and as they are stored."""

import re
import unicodedata

from lms.accounts.domain.refusals import BadPhone

# 120… is assigned to nobody: the demo's persons have such numbers, a real installation refuses them.
_REAL = re.compile(r"1[3-9]\d{9}", re.ASCII)
_FICTIONAL = re.compile(r"120\d{8}", re.ASCII)
_NOISE = re.compile(r"[\s\-()·.]")


def normalise_phone(text: str, *, fictional_allowed: bool) -> str:
    """Return the eleven digits: full-width digits, blanks, hyphens and a leading +86, 0086 or 86 are taken off.

    Raises BadPhone. A number is proved by a code sent to it, never by its shape.

    >>> normalise_phone("+86 １38-0013-8000", fictional_allowed=False)
    '13800138000'
    """
    if _is_number(text, fictional_allowed):
        return text
    digits = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+86|0086|86(?=\d{11}$))", "", digits)
    if _is_number(digits, fictional_allowed):
        return digits
    raise BadPhone("phone_shape")


def _is_number(digits: str, fictional_allowed: bool) -> bool:
    return bool(_REAL.fullmatch(digits) or (fictional_allowed and _FICTIONAL.fullmatch(digits)))


def mask_phone(phone: str) -> str:
    """Return the number with its middle hidden, as it may be shown to its owner; "" stays "".

    >>> mask_phone("13800138000")
    '138****8000'
    """
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""
