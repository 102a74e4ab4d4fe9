"""Small words of the pages of claims."""

from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.translation import gettext as _

from lms.reviews import sentences
from lms.reviews.domain.claim import State
from lms.reviews.sentences import CATEGORIES, DEEDS, PILLS

register = template.Library()


@register.filter
def claim_pill(state: State) -> str:
    """Return the colour of a claim's state."""
    return PILLS[state]


@register.filter
def deed_name(deed: str) -> str:
    """Return what was done, in words."""
    return str(DEEDS.get(deed, deed))


@register.filter
def plain(amount: Decimal | Fraction | None) -> str:
    """Return hours without decimals that say nothing: 4, 2.5."""
    return "" if amount is None else sentences.plain(amount)


@register.filter
def kilobytes(size: int) -> str:
    """Return a file's length for people."""
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(size // 1024, 1)} KB"  # noqa: PLR2004 — a mebibyte


@register.filter
def said_kind(name: str) -> str:
    """Return the name of a kind in the reader's language."""
    return _(name)


@register.filter
def category_of_code(code: str) -> str:
    """Return the name of a minimum of a rule set by its code; a code without words as it stands."""
    return str(CATEGORIES.get(code, code))
