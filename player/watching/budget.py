"""How often one person may post: a flood from one page must not take the others' time."""

import time

from django.core.cache import cache
from redis.exceptions import RedisError

POSTS = 60
BEATS = 1_200  # three times the most that one post may bring: more did not wait for a network
WINDOW_SECONDS = 10


class TooMany(Exception):
    """A person sends more than one page can have to say."""


def may_post(learner_id: int) -> bool:
    """Say whether this post is within the person's budget: 60 in ten seconds. Without the cache everybody may."""
    return _spend("posts", learner_id, 1, POSTS)


def spend_beats(learner_id: int, count: int) -> None:
    """Take so many beats off the person's budget, over all sessions: 1,200 in ten seconds. Raises TooMany."""
    if not _spend("beats", learner_id, count, BEATS):
        raise TooMany(learner_id)


def _spend(what: str, learner_id: int, count: int, most: int) -> bool:
    name = f"player.{what}.{learner_id}.{int(time.time()) // WINDOW_SECONDS}"
    try:
        return cache.add(name, count, timeout=2 * WINDOW_SECONDS) or cache.incr(name, count) <= most
    except (RedisError, ValueError):  # no cache, or the count ran out between the two
        return True
