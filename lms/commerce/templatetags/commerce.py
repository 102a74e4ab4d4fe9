"""Money as people read it."""

from django import template

register = template.Library()
SIGNS = {"cny": "¥"}


@register.filter
def money(minor: int, currency: str = "cny") -> str:
    """Return minor units with their sign: 384000 is ¥3,840.00; a currency without a sign of ours stands as its code."""
    sign = SIGNS.get(currency, f"{currency.upper()} ")
    whole, rest = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{sign}{whole:,}.{rest:02d}"
