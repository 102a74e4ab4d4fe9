"""Names by which a person may sign in, and how a name that was refused may be written down."""

import re
import unicodedata

from lms.accounts.domain.refusals import BadSignInName

_ALLOWED = re.compile(r"[\w.@+-]{2,150}")
_LIKE_A_NUMBER_OF_A_PERSON = re.compile(r"(\+?86)?1\d{10}|\d{15}|\d{17}[\dx]|[hm]\d{8,10}", re.ASCII)
_LEAST_TO_SHOW_ENDS = 6


def normalise_sign_in_name(text: str) -> str:
    """Return the name in lower case and in NFKC form, so that the same name cannot be had twice.

    Raises BadSignInName. A name that looks like a phone or document number is refused: the name is shown to colleagues
    and written into logs, and it would also be tried as somebody else's phone number.
    """
    name = unicodedata.normalize("NFKC", text).strip().lower()
    if _LIKE_A_NUMBER_OF_A_PERSON.fullmatch(name):
        raise BadSignInName("name_looks_like_a_number")
    if not _ALLOWED.fullmatch(name):
        raise BadSignInName("name_shape")
    return name


def mask_sign_in_name(text: str) -> str:
    """Return the first and last character with stars between; of five characters or less, stars alone.

    People type their password or document number into the wrong field, so a refused name is never kept whole.

    >>> mask_sign_in_name("demo_learner"), mask_sign_in_name("13800138000"), mask_sign_in_name("abc")
    ('d***r', '1***0', '***')
    """
    return f"{text[0]}***{text[-1]}" if len(text) >= _LEAST_TO_SHOW_ENDS else "***"
