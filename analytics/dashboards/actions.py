"""Adding the totals up from the log, place by place. Each place is added once, however often this is called."""

from django.db import connection, transaction

from analytics.dashboards.measures import MEASURES
from analytics.dashboards.models import DailyLearner, DailyTotal, RollUpState
from analytics.learning_log import queries as log

BATCH = 20_000

_RECORDS = """
FROM analytics_logposition placed JOIN analytics_logrecord record ON record.id = placed.record_id
WHERE placed.position >= %(first)s AND placed.position < %(end)s
"""


@transaction.atomic
def roll_up(*, batch: int = BATCH) -> int:
    """Add the next records to the totals and return how many; 0 when all are in.

    Records come by their place in the tree, so that one which was committed late is neither missed nor added twice.
    Serialised by the state's row.
    """
    RollUpState.objects.get_or_create(pk=1)
    state = RollUpState.objects.select_for_update().get(pk=1)
    end = min(state.size + batch, log.tree_size())
    if end <= state.size:
        return 0
    asked = {"first": state.size, "end": end}
    with connection.cursor() as cursor:
        for measure in MEASURES:
            cursor.execute(
                f"""
                INSERT INTO analytics_dailytotal (day, measure, "group", amount)
                SELECT {measure.day}, %(measure)s, left({measure.group}, 80), sum({measure.amount})
                {_RECORDS} AND kind = %(kind)s GROUP BY 1, 3
                ON CONFLICT (measure, day, "group")
                DO UPDATE SET amount = analytics_dailytotal.amount + excluded.amount
                """,
                asked | {"measure": measure.name, "kind": measure.kind},
            )
        cursor.execute(
            """
            INSERT INTO analytics_dailylearner (day, learner_id)
            SELECT DISTINCT (happened_at AT TIME ZONE 'Asia/Shanghai')::date, learner_id
            FROM analytics_logposition placed JOIN analytics_logrecord record ON record.id = placed.record_id
            WHERE placed.position >= %(first)s AND placed.position < %(end)s
                AND kind = 'player.span_watched' AND learner_id IS NOT NULL
            ON CONFLICT DO NOTHING
            """,
            asked,
        )
    added, state.size = end - state.size, end
    state.save(update_fields=["size"])
    return added


@transaction.atomic
def rebuild() -> int:
    """Throw all totals away and add them up anew from the log; return how many records were added."""
    RollUpState.objects.get_or_create(pk=1)
    state = RollUpState.objects.select_for_update().get(pk=1)
    DailyTotal.objects.all().delete()
    DailyLearner.objects.all().delete()
    state.size = 0
    state.save(update_fields=["size"])
    return roll_up_all()


def roll_up_all() -> int:
    """Add everything that is not in the totals yet, a batch at a time; return how many records were added."""
    added = 0
    while part := roll_up():
        added += part
    return added
