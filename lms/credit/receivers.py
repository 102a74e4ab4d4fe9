"""Hears the bell of the log, and has it asked for by a task."""

from django.dispatch import receiver

from analytics.learning_log.signals import record_appended
from lms.classroom.domain.presence import KINDS
from lms.credit import tasks
from lms.credit.actions import WATCHED
from lms.credit.bell import Bell

bell = Bell(tasks.ask_for_awards, at_once=tasks.run_at_once)


@receiver(record_appended, dispatch_uid="credit.award_watched")
def award_what_was_watched(*, kind: str, learner_id: int | None, subject: str, **_: object) -> None:
    """Ring for awarding: more was watched, or more is known of who was there. The record is committed already."""
    if kind in (WATCHED, *KINDS) and subject and learner_id is not None:
        bell.ring(learner_id, subject)
