"""Draws by lot (双随机): a list and a hidden seed are filed first, and opened under a head that nobody could foresee."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext

from analytics.audit.entry import must_be_allowed
from analytics.audit.log_kinds import DRAW_COMMITTED, DRAW_REVEALED
from analytics.audit.queries import WORDS
from analytics.audit.sight import PERSON, Sight
from analytics.domain.draw import drawn, in_order, list_hash, seed_hash
from analytics.learning_log import actions as log
from analytics.learning_log import queries
from analytics.learning_log.queries import RecordFilter, SealedRecord

POPULATIONS = ("learners", "institutions", "classes", "list")
MOST_ENTRIES = 20_000
LONGEST_ENTRY = 100
SHOWN = 50
LISTED = 200  # entries of a list that a page shows; all of them stand in the published file


class CannotDraw(ValueError):
    """Why there is nothing to draw: empty, too_many, too_few, unknown, not_sealed or drawn_already."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw. drawn: empty until the seed is opened."""

    uuid: UUID
    committed: SealedRecord
    revealed: SealedRecord | None

    @property
    def told(self) -> dict[str, Any]:
        """What the published list said."""
        return dict(self.committed.record.payload)

    @property
    def drawn(self) -> tuple[str, ...]:
        """The entries drawn, in the order of their lots."""
        found = self.revealed.record.payload["drawn"] if self.revealed else ()
        return tuple(str(each) for each in found) if isinstance(found, list) else ()


@transaction.atomic(durable=True)
def commit_draw(*, by: AbstractUser, population: str, entries: str, sample: int, at: datetime) -> UUID:
    """File the list, and the hash of a new secret seed. entries: one a line, for population "list". Raises CannotDraw."""
    must_be_allowed(by)
    items = in_order(_population(population, entries))
    if not items or not sample or len(items) < sample:
        raise CannotDraw("empty" if not items else "too_few")
    if len(items) > MOST_ENTRIES or any(len(item) > LONGEST_ENTRY for item in items):
        raise CannotDraw("too_many")
    draw_uuid, seed = uuid4(), token_hex(32)
    log.put_labels(kind=WORDS, texts={str(draw_uuid): seed})
    log.append(
        kind=DRAW_COMMITTED,
        actor_id=by.pk,
        happened_at=at,
        subject=str(draw_uuid),
        payload={
            "population": population,
            "items": items,
            "size": len(items),
            "sample": sample,
            "list_hash": list_hash(items),
            "seed_hash": seed_hash(seed),
        },
    )
    return draw_uuid


@transaction.atomic(durable=True)
def reveal_draw(*, by: AbstractUser, draw_uuid: UUID, at: datetime) -> Draw:
    """Open the seed and file who was drawn. Raises CannotDraw: unknown, drawn_already, or not_sealed (wait for a head)."""
    must_be_allowed(by)
    draw = find_draw(draw_uuid)
    if draw is None:
        raise CannotDraw("unknown")
    if draw.revealed:
        raise CannotDraw("drawn_already")
    place = queries.place_of(draw.committed.id)
    head = queries.head_over(place.position) if place else None
    seed = queries.labels(WORDS, [str(draw_uuid)]).get(str(draw_uuid))
    if head is None or seed is None:
        raise CannotDraw("not_sealed")
    told, beacon = draw.told, head.root.hex()
    log.append(
        kind=DRAW_REVEALED,
        actor_id=by.pk,
        happened_at=at,
        subject=str(draw_uuid),
        payload={
            "seed": seed,
            "beacon": beacon,
            "beacon_size": head.size,
            "drawn": drawn(told["items"], told["sample"], seed, beacon),
        },
    )
    found = find_draw(draw_uuid)
    assert found is not None  # noqa: S101 — it was there a moment ago, and nothing is ever deleted
    return found


def find_draw(draw_uuid: UUID) -> Draw | None:
    """Return one draw as the log tells it, or None. One query."""
    found = queries.records(RecordFilter(kinds=(DRAW_COMMITTED, DRAW_REVEALED), subjects=(str(draw_uuid),)), limit=10)
    by_kind = {each.record.kind: each for each in found}
    committed = by_kind.get(DRAW_COMMITTED)
    return Draw(draw_uuid, committed, by_kind.get(DRAW_REVEALED)) if committed else None


def draws() -> tuple[Draw, ...]:
    """Return the newest draws, newest first. Two queries."""
    committed = queries.records(RecordFilter(kinds=(DRAW_COMMITTED,)), limit=SHOWN)
    subjects = tuple(each.record.subject for each in committed)
    opened = queries.records(RecordFilter(kinds=(DRAW_REVEALED,), subjects=subjects), limit=SHOWN)
    by_subject = {each.record.subject: each for each in opened}
    return tuple(Draw(UUID(each.record.subject), each, by_subject.get(each.record.subject)) for each in committed)


def names_of_entries(shown: Iterable[Draw], sight: Sight | None, *, listed: int = 0) -> dict[str, str]:
    """Return what is called how of those drawn: institutions and courses for anybody, learners as an auditor may see them.

    sight: of the auditor; None: a stranger looks, who learns nobody's name. listed: so many entries of each list as well.
    Two queries.
    """
    by_population: dict[str, set[str]] = {}
    for draw in shown:
        by_population.setdefault(str(draw.told.get("population")), set()).update(
            draw.drawn, draw.told["items"][:listed]
        )
    things = by_population.get("institutions", set()) | by_population.get("classes", set())
    names = queries.labels_of_things(things, not_of=(PERSON, WORDS))
    learners = by_population.get("learners", set())
    known = queries.labels(PERSON, learners) if sight else {}
    told = {one: sight.person(int(one), known.get(one, "")) if sight else gettext("人员 %(id)d") % {"id": int(one)}
            for one in learners if one.isdecimal()}  # fmt: skip
    return names | told


def published(draw: Draw) -> dict[str, Any]:
    """Return a draw for anybody to repeat: what stood before it, and, once it is open, seed, beacon and result."""
    told = {"draw": str(draw.uuid), "committed_at": draw.committed.record.recorded_at.isoformat(), **draw.told}
    if draw.revealed is None:
        return told
    opened = dict(draw.revealed.record.payload)
    head = queries.head_of_size(int(str(opened["beacon_size"])))
    return told | opened | {"checkpoint": head.published if head else ""}


def _population(population: str, entries: str) -> tuple[str, ...]:
    match population:
        case "learners":
            return tuple(str(learner) for learner in queries.learners_told_of("enrolment.learner_enrolled"))
        case "institutions":
            return queries.values_told(
                "organisations.organisation_created", "organisation_uuid", where={"organisation_kind": "institution"}
            )
        case "classes":
            return queries.values_told("content.edition_published", "edition_uuid")
        case _:
            return tuple(line.strip() for line in entries.splitlines() if line.strip())
