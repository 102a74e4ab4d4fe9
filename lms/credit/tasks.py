"""Asked by the bell, or by the clock when a bell was lost. Every task may run twice."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from lms.credit import actions


@shared_task
def award_watched(learner_id: int, subject: str) -> None:
    """Award what a learner has watched of one lesson."""
    actions.award_watched(learner_id=learner_id, subject_uuid=UUID(subject), at=timezone.now())


@shared_task
def award_unseen() -> None:
    """Award watching for which nobody rang."""
    now = timezone.now()
    for learner_id, subject_uuid in actions.unseen_watching(at=now):
        actions.award_watched(learner_id=learner_id, subject_uuid=subject_uuid, at=now)
