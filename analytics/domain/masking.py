"""Covering personal data in what people read: names keep their first character, numbers their ends."""

import re

# An ID number carries a birthday, so that other numbers of 18 digits (certificates, orders) stay readable. With a T
# before it, it is the number of some certificates.
_ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(T?[1-9]\d{5})(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{2}(\d[0-9Xx])(?![0-9A-Za-z])"
)
_PHONE = re.compile(r"(?<![0-9A-Za-z])(1[3-9]\d)\d{4}(\d{4})(?![0-9A-Za-z])")


def mask_name(name: str) -> str:
    """Return a name as it may be shown to whoever has no reason to know it; its length is not told.

    >>> mask_name("砖小明"), mask_name("欧阳"), mask_name("")
    ('砖**', '欧**', '')
    """
    return f"{name[0]}**" if name else ""


def mask_numbers(text: str) -> str:
    """Return the text with ID numbers and mobile numbers covered in the middle.

    >>> mask_numbers("电话 13800001234，证件 500101199001011013")
    '电话 138****1234，证件 500101**********13'
    """
    return _PHONE.sub(r"\1****\2", _ID_NUMBER.sub(r"\1**********\2", text))
