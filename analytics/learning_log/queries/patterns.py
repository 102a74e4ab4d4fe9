"""Patterns in the log that a person should look at: sums over many records, each with the records that it stands on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

SIGNED_IN, WATCHED, OPENED = "accounts.signed_in", "player.span_watched", "player.session_opened"
MOST = 50  # of each pattern
EXAMPLES = 12  # records named for each


@dataclass(frozen=True, slots=True)
class Pattern:
    """Persons and records that belong together. amount: of what the pattern counts (persons, seconds, times)."""

    persons: tuple[int, ...]
    records: tuple[int, ...]
    amount: int
    share_percent: int = 0


_SHARED = """
SELECT array_agg(DISTINCT actor_id), array_agg(id ORDER BY id DESC), count(DISTINCT actor_id), 0
FROM analytics_logrecord
WHERE kind = %(signed_in)s AND recorded_at >= %(since)s AND recorded_at < %(until)s AND actor_id IS NOT NULL
GROUP BY payload ->> 'address_index' HAVING count(DISTINCT actor_id) >= %(least)s
ORDER BY 3 DESC LIMIT %(most)s
"""
_SPANS = """
WITH span AS (
    SELECT id, learner_id, subject, payload ->> 'session_uuid' AS session, (payload ->> 'counted_ms')::bigint AS counted_ms,
        (payload ->> 'wall_from')::timestamptz AS began, (payload ->> 'wall_until')::timestamptz AS ended
    FROM analytics_logrecord
    WHERE kind = %(watched)s AND recorded_at >= %(since)s AND recorded_at < %(until)s AND learner_id IS NOT NULL
)
"""
# The latest end of all that began before: a long stretch may cover many that follow.
_OVERLAPS = (
    _SPANS  # noqa: S608 — both parts are constants
    + """, beside AS (
    SELECT one.learner_id, one.id AS first, other.id AS second,
        extract(epoch FROM least(one.ended, other.ended) - greatest(one.began, other.began))::bigint AS seconds
    FROM span one JOIN span other ON other.learner_id = one.learner_id AND other.session <> one.session
        AND other.began >= one.began AND other.began < one.ended AND other.id <> one.id
)
SELECT ARRAY[learner_id], array_agg(first ORDER BY seconds DESC) || array_agg(second ORDER BY seconds DESC),
    sum(seconds)::bigint, 0
FROM beside WHERE seconds >= %(least)s GROUP BY learner_id ORDER BY 3 DESC LIMIT %(most)s
"""
)
_NIGHTS = (
    _SPANS  # noqa: S608 — both parts are constants
    + """, told AS (
    SELECT *, extract(hour FROM began AT TIME ZONE 'Asia/Shanghai') < 5 AS night, began >= %(lately)s AS late FROM span
)
SELECT ARRAY[learner_id], array_agg(id ORDER BY id DESC) FILTER (WHERE night AND late),
    (sum(counted_ms) FILTER (WHERE night AND late) / 1000)::bigint,
    (100 * sum(counted_ms) FILTER (WHERE night AND late) / nullif(sum(counted_ms) FILTER (WHERE late), 0))::int
FROM told GROUP BY learner_id
HAVING sum(counted_ms) FILTER (WHERE night AND late) >= %(least)s * 1000
    AND coalesce(sum(counted_ms) FILTER (WHERE night AND NOT late), 0) * 10
        <= coalesce(sum(counted_ms) FILTER (WHERE NOT late), 0)
ORDER BY 3 DESC LIMIT %(most)s
"""
)
_IN_STEP = (
    _SPANS  # noqa: S608 — both parts are constants
    + """, beat AS (SELECT *, floor(extract(epoch FROM began))::bigint AS at FROM span)
SELECT ARRAY[one.learner_id, other.learner_id],
    array_agg(one.id ORDER BY one.id DESC) || array_agg(other.id ORDER BY other.id DESC), count(*), 0
FROM beat one JOIN beat other ON other.subject = one.subject AND other.at = one.at AND other.learner_id > one.learner_id
    AND other.counted_ms = one.counted_ms
GROUP BY one.learner_id, other.learner_id HAVING count(*) >= %(least)s ORDER BY 3 DESC LIMIT %(most)s
"""
)
_DRIVEN = """
SELECT ARRAY[learner_id], array_agg(id ORDER BY id DESC) FILTER (WHERE payload ? 'hints'),
    count(*) FILTER (WHERE payload ? 'hints'), (100 * count(*) FILTER (WHERE payload ? 'hints') / count(*))::int
FROM analytics_logrecord
WHERE kind = %(opened)s AND recorded_at >= %(since)s AND recorded_at < %(until)s AND learner_id IS NOT NULL
GROUP BY learner_id HAVING count(*) FILTER (WHERE payload ? 'hints') >= %(least)s
ORDER BY 3 DESC LIMIT %(most)s
"""


def shared_addresses(since: datetime, until: datetime, *, least: int) -> tuple[Pattern, ...]:
    """Return network addresses from which at least so many persons signed in; amount: persons. One query."""
    return found(_SHARED, since, until, least)


def overlapping_watching(since: datetime, until: datetime, *, least: int) -> tuple[Pattern, ...]:
    """Return learners of whom two sessions counted at the same time; amount: seconds, each at least `least`. One query."""
    return found(_OVERLAPS, since, until, least)


def sudden_nights(since: datetime, until: datetime, *, lately: datetime, least: int) -> tuple[Pattern, ...]:
    """Return learners who lately study between 0 and 5 o'clock and hardly did before.

    amount: seconds at night since `lately`, at least `least`; share_percent: of all they studied since. At most a tenth of
    what they studied before may have been at night. One query.
    """
    return found(_NIGHTS, since, until, least, lately=lately)


def driven(since: datetime, until: datetime, *, least: int) -> tuple[Pattern, ...]:
    """Return learners whose browser said, in at least so many sittings, that a script drives it.

    amount: sittings; share_percent: of all they opened. One query.
    """
    return found(_DRIVEN, since, until, least)


def in_step(since: datetime, until: datetime, *, least: int) -> tuple[Pattern, ...]:
    """Return pairs whose stretches of one lesson began in the same second and were equally long; amount: how often."""
    return found(_IN_STEP, since, until, least)


def found(sql: str, since: datetime, until: datetime, least: int, **more: Any) -> tuple[Pattern, ...]:
    """Run the search for a pattern: it names persons, records, amount and share, in this order."""
    asked: dict[str, Any] = {
        "signed_in": SIGNED_IN,
        "watched": WATCHED,
        "opened": OPENED,
        "since": since,
        "until": until,
        "least": least,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, asked | more)
        return tuple(
            Pattern(tuple(persons), _distinct(records), int(amount), int(share or 0))
            for persons, records, amount, share in cursor.fetchall()
        )


def _distinct(records: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(records))[:EXAMPLES]


def learners_told_of(kind: str) -> tuple[int, ...]:
    """Return the learners whom records of a kind concern, in order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT learner_id FROM analytics_logrecord WHERE kind = %s AND learner_id IS NOT NULL ORDER BY 1",
            [kind],
        )
        return tuple(learner for (learner,) in cursor.fetchall())


def values_told(kind: str, field: str, *, where: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the different values that a field has in records of a kind, in order. One query.

    where: values that other fields must have.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT payload ->> %s FROM analytics_logrecord"
            " WHERE kind = %s AND payload ? %s AND payload @> %s::jsonb ORDER BY 1",
            [field, kind, field, json.dumps(dict(where or {}))],
        )
        return tuple(value for (value,) in cursor.fetchall())
