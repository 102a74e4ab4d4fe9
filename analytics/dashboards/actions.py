"""Adding the totals up from the cards, place by place. Each place is added once, however often this is called."""

from django.db import connection, transaction

from analytics.card_index import actions as card_index
from analytics.card_index.queries import SCOPES, filed_up_to
from analytics.dashboards.models import DailyLearner, DailyTotal, RollUpState

BATCH = 20_000

# Each record adds to the platform's figure (0) and to that of every company, institution, region and post it is filed under.
_SCOPE = """
CROSS JOIN LATERAL (
    SELECT 0 AS heading_id UNION ALL
    SELECT card.heading_id FROM analytics_card card JOIN analytics_heading heading ON heading.id = card.heading_id
    WHERE card.record_id = placed.record_id AND facet = ANY(%(scopes)s)
) AS scope
WHERE placed.position >= %(first)s AND placed.position < %(end)s
"""
_TOTALS = f"""
INSERT INTO analytics_dailytotal (day, measure, "group", heading_id, amount)
SELECT figure.day, measure, "group", scope.heading_id, sum(addend.amount)
FROM analytics_logposition placed JOIN analytics_addend addend ON addend.record_id = placed.record_id
JOIN analytics_figure figure ON figure.id = addend.figure_id {_SCOPE}
GROUP BY 1, 2, 3, 4
ON CONFLICT (heading_id, measure, day, "group")
DO UPDATE SET amount = analytics_dailytotal.amount + excluded.amount
"""  # noqa: S608 — made of constants
_LEARNERS = f"""
INSERT INTO analytics_dailylearner (day, heading_id, learner_id)
SELECT DISTINCT figure.day, scope.heading_id, record.learner_id
FROM analytics_logposition placed JOIN analytics_logrecord record ON record.id = placed.record_id
JOIN analytics_addend addend ON addend.record_id = record.id
JOIN analytics_figure figure ON figure.id = addend.figure_id AND measure = 'watched_ms' AND learner_id IS NOT NULL {_SCOPE}
ON CONFLICT DO NOTHING
"""  # noqa: S608 — made of constants


@transaction.atomic
def roll_up(*, batch: int = BATCH) -> int:
    """Add the next records to the totals and return how many; 0 when all that have their cards are in.

    Records come by their place in the tree, so that one which was committed late is neither missed nor added twice.
    Serialised by the state's row.
    """
    RollUpState.objects.get_or_create(pk=1)
    state = RollUpState.objects.select_for_update().get(pk=1)
    end = min(state.size + batch, filed_up_to())
    if end <= state.size:
        return 0
    asked: dict[str, int | list[str]] = {"first": state.size, "end": end, "scopes": list(SCOPES)}
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, asked)
        cursor.execute(_LEARNERS, asked)
    added, state.size = end - state.size, end
    state.save(update_fields=["size"])
    return added


@transaction.atomic
def rebuild() -> int:
    """Throw all cards and totals away and make them anew from the log; return how many records were added."""
    RollUpState.objects.get_or_create(pk=1)
    state = RollUpState.objects.select_for_update().get(pk=1)
    card_index.refile()
    DailyTotal.objects.all().delete()
    DailyLearner.objects.all().delete()
    state.size = 0
    state.save(update_fields=["size"])
    return roll_up_all()


def roll_up_all() -> int:
    """File and add everything that is not in the totals yet, a batch at a time; return how many records were added."""
    card_index.file_all()
    added = 0
    while part := roll_up():
        added += part
    return added
