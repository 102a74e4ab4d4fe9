"""Enrolling a face: two lightings, each with a live challenge; the templates are made of the frames that it was passed with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from analytics.learning_log.actions import append
from proctoring import sight
from proctoring.actions import stretches
from proctoring.actions.checks import CheckRefused
from proctoring.actions.sessions import ask, open_enrolment
from proctoring.face_store import keep_picture, keep_template
from proctoring.models import Consent, FaceCheck, FaceSession, FaceTemplate
from proctoring.vectors import Embedding

if TYPE_CHECKING:
    from lms.accounts.models import User

LIGHTINGS = ("usual", "other")


@dataclass(frozen=True, slots=True)
class Look:
    """One frame good enough for a template. quality: figures of light, sharpness and size."""

    embedding: Embedding
    jpeg: bytes
    quality: Mapping[str, float]


@transaction.atomic
def ask_to_enrol(*, learner: "User", lighting: str, at: datetime) -> FaceCheck:
    """Ask for the challenge of one lighting; one that waits is given up for it. Raises CheckRefused without a consent."""
    if lighting not in LIGHTINGS:
        raise CheckRefused("over")
    if not Consent.objects.filter(learner=learner, withdrawn_at__isnull=True).exists():
        raise CheckRefused("no_consent")
    session = FaceSession.objects.filter(learner=learner, purpose=FaceSession.Purpose.ENROLMENT).order_by("-pk").first()
    if session is None:
        session = open_enrolment(learner_id=learner.pk, at=at)
    session = stretches.locked(session.pk)
    session.checks.filter(state=FaceCheck.State.ASKED).update(state=FaceCheck.State.WITHDRAWN, ended_at=at)
    return ask(session, at, lighting=lighting)


@transaction.atomic
def keep_looks(*, learner_id: int, lighting: str, looks: Sequence[Look], at: datetime) -> int:
    """Make templates of what a passed enrolment showed, in place of those of the same lighting; return how many.

    Nothing is kept when the consent was withdrawn while the check ran.
    """
    consent = Consent.objects.select_for_update().filter(learner_id=learner_id, withdrawn_at__isnull=True)
    if not looks or not consent.exists():
        return 0
    model = sight.embedder()
    FaceTemplate.objects.filter(learner_id=learner_id, lighting=lighting).delete()
    for number, look in enumerate(looks):
        template = keep_template(
            learner_id,
            look.embedding,
            model=(model.name, model.version),
            lighting=lighting,
            quality=look.quality,
            at=at,
        )
        if number == 0:
            keep_picture(learner_id, look.jpeg, at=at, expires_at=None, template=template)
    append(
        kind="proctoring.face_enrolled",
        actor_id=learner_id,
        learner_id=learner_id,
        happened_at=at,
        payload={
            "templates": FaceTemplate.objects.filter(learner_id=learner_id).count(),
            "model": f"{model.name}/{model.version}",
            "demo_grade": model.demo_grade,
        },
    )
    return len(looks)
