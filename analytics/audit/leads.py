"""Leads: what in the log a person should look at first. A lead is a reason to look, and never a verdict."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.audit.sight import MASKED, PERSON, Sight
from analytics.learning_log import queries as log
from analytics.learning_log.queries import Pattern

DAYS = 30
LATELY_DAYS = 7
LEAST_PERSONS = 3
LEAST_OVERLAP_SECONDS = 5  # two stretches may touch by a beat when one session takes over from another
LEAST_NIGHT_SECONDS = 30 * 60
LEAST_IN_STEP = 5
LEAST_DRIVEN = 1
# A code has to be read from a phone and two questions with four answers each: nobody does that in three seconds. Persons differ
# from answer to answer by half and more; eight within a fifth of each other are a clockwork's.
LEAST_HASTY, HASTY_MS = 3, 3_000
LEAST_EVEN, EVEN_PERCENT = 8, 20
LEAST_LIKENESS = 800  # thousandths; the desk of the reviewers has its own bar, by embedder
HEAVIEST = 100


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead. kind: shared_address, overlap, night, in_step, driven, hasty, even or alike_faces.

    weight: 1 to 100, by which leads are ranked.
    """

    kind: str
    weight: int
    pattern: Pattern
    persons: tuple[tuple[int, str], ...]


def leads(now: datetime, sight: Sight = MASKED) -> tuple[Lead, ...]:
    """Return the leads of the last thirty days, the heaviest first. Nine queries."""
    since = now - timedelta(days=DAYS)
    nights = log.sudden_nights(since, now, lately=now - timedelta(days=LATELY_DAYS), least=LEAST_NIGHT_SECONDS)
    found = [
        *(("overlap", 40 + each.amount // 10, each)
          for each in log.overlapping_watching(since, now, least=LEAST_OVERLAP_SECONDS)),
        *(("in_step", 30 + each.amount * 2, each) for each in log.in_step(since, now, least=LEAST_IN_STEP)),
        *(("shared_address", each.amount * 5, each)
          for each in log.shared_addresses(since, now, least=LEAST_PERSONS)),
        *(("driven", 20 + each.amount * 2, each) for each in log.driven(since, now, least=LEAST_DRIVEN)),
        *(("hasty", 30 + each.amount * 4, each)
          for each in log.hasty_answers(since, now, least=LEAST_HASTY, hasty_ms=HASTY_MS)),
        *(("even", 20 + each.amount * 2, each)
          for each in log.even_answers(since, now, least=LEAST_EVEN, spread_percent=EVEN_PERCENT)),
        *(("alike_faces", each.amount // 2 + each.share_percent // 2, each)
          for each in log.alike_faces(since, now, least=LEAST_LIKENESS)),
        *(("night", each.share_percent // 2 + each.amount // 1800, each) for each in nights),
    ]  # fmt: skip
    named = log.labels(PERSON, {str(person) for _, _, each in found for person in each.persons})
    ranked = [
        Lead(
            kind,
            max(1, min(weight, HEAVIEST)),
            each,
            tuple((one, sight.person(one, named.get(str(one), ""))) for one in each.persons),
        )
        for kind, weight, each in found
    ]
    return tuple(sorted(ranked, key=lambda lead: (-lead.weight, lead.kind, lead.pattern.persons)))
