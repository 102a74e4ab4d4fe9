"""Filing the cards, place by place. Each place is filed once, however often this is called."""

from collections import Counter

from django.db import connection, transaction

from analytics.card_index import known, ways
from analytics.card_index.measures import DAY, MEASURES
from analytics.card_index.models import Addend, Card, FilingState, Standing, Study, Taught
from analytics.learning_log import queries as log
from analytics.learning_log.queries import archived

BATCH = 20_000
_BATCH = """
FROM analytics_logposition placed JOIN analytics_logrecord record ON record.id = placed.record_id
WHERE placed.position >= %(first)s AND placed.position < %(end)s
"""
# Figures and headings are made as they are needed; whoever files holds the state's row, so that nobody else makes them.
_ADD = """
WITH told (record_id, measure, day, "group", amount) AS MATERIALIZED ({told}),
made AS (
    INSERT INTO analytics_figure (measure, day, "group") SELECT DISTINCT measure, day, "group" FROM told
    ON CONFLICT (measure, day, "group") DO NOTHING RETURNING id, measure, day, "group"
),
figure AS (
    SELECT id, measure, day, "group" FROM analytics_figure
    WHERE (measure, day, "group") IN (SELECT measure, day, "group" FROM told) UNION ALL SELECT * FROM made
)
INSERT INTO analytics_addend (figure_id, record_id, amount)
SELECT figure.id, told.record_id, told.amount FROM told JOIN figure USING (measure, day, "group")
"""
_FIGURES = " UNION ALL ".join(
    f"""SELECT record.id, '{each.name}', {each.day}, {each.group}, {each.amount}
    {_BATCH} AND kind IN ({", ".join(f"'{kind}'" for kind in each.kinds)})"""
    for each in MEASURES
)
_STEPS = """SELECT * FROM unnest(
    %(ids)s::bigint[], %(measures)s::text[], %(days)s::date[], %(groups)s::text[], %(amounts)s::bigint[])"""
_MARKS = f"""
WITH told (record_id, facet, value) AS MATERIALIZED (
    SELECT record.id, 'network', left(payload ->> 'address_index', 80) {_BATCH} AND payload ->> 'address_index' <> ''
    UNION ALL SELECT record.id, 'device', left(payload ->> 'device', 80) {_BATCH} AND payload ->> 'device' <> ''
),
made AS (
    INSERT INTO analytics_heading (facet, value) SELECT DISTINCT facet, value FROM told
    ON CONFLICT (facet, value) DO NOTHING RETURNING id, facet, value
),
under AS (
    SELECT id, facet, value FROM analytics_heading
    WHERE (facet, value) IN (SELECT facet, value FROM told) UNION ALL SELECT * FROM made
)
INSERT INTO analytics_card (heading_id, record_id)
SELECT under.id, told.record_id FROM told JOIN under USING (facet, value)
"""  # noqa: S608 — made of constants
# Whoever stands under a company, a post or a region as far as the log had told at the record's place. Posts and regions take
# only what is added up: a card costs as much as the tenth part of a record.
_STANDINGS = f"""
INSERT INTO analytics_card (heading_id, record_id)
SELECT DISTINCT standing.heading_id, record.id
FROM analytics_logposition placed JOIN analytics_logrecord record ON record.id = placed.record_id
JOIN analytics_standing standing ON standing.person_id = record.learner_id AND standing.since_place < placed.position
    AND (standing.until_place IS NULL OR standing.until_place >= placed.position)
    AND standing.valid_from <= {DAY} AND (standing.valid_until IS NULL OR standing.valid_until > {DAY})
JOIN analytics_heading heading ON heading.id = standing.heading_id
WHERE placed.position >= %(first)s AND placed.position < %(end)s
    AND (facet = 'company' OR facet IN ('region', 'post') AND EXISTS (
        SELECT FROM analytics_addend adds WHERE adds.record_id = record.id))
ON CONFLICT (heading_id, record_id) DO NOTHING
"""  # noqa: S608 — made of constants
_ORGANISATIONS = """
INSERT INTO analytics_card (heading_id, record_id)
SELECT heading.id, record.id
FROM analytics_logposition placed JOIN analytics_logrecord record ON record.id = placed.record_id
JOIN analytics_heading heading ON heading.value = payload ->> 'organisation_uuid' AND facet IN ('company', 'institution')
WHERE placed.position >= %(first)s AND placed.position < %(end)s
UNION SELECT taught.heading_id, record.id
FROM analytics_logposition placed JOIN analytics_logrecord record ON record.id = placed.record_id
CROSS JOIN LATERAL (VALUES (record.subject), (payload ->> 'edition_uuid'), (payload ->> 'source_ref')) AS told (subject)
JOIN analytics_taught taught ON taught.subject = told.subject AND taught.heading_id <> 0
    -- What was done to a draft came before its publication: whether that is known yet depends on the batch.
    AND record.kind NOT IN ('content.edition_created', 'content.edition_edited', 'content.lesson_added')
WHERE placed.position >= %(first)s AND placed.position < %(end)s
ON CONFLICT (heading_id, record_id) DO NOTHING
"""


@transaction.atomic
def file_cards(*, batch: int = BATCH) -> int:
    """File the next records and return how many; 0 when all are filed.

    What they tell of persons and editions is taken in first, so that a batch of any size files the same cards.
    Serialised by the state's row.
    """
    FilingState.objects.get_or_create(pk=1)
    state = FilingState.objects.select_for_update().get(pk=1)
    end = min(state.size + batch, log.tree_size())
    if end <= state.size:
        return 0
    asked = {"first": state.size, "end": end}
    known.learn(state.size, end)
    steps = Counter(ways.go_on(state.size, end))
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(told=_FIGURES), asked)
        cursor.execute(
            _ADD.format(told=_STEPS),
            {
                "ids": [step.record_id for step in steps],
                "measures": [step.measure for step in steps],
                "days": [step.day for step in steps],
                "groups": [""] * len(steps),
                "amounts": list(steps.values()),  # one renewal may end several ways that began on one day
            },
        )
        cursor.execute(_MARKS, asked)
        cursor.execute(_ORGANISATIONS, asked)
        cursor.execute(_STANDINGS, asked)
    filed, state.size = end - state.size, end
    state.save(update_fields=["size"])
    return filed


def file_all() -> int:
    """File everything that is not filed yet, a batch at a time; return how many records."""
    filed = 0
    while part := file_cards():
        filed += part
    return filed


class MonthsHaveLeft(RuntimeError):
    """Records of which cards were made lie in files: they cannot be made anew from the tables."""


@transaction.atomic
def refile() -> int:
    """Throw all cards away and file them anew from the log; return how many records. Headings and figures keep their ids.

    Raises MonthsHaveLeft.
    """
    if archived.state().records:
        raise MonthsHaveLeft("months have left the tables: cards and totals that were made of them would be lost")
    FilingState.objects.get_or_create(pk=1)
    state = FilingState.objects.select_for_update().get(pk=1)
    for derived in (Card, Addend, Standing, Study, Taught):
        derived.objects.all().delete()
    state.size = 0
    state.save(update_fields=["size"])
    return file_all()
