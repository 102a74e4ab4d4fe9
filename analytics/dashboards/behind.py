"""The records behind a figure, for whoever answers for a company or an institution. Names are covered; each look is filed."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from analytics.card_index import queries as card_index
from analytics.card_index.measures import Sought
from analytics.card_index.queries import Head
from analytics.dashboards.doors import may_see, sees_everything
from analytics.dashboards.log_kinds import BEHIND_VIEWED, FIGURES_VIEWED
from analytics.domain.masking import mask_name, mask_numbers
from analytics.domain.sentence import words
from analytics.learning_log import actions as log
from analytics.learning_log import kinds
from analytics.learning_log import queries as log_queries
from analytics.learning_log.naming import names_of
from analytics.learning_log.queries import RecordFilter, SealedRecord

PAGE_ROWS = 50
EVERYBODY = "all"  # of the platform
PATIENCE_MS = 8_000


@dataclass(frozen=True, slots=True)
class Row:
    """One record as the page shows it. amount: what it adds to the figure."""

    id: int
    happened_at: datetime
    sentence: str
    amount: int
    fault: str


@dataclass(frozen=True, slots=True)
class Behind:
    """One page of the records behind a figure, newest first. older: where the next page begins, None when there is none."""

    rows: tuple[Row, ...]
    older: int | None


def refusal() -> str:
    """Return why the figures stay closed, and what to do."""
    return gettext("这些数字只对本单位的负责人和审计员开放，您的账号不在其中。如需查看，请联系所在单位的管理员。")


@transaction.atomic(durable=True)
def look_behind(
    *, by: AbstractUser, head: Head, sought: Sought, before_id: int | None, at: datetime, language: str
) -> Behind:
    """List the records that make a figure up, and record who looked. Raises PermissionDenied, TookTooLong."""
    if not may_see(by, head.facet, head.value, timezone.localdate(at)):
        raise PermissionDenied(refusal())
    asked = RecordFilter(among=(card_index.records_of_figure(sought), card_index.records_under([head.id])))
    with log_queries.within(PATIENCE_MS):
        found = log_queries.records(asked, limit=PAGE_ROWS + 1, before_id=before_id)
    shown = found[:PAGE_ROWS]
    amounts = card_index.amounts_of(sought, [each.id for each in shown])
    log.append(
        kind=BEHIND_VIEWED,
        actor_id=by.pk,
        happened_at=at,
        subject=head.value,
        payload={"facet": head.facet, "value": head.value, "figure": str(sought), "shown": len(shown)},
    )
    rows = tuple(
        Row(each.id, each.record.happened_at, sentence, amounts.get(each.id, 0), each.fault)
        for each, sentence in zip(shown, _sentences(shown, language), strict=True)
    )
    return Behind(rows, shown[-1].id if len(found) > PAGE_ROWS else None)


@transaction.atomic(durable=True)
def look_at_figures(*, by: AbstractUser, facet: str, value: str, at: datetime) -> None:
    """Record that somebody who reads the whole log looked at figures; others look at their own. facet "all": everybody's."""
    if sees_everything(by):
        log.append(
            kind=FIGURES_VIEWED,
            actor_id=by.pk,
            happened_at=at,
            subject=value,
            payload={"facet": facet, "value": value},
        )


def _sentences(shown: tuple[SealedRecord, ...], language: str) -> list[str]:
    persons = {each.record.learner_id for each in shown} | {each.record.actor_id for each in shown}
    names = log_queries.labels("person", (str(one) for one in persons if one is not None))
    codes, things = names_of(
        ((each.record.kind, each.record.payload) for each in shown),
        language=language,
        things=(each.record.subject for each in shown),
    )
    reasons = [str(each.record.payload.get("reason", "")) for each in shown if isinstance(each.record.payload, dict)]
    known = {*names.values(), *(name for _, name in log_queries.names_in(reasons, kind="person"))} - {""}
    pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))  # a name may begin with another one
    told = [
        kinds.sentence(each.record.kind, _values(each, names, things, language), language=language, names=codes)
        for each in shown
    ]
    return [mask_numbers(re.sub(pattern, lambda at: mask_name(at[0]), text) if known else text) for text in told]


def _values(each: SealedRecord, names: dict[str, str], things: dict[str, str], language: str) -> dict[str, object]:
    record = each.record
    payload = record.payload if isinstance(record.payload, dict) else {}
    return {
        **payload,
        "actor": _person(record.actor_id, names),
        "learner": _person(record.learner_id, names),
        "subject": things.get(record.subject) or words("subject_uuid", record.subject, language=language),
        "happened_at": record.happened_at.isoformat(),
    }


def _person(person_id: int | None, names: dict[str, str]) -> str:
    if person_id is None:
        return gettext("系统")
    name = names.get(str(person_id), "")
    return f"{mask_name(name)}（{person_id}）" if name else gettext("人员 %(id)d") % {"id": person_id}
