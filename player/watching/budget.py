"""How often one person may post: a flood from one page must not take the others' time."""

import time

from django.core.cache import cache
from redis.exceptions import RedisError

POSTS = 60
WINDOW_SECONDS = 10


def may_post(learner_id: int) -> bool:
    """Say whether this post is within the person's budget: 60 in ten seconds. Without the cache everybody may."""
    name = f"player.posts.{learner_id}.{int(time.time()) // WINDOW_SECONDS}"
    try:
        return cache.add(name, 1, timeout=2 * WINDOW_SECONDS) or cache.incr(name) <= POSTS
    except (RedisError, ValueError):  # no cache, or the count ran out between the two
        return True
