"""Patterns of answers and of faces that a person should look at: answers too quick or too even, one face in two accounts."""

from datetime import datetime

from analytics.learning_log.queries.patterns import Pattern, found

ASKED, ENDED, QUESTIONS = "proctoring.check_asked", "proctoring.check_ended", "classroom.questions_answered"
CASE_OPENED, CASE_CLOSED = "proctoring.case_opened", "proctoring.case_closed"

# Two ways of answering, timed by the house's own clock: a check that a face has passed, from its asking to its end; two
# questions, from their drawing to their answer. Each way is looked at alone: together even a clockwork would seem uneven.
_TIMED = """
WITH answer AS (
    SELECT ended.id, ended.learner_id, 'face' AS way, extract(epoch FROM ended.happened_at - asked.happened_at) * 1000 AS ms
    FROM analytics_logrecord ended JOIN analytics_logrecord asked ON asked.kind = %(asked)s
        AND asked.recorded_at >= %(since)s::timestamptz - interval '1 day' AND asked.recorded_at < %(until)s
        AND asked.learner_id = ended.learner_id AND asked.payload ->> 'check_uuid' = ended.payload ->> 'check_uuid'
    WHERE ended.kind = %(ended)s AND ended.recorded_at >= %(since)s AND ended.recorded_at < %(until)s
        AND ended.payload ->> 'state' = 'passed'
    UNION ALL
    SELECT id, learner_id, 'questions', (payload ->> 'took_ms')::numeric
    FROM analytics_logrecord
    WHERE kind = %(questions)s AND recorded_at >= %(since)s AND recorded_at < %(until)s AND learner_id IS NOT NULL
), timed AS (
    SELECT learner_id, way, count(*) AS answers, array_agg(id ORDER BY ms, id) AS records,
        count(*) FILTER (WHERE ms < %(hasty_ms)s) AS hasty,
        percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY ms) AS part
    FROM answer GROUP BY learner_id, way
)
"""
_HASTY = (
    _TIMED
    + """
SELECT ARRAY[learner_id], records, hasty, (100 * hasty / answers)::int
FROM timed WHERE hasty >= %(least)s ORDER BY 3 DESC LIMIT %(most)s
"""
)
_EVEN = (
    _TIMED
    + """
SELECT ARRAY[learner_id], records, answers, round(100 * (part[3] - part[1]) / nullif(part[2], 0))::int
FROM timed WHERE answers >= %(least)s AND part[3] - part[1] <= part[2] * %(spread_percent)s / 100
ORDER BY 3 DESC LIMIT %(most)s
"""
)
# Who was found to be another person, or a relative, is a lead no more; "the same person" stays one.
_ALIKE = """
SELECT ARRAY[opened.learner_id, (opened.payload ->> 'other_id')::bigint], array_remove(ARRAY[opened.id, closed.id], NULL),
    (opened.payload ->> 'score')::int / 10, CASE WHEN closed.id IS NULL THEN 0 ELSE 100 END
FROM analytics_logrecord opened LEFT JOIN LATERAL (
    SELECT id, payload ->> 'finding' AS finding FROM analytics_logrecord
    WHERE kind = %(case_closed)s AND recorded_at >= opened.recorded_at
        AND payload ->> 'case_uuid' = opened.payload ->> 'case_uuid'
    ORDER BY id DESC LIMIT 1
) closed ON true
WHERE opened.kind = %(case_opened)s AND opened.recorded_at >= %(since)s AND opened.recorded_at < %(until)s
    AND opened.learner_id IS NOT NULL AND coalesce(closed.finding, 'same') = 'same'
    AND (opened.payload ->> 'score')::int >= %(least)s
ORDER BY 4 DESC, 3 DESC LIMIT %(most)s
"""


def hasty_answers(since: datetime, until: datetime, *, least: int, hasty_ms: int) -> tuple[Pattern, ...]:
    """Return learners who answered at least so often in less than `hasty_ms`; the quickest of their records first.

    amount: hasty answers; share_percent: of all they gave in that way. One query.
    """
    return found(_HASTY, since, until, least, **_kinds(), hasty_ms=hasty_ms)


def even_answers(since: datetime, until: datetime, *, least: int, spread_percent: int) -> tuple[Pattern, ...]:
    """Return learners whose answers, at least so many, took nearly equal times: as no person answers.

    The middle eight tenths of them lie within `spread_percent` of the median. amount: answers; share_percent: that spread.
    One query.
    """
    return found(_EVEN, since, until, least, **_kinds(), hasty_ms=0, spread_percent=spread_percent)


def alike_faces(since: datetime, until: datetime, *, least: int) -> tuple[Pattern, ...]:
    """Return pairs of accounts whose faces are alike by at least so many thousandths, unless a person found them different.

    amount: likeness in percent; share_percent: 100 when a person has found that they are one. One query.
    """
    return found(_ALIKE, since, until, least, case_opened=CASE_OPENED, case_closed=CASE_CLOSED)


def _kinds() -> dict[str, str]:
    return {"asked": ASKED, "ended": ENDED, "questions": QUESTIONS}
