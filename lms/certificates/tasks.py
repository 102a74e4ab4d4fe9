"""Asked by the bell, or by the clock. Every task may run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from lms.certificates import actions
from lms.certificates.pdf.fonts import GlyphsMissing
from lms.certificates.pdf.signing import NoSigningKey

logger = logging.getLogger(__name__)


@shared_task
def consider_renewals(learner_id: int) -> None:
    """Start what the standing of one person's certificates asks for."""
    if actions.may_have_changed(learner_id):
        actions.consider(learner_id=learner_id, at=timezone.now())


@shared_task
def consider_everybody() -> None:
    """Do so for everybody: cycles end by the calendar, and a bell may have been lost."""
    after = 0
    while found := actions.next_learners(after=after):
        for learner_id in actions.unsettled_among(found, at=timezone.now()):
            try:
                actions.consider(learner_id=learner_id, at=timezone.now())
            except Exception:  # one that breaks keeps no other waiting
                logger.exception("renewals of learner %d", learner_id)
        after = found[-1]


@shared_task
def make_papers() -> None:
    """Draw and sign what was issued and has no paper yet, so that no holder waits for it."""
    for version_id in actions.versions_without_paper():
        try:
            actions.paper_of(version_id=version_id, at=timezone.now())
        except NoSigningKey:
            return
        except GlyphsMissing as missing:
            logger.warning("version %d has no paper: the font lacks %d characters", version_id, len(missing.characters))


@shared_task
def remind() -> None:
    """Remind holders of certificates that end, and employers of all of theirs."""
    actions.remind_holders(at=timezone.now())
    actions.tell_employers(at=timezone.now())
