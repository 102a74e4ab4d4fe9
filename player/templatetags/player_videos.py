"""Lengths as people read them."""

from django import template

from player.videos.reasons import readable_bytes

register = template.Library()


@register.filter
def as_clock(duration_ms: int) -> str:
    """Return a length as 1:02:03 or 2:03; a begun second does not count.

    >>> as_clock(3_723_900), as_clock(59_000)
    ('1:02:03', '0:59')
    """
    minutes, seconds = divmod(duration_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


@register.filter
def as_bytes(length: int) -> str:
    return readable_bytes(length)
