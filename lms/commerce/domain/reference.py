"""The reference that a payer writes on a bank transfer: short, without look-alikes, with a check character."""

import re

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z: they are read as 1, 0, 5, U, 2
LENGTH = 7
PATTERN = re.compile(rf"ZX([{ALPHABET}]{{{LENGTH}}})([{ALPHABET}])")


def reference_of(serial: int) -> str:
    """Return the reference of an order's serial number (from 1).

    >>> reference_of(1), reference_of(2)
    ('ZX00000013', 'ZX00000026')
    """
    digits = ""
    rest = serial
    while rest:
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    body = digits.rjust(LENGTH, "0")
    return f"ZX{body}{check_character(body)}"


def check_character(body: str) -> str:
    """Return the character that finds one wrong character and most swaps of neighbours (weights 3^n modulo the prime 31)."""
    total = sum(pow(3, len(body) - place, 31) * ALPHABET.index(c) for place, c in enumerate(body))
    return ALPHABET[total % 31]


def references_in(text: str) -> tuple[str, ...]:
    """Return the valid references that stand in a payer's remark, however it was written.

    >>> references_in("继续教育 zx0000-0013 谢谢")
    ('ZX00000013',)
    """
    bare = re.sub(r"[\s\-_.]", "", text).upper()
    found = (match for match in PATTERN.finditer(bare) if check_character(match[1]) == match[2])
    return tuple(dict.fromkeys(match[0] for match in found))
