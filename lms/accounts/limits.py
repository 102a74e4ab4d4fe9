"""How often something was done lately: guesses, codes, questions. Counted in the cache, which may forget: a limit, no record."""

from django.core.cache import cache


def count_within(name: str, *, seconds: int) -> int:
    """Count one more of `name`, and return how many there were since the first of the last `seconds`."""
    try:
        return int(cache.incr(name))
    except ValueError:  # the first, or the earlier ones ran out
        cache.add(name, 1, seconds)
        return 1
