"""Asked by the bell, or by the clock when a bell was lost. Every task may run twice."""

import logging
from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from lms.credit import actions

logger = logging.getLogger(__name__)


@shared_task
def award_watched(learner_id: int, subject: str) -> None:
    """Award what a learner has watched of one lesson."""
    actions.award_watched(learner_id=learner_id, subject_uuid=UUID(subject), at=timezone.now())


@shared_task
def award_each(pairs: list[tuple[int, str]]) -> None:
    """Award what was watched by several learners; one that fails is asked for by itself and keeps no other waiting."""
    for learner_id, subject in pairs:
        try:
            award_watched(learner_id, subject)
        except Exception:
            logger.exception("award of %s for learner %s", subject, learner_id)
            award_watched.delay(learner_id, subject)


def ask_for_awards(pairs: Collection[tuple[int, str]]) -> None:
    """Ask a worker to award what was watched, by one message."""
    award_each.delay(list(pairs))


def run_at_once() -> bool:
    """Say whether tasks run where they are asked for."""
    return bool(award_each.app.conf.task_always_eager)


@shared_task
def award_unseen() -> None:
    """Ring for watching for which nobody rang: a task each, so that one that fails keeps no other waiting."""
    for learner_id, subject_uuid in actions.unseen_watching(at=timezone.now()):
        award_watched.delay(learner_id, str(subject_uuid))


@shared_task
def compare_balances() -> None:
    """Compare every balance with the ledger, and rebuild what differs."""
    actions.compare_all_balances(at=timezone.now())


@shared_task
def set_watch_policies() -> None:
    """Let the player count by the versions of the rules that are in force today."""
    actions.set_watch_policies(at=timezone.now())


@shared_task
def try_draft(draft_uuid: str) -> None:
    """Work out what a draft of rules would change; one that cannot be meant is left untried, and its page says why."""
    with suppress(actions.DraftRefused):
        actions.try_draft(draft_uuid=UUID(draft_uuid), at=timezone.now())
