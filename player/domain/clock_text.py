"""Positions in a video as people type and read them."""

import re

_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,5})(?:\.(\d{1,3}))?", re.ASCII)
_SIXTY = 60


def ms_of(text: str) -> int | None:
    """Return a typed position in milliseconds, or None if it is none.

    Read are seconds, minutes:seconds and hours:minutes:seconds, each with up to three decimals; comma and full-width
    signs, which a Chinese keyboard gives, count as their plain ones.

    >>> ms_of("1:02.5"), ms_of("01:00:00,040"), ms_of("90"), ms_of("1:75"), ms_of("soon")
    (62500, 3600040, 90000, None, None)
    """
    found = _CLOCK.fullmatch(text.strip().replace("，", ".").replace(",", ".").replace("。", ".").replace("：", ":"))
    if found is None:
        return None
    hours, minutes, seconds, decimals = found.groups()
    if (minutes is not None and int(seconds) >= _SIXTY) or (hours is not None and int(minutes) >= _SIXTY):
        return None
    whole = (int(hours or 0) * _SIXTY + int(minutes or 0)) * _SIXTY + int(seconds)
    return whole * 1000 + int((decimals or "").ljust(3, "0"))


def text_of(ms: int) -> str:
    """Return a position as WebVTT writes it.

    >>> text_of(3_723_045), text_of(0)
    ('01:02:03.045', '00:00:00.000')
    """
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
