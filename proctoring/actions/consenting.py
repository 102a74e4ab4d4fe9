"""Agreeing that one's face is kept, and taking it back: one deed each, neither harder than the other."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from analytics.learning_log.actions import append
from proctoring import consent_text
from proctoring.face_store import erase
from proctoring.models import Consent

if TYPE_CHECKING:
    from lms.accounts.models import User


class OldWords(ValueError):
    """The words that were shown are no longer the ones in force: the person must read the new ones."""


@transaction.atomic
def give_consent(*, learner: "User", version: str, at: datetime) -> Consent:
    """Record that the person agreed to the words of this version. Agreeing twice changes nothing. Raises OldWords."""
    if version != consent_text.VERSION:
        raise OldWords(version)
    standing = Consent.objects.select_for_update().filter(learner=learner, withdrawn_at__isnull=True).first()
    if standing is not None and standing.version == version:
        return standing
    if standing is not None:  # the old words are not those that are agreed to now; what was kept may stay
        Consent.objects.filter(pk=standing.pk).update(withdrawn_at=at)
    digest = consent_text.digest()
    given = Consent.objects.create(learner=learner, version=version, digest=digest, given_at=at)
    append(
        kind="proctoring.consent_given",
        actor_id=learner.pk,
        learner_id=learner.pk,
        happened_at=at,
        payload={"version": version, "digest": digest},
    )
    return given


@transaction.atomic(durable=True)
def withdraw_consent(*, learner: "User", at: datetime) -> bool:
    """Take the consent back and erase all that was kept: the person's key first, then templates, pictures, what is under way.

    Hours, verdicts and the log stay as they are: they hold no face. Says whether there was a consent; erases either way.
    """
    standing = Consent.objects.select_for_update().filter(learner=learner, withdrawn_at__isnull=True).first()
    gone = erase(learner.pk)
    if standing is None:
        return False
    Consent.objects.filter(pk=standing.pk).update(withdrawn_at=at)
    append(
        kind="proctoring.consent_withdrawn",
        actor_id=learner.pk,
        learner_id=learner.pk,
        happened_at=at,
        payload={
            "version": standing.version,
            "templates": gone["table proctoring.FaceTemplate"],
            "pictures": gone["table proctoring.FacePicture"],
        },
    )
    return True
