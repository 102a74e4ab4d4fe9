"""Telling the learning log as statements: from place to place, each record once, in the order of the tree."""

from collections.abc import Mapping

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from analytics.domain.record import Payload, floor_ms
from analytics.learning_log import queries as log
from analytics.xapi.actions.storing import insert
from analytics.xapi.domain import house
from analytics.xapi.models import WRITERS, XapiRollUp

CHUNK = 1_000
_ROW = 1


@transaction.atomic(durable=True)
def roll_up(*, most: int = CHUNK) -> int:
    """Tell the next `most` records that have a place, and return how many were looked at: 0 = all are told.

    Idempotent: the statement of a record has the record's uuid. One at a time; who comes second finds nothing to do.
    """
    XapiRollUp.objects.get_or_create(id=_ROW, defaults={"position": 0})
    row = XapiRollUp.objects.select_for_update().get(id=_ROW)
    end = min(row.position + most, log.tree_size())
    if end <= row.position:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WRITERS])
    # Only now: whoever asked how far the store is complete before the lock was held is told nothing later than this.
    site, stored = house.Site(settings.SITE_URL.rstrip("/")), floor_ms(timezone.now())
    made = [
        house.statement_of(
            house.Told(
                record.uuid,
                record.kind,
                record.learner_id,
                record.subject,
                record.happened_at,
                record.payload,
                _watched(record.learner_id, record.subject, record.payload) if record.kind == house.CLOSED else (),
            ),
            site,
            stored=stored,
        )
        for record, _ in log.in_order(row.position, end)
        if record.kind in house.KINDS and record.learner_id is not None
    ]
    statements = [each for each in made if each is not None]
    if statements:
        insert(statements, client_id=None, batch=None, at=stored)
    XapiRollUp.objects.filter(id=_ROW).update(position=end)
    return end - row.position


def _watched(learner_id: int, subject: str, closed: Mapping[str, Payload]) -> list[Payload]:
    """Return what counted in the session that ends. One query; sessions end seldom."""
    told = log.payloads(house.WATCHED, learner_id, subject)
    return [span for each in told if each["session_uuid"] == closed["session_uuid"] for span in _spans(each)]


def _spans(payload: Mapping[str, Payload]) -> list[Payload]:
    spans = payload["spans"]
    return spans if isinstance(spans, list) else []
