"""How often something was done lately: guesses, codes, questions. Counted in the cache, which may forget: a limit, no record."""

from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from redis import Redis


def count_within(name: str, *, seconds: int, by: int = 1) -> int:
    """Count one more of `name` (or `by`), and return how many there were since the first of the last `seconds`.

    Where the cache is Redis it is asked itself, once: Django's `incr` looks first whether there is something to add to,
    and builds a client each time.
    """
    if "RedisCache" in settings.CACHES["default"]["BACKEND"]:
        client = _client(settings.CACHES["default"]["LOCATION"])
        key = cache.make_key(name)
        with client.pipeline() as pipe:  # together: a count without an end would refuse for ever
            pipe.set(key, 0, ex=seconds, nx=True)
            pipe.incrby(key, by)
            return int(pipe.execute()[1])
    try:
        return int(cache.incr(name, by))
    except ValueError:  # the first, or the earlier ones ran out
        cache.add(name, by, seconds)
        return by


@lru_cache(maxsize=4)
def _client(location: str) -> Redis:
    """One client, with its pool of connections, for all threads of the process."""
    return Redis.from_url(location)
