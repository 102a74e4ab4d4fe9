"""What filing has to know of persons, organisations and editions: learnt from their records, in the order of places."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from analytics.card_index.measures import DAY
from analytics.card_index.models import Heading, Standing, Taught

CREATED, IMPORTED = "organisations.organisation_created", "enterprise.person_imported"
JOINED, LEFT = "organisations.member_added", "organisations.membership_ended"
LICENSED, PUBLISHED = "accounts.licence_recorded", "content.edition_published"
TELLING = (CREATED, IMPORTED, JOINED, LEFT, LICENSED, PUBLISHED)
FACETS = {"enterprise": "company", "institution": "institution"}
ALWAYS = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Placed:
    """One record with its place in the tree, as filing reads it."""

    place: int
    id: int
    kind: str
    actor_id: int | None
    learner_id: int | None
    subject: str
    day: date
    payload: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a field as text; "" where there is none."""
        return str(self.payload.get(name, ""))


def placed(kinds: Iterable[str], first: int, end: int) -> list[Placed]:
    """Return the records of these kinds at places [first, end), in their order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT placed.position, record.id, kind, actor_id, learner_id, subject, {DAY}, payload - 'spans'
            FROM analytics_logposition placed JOIN analytics_logrecord record ON record.id = placed.record_id
            WHERE placed.position >= %s AND placed.position < %s AND kind = ANY(%s) ORDER BY placed.position
            """,  # noqa: S608 — the day is a constant
            [first, end, list(kinds)],
        )
        return [
            Placed(place, pk, kind, actor, learner, subject, day, json.loads(payload))
            for place, pk, kind, actor, learner, subject, day, payload in cursor.fetchall()
        ]


def learn(first: int, end: int) -> None:
    """Take in what the records at places [first, end) say of who stands where and of what is taught."""
    for record in placed(TELLING, first, end):
        # A record of another shape tells nothing that can be filed; it must not stop all those that follow.
        with suppress(ValueError, KeyError, TypeError):
            _take(record)


def _take(record: Placed) -> None:
    match record.kind:
        case "organisations.organisation_created":
            _organisation(record)
        case "organisations.member_added" | "enterprise.person_imported":
            _joined(record)
        case "organisations.membership_ended":
            _left(record)
        case "accounts.licence_recorded":
            _holds(record)
        case _:
            _published(record)


def heading(facet: str, value: str) -> Heading:
    """Return a heading, made if need be."""
    return Heading.objects.get_or_create(facet=facet, value=value)[0]


def _organisation(record: Placed) -> None:
    if facet := FACETS.get(record.text("organisation_kind")):
        heading(facet, record.text("organisation_uuid"))


def _joined(record: Placed) -> None:
    if record.kind == IMPORTED:
        _holds(record)
        if record.text("outcome") == "changed":
            return  # of the company already
    place = _place_of(record)
    if place is not None:
        until = record.text("valid_until")
        _stand(
            record,
            place.pk,
            role=record.text("membership_role") or "staff",
            valid_from=date.fromisoformat(record.text("valid_from")),
            valid_until=date.fromisoformat(until) if until else None,
        )


def _left(record: Placed) -> None:
    place = _place_of(record)
    if place is None or record.learner_id is None:
        return
    last_day = date.fromisoformat(record.text("valid_until"))
    rows = Standing.objects.filter(
        person_id=record.learner_id,
        heading_id=place.pk,
        role=record.text("membership_role"),
        until_place__isnull=True,
    )
    for row in rows.exclude(valid_until__lte=last_day):
        Standing.objects.filter(pk=row.pk).update(until_place=record.place)
        _stand(record, place.pk, role=row.role, valid_from=row.valid_from, valid_until=last_day)


def _holds(record: Placed) -> None:
    for facet, name in (("post", "post_code"), ("region", "region_code")):
        if value := record.text(name):
            _stand(record, heading(facet, value).pk, role="", valid_from=ALWAYS, valid_until=None)


def _published(record: Placed) -> None:
    edition, lessons = record.text("edition_uuid"), record.payload.get("lessons") or []
    lengths = {str(each["lesson_uuid"]): int(each["duration_ms"]) for each in lessons}
    house = 0
    if record.actor_id is not None:
        house = next((pk for pk, facet in _places_of(record.actor_id, record) if facet == "institution"), 0)
    rows = [Taught(subject=edition, edition=edition, heading_id=house, duration_ms=sum(lengths.values()),
                   lessons=len(lengths))]  # fmt: skip
    rows += [Taught(subject=lesson, edition=edition, heading_id=house, duration_ms=length)
             for lesson, length in lengths.items()]  # fmt: skip
    Taught.objects.bulk_create(rows, ignore_conflicts=True)


def _place_of(record: Placed) -> Heading | None:
    """Return the heading of the organisation that a record names; None for authorities, venues and strangers."""
    rows = Heading.objects.filter(facet__in=FACETS.values(), value=record.text("organisation_uuid"))
    return rows.first() if record.learner_id is not None else None


def _places_of(person_id: int, record: Placed) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT heading.id, facet FROM analytics_standing standing
            JOIN analytics_heading heading ON heading.id = standing.heading_id
            WHERE person_id = %s AND since_place < %s AND (until_place IS NULL OR until_place >= %s)
                AND valid_from <= %s AND (valid_until IS NULL OR valid_until > %s) ORDER BY heading.id
            """,
            [person_id, record.place, record.place, record.day, record.day],
        )
        return [(pk, facet) for pk, facet in cursor.fetchall()]


def _stand(record: Placed, heading_id: int, *, role: str, valid_from: date, valid_until: date | None) -> None:
    """Note where a person stands from this record on; the same word again changes nothing."""
    if record.learner_id is None:
        return
    same = Standing.objects.filter(
        person_id=record.learner_id, heading_id=heading_id, role=role, valid_from=valid_from, until_place__isnull=True
    )
    if not same.filter(valid_until=valid_until).exists():
        Standing.objects.create(
            person_id=record.learner_id,
            heading_id=heading_id,
            role=role,
            valid_from=valid_from,
            valid_until=valid_until,
            since_place=record.place,
        )
