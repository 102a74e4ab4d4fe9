"""Learners of whom presence is asked, in windows short enough for a run of a minute; and the end of their sessions."""

import math
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from lms.accounts import actions as accounts
from lms.accounts.models import User
from player.watching.queries import coverage_of
from proctoring import actions as faces
from proctoring import consent_text
from proctoring.domain.policy import Policy
from proctoring.face_store import keep_template
from proctoring.models import FaceSession

RULES, REGION = "demo_presence", "999900"
POLICY = Policy(
    required=True,
    first_from_ms=8_000,
    first_until_ms=10_000,
    every_from_ms=24_000,
    every_until_ms=28_000,
    quiet_end_ms=5_000,
    answer_ms=30_000,
    most_tries=2,
    least_actions=2,
    most_actions=2,
    picture_days=0,
)
# After so long every check that waits has run out, and every page that went away is known to have gone.
LONG_AFTER = timedelta(minutes=10)


def ask_for_presence(learners: Iterable[User], *, at: datetime) -> None:
    """Give them a certificate under rules that ask for presence, a phone, their consent, and faces that were enrolled.

    The faces are made up: a house without an operator's model tells nobody apart by them, and only shows how alike they are.
    """
    faces.set_policy(code=RULES, policy=POLICY, at=at)
    for learner in learners:
        User.objects.filter(pk=learner.pk).update(phone=f"120{learner.pk:08d}")
        accounts.record_licence(
            holder=learner,
            post_code="site_civil",
            number=f"TEST-{learner.pk:08d}",
            issued_on=date(2025, 3, 10),
            region_code=REGION,
            rule_set_code=RULES,
            at=at,
            by=None,
        )
        faces.give_consent(learner=learner, version=consent_text.VERSION, at=at)
        for number, lighting in enumerate(faces.LIGHTINGS):
            vector = [math.sin(learner.pk * 1.7 + n * (number + 2)) for n in range(64)]
            with transaction.atomic():
                keep_template(learner.pk, vector, model=("geometry", "1"), lighting=lighting, quality={}, at=at)


def settle_presence(learner_ids: Iterable[int], *, at: datetime) -> None:
    """Decide about what these learners left undecided, as the sweep would some minutes later."""
    rows = FaceSession.objects.filter(learner_id__in=list(learner_ids), quiet=False).order_by("pk")
    for session in rows.exclude(purpose=FaceSession.Purpose.ENROLMENT):
        assert session.subject_uuid is not None
        covered = coverage_of(session.learner_id, [session.subject_uuid]).get(session.subject_uuid)
        counted_ms = covered.counted_ms if covered else 0
        for _ in range(2):  # the first ends a check that waits, the second what follows
            faces.settle_silent(session_id=session.pk, counted_ms=counted_ms, at=at + LONG_AFTER)
