"""What runs by the clock: pictures that expire, the index made anew, one face in two accounts, the count of persons."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from analytics.domain.record import utc_text
from analytics.learning_log.actions import append
from analytics.learning_log.queries import RecordFilter, records
from proctoring import face_store, sight
from proctoring.face_count import ALARM_PERSONS, FILING_PERSONS, persons_stored
from proctoring.models import FaceIndex, FacePicture, FaceTemplate, ReviewCase
from proctoring.vectors import Embedding

NEIGHBOURS = 5
# A person's own templates, and those of other models, lie among the nearest and are left out: so many times more are searched.
SEARCHED = 8


@transaction.atomic
def expire_pictures(*, at: datetime, limit: int = 5_000) -> int:
    """Delete the pictures whose time is over, with one record that says how many; return that. The verdicts stay."""
    over = FacePicture.objects.select_for_update(skip_locked=True).filter(expires_at__lte=at).order_by("expires_at")
    due = dict(over.values_list("pk", "taken_at")[:limit])
    if due:
        FacePicture.objects.filter(pk__in=due).delete()
        append(
            kind="proctoring.pictures_expired",
            actor_id=None,
            happened_at=at,
            payload={
                "pictures": len(due),
                "oldest_at": utc_text(min(due.values())),
                "newest_at": utc_text(max(due.values())),
            },
        )
    return len(due)


@transaction.atomic
def count_persons(*, at: datetime) -> int:
    """Count the persons; from the alarm on, file a record each day on which the number is one. Return the number."""
    persons = persons_stored()
    if persons >= ALARM_PERSONS:
        latest = records(RecordFilter(kinds=("proctoring.faces_counted",)), limit=1)
        if not latest or latest[0].record.happened_at.date() != at.date():
            append(
                kind="proctoring.faces_counted",
                actor_id=None,
                happened_at=at,
                payload={"persons": persons, "filing_line": FILING_PERSONS},
            )
    return persons


@transaction.atomic
def look_for_twins(*, learner_id: int, at: datetime) -> int:
    """Compare a person's templates with all others; open a case for each account that is alike. Return how many are new.

    Never a verdict: nothing changes for either person until somebody has looked.
    """
    found: dict[tuple[int, str], float] = {}
    for row in FaceIndex.objects.filter(learner_id=learner_id):
        threshold = sight.alike(row.model_name)
        for other_id, distance in nearest(row.embedding, row.model_name, but=learner_id, limit=NEIGHBOURS):
            similarity = 1.0 - distance
            if similarity >= threshold:
                key = (other_id, row.model_name)
                found[key] = max(found.get(key, 0.0), similarity)
    return sum(_open_case(learner_id, other, model, score, at) for (other, model), score in found.items())


def look_for_all_twins(*, at: datetime) -> int:
    """Do the same for everybody, after the index was made anew. Nightly."""
    face_store.rebuild_index()
    everybody = FaceTemplate.objects.order_by("learner_id").values_list("learner_id", flat=True).distinct()
    return sum(look_for_twins(learner_id=learner_id, at=at) for learner_id in list(everybody))


def nearest(embedding: Embedding, model_name: str, *, but: int, limit: int) -> list[tuple[int, float]]:
    """Return the nearest templates of other persons as (person, cosine distance), the nearest first. One query."""
    width = settings.FACE_SEARCH_WIDTH
    return face_store.nearest(embedding, model_name, but=but, limit=limit, searched=limit * SEARCHED, width=width)


def _open_case(learner_id: int, other_id: int, model: str, score: float, at: datetime) -> bool:
    first, second = sorted((learner_id, other_id))
    case, made = ReviewCase.objects.get_or_create(
        first_id=first,
        second_id=second,
        defaults={
            "score": score,
            "model_name": model,
            "demo_grade": sight.is_demo_grade(model),
            "opened_at": at,
        },
    )
    if made:
        append(
            kind="proctoring.case_opened",
            actor_id=None,
            learner_id=first,
            happened_at=at,
            payload={
                "case_uuid": str(case.uuid),
                "other_id": second,
                "score": round(score * 1000),
                "model": model,
            },
        )
    return made
