"""Enrolling and withdrawing."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from analytics.learning_log.actions import append
from content.queries import edition_outline
from lms.enrolment.domain.lifecycle import State, move
from lms.enrolment.gates import held_back
from lms.enrolment.models import Enrolment
from lms.enrolment.queries import may_study

if TYPE_CHECKING:
    from lms.accounts.models import User


class EnrolmentRefused(ValueError):
    """A person cannot be enrolled; the message is for people."""


class EditionNotOpen(EnrolmentRefused):
    """The edition is a draft, or has been withdrawn."""


class NotYours(EnrolmentRefused):
    """Somebody tries to enrol or withdraw another person."""


class HeldBack(EnrolmentRefused):
    """A gate of another room holds the enrolment back (lms.enrolment.gates); the message says why and what to do."""


@transaction.atomic
def enrol(*, learner: "User", edition_id: int, at: datetime, by: "User | None") -> Enrolment:
    """Enrol a learner in a published edition, and return the enrolment.

    Cases: new → active from now; active or completed → the same row again; withdrawn → active again.
    `by` is the learner, or None for the system; others enrol through their own rooms. Gates are asked of a
    learner who is not enrolled yet. Raises EditionNotOpen, NotYours, HeldBack.
    """
    if by is not None and by.pk != learner.pk:
        raise NotYours
    outline = edition_outline(edition_id)
    if outline is None or not outline.is_open:
        raise EditionNotOpen
    if by is not None and not may_study(learner.pk, edition_id, at) and (why := held_back(learner.pk, outline, at)):
        raise HeldBack(why)
    enrolment, created = Enrolment.objects.get_or_create(
        learner=learner, edition_id=edition_id, defaults={"enrolled_at": at, "access_from": at}
    )
    if not created:
        enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        if enrolment.state != Enrolment.States.WITHDRAWN:
            return enrolment
        enrolment.state = move(State(enrolment.state), State.ACTIVE)
        enrolment.save(update_fields=["state"])
    append(
        kind="enrolment.learner_enrolled",
        actor_id=by.pk if by else None,
        learner_id=learner.pk,
        happened_at=at,
        subject=str(outline.edition_uuid),
        payload={"edition_uuid": str(outline.edition_uuid), "course_title": outline.course_title},
    )
    return enrolment


@transaction.atomic
def withdraw(*, learner_id: int, edition_id: int, at: datetime, by: "User | None") -> Enrolment:
    """End the right to study; hours already counted stay.

    `by` is the learner, or None for the system. Raises NotYours, MoveNotPermitted, Enrolment.DoesNotExist.
    """
    if by is not None and by.pk != learner_id:
        raise NotYours
    enrolment = Enrolment.objects.select_for_update().get(learner_id=learner_id, edition_id=edition_id)
    enrolment.state = move(State(enrolment.state), State.WITHDRAWN)
    enrolment.save(update_fields=["state"])
    outline = edition_outline(enrolment.edition_id)
    assert outline is not None  # noqa: S101 — the enrolment's foreign key holds it
    append(
        kind="enrolment.learner_withdrawn",
        actor_id=by.pk if by else None,
        learner_id=enrolment.learner_id,
        happened_at=at,
        subject=str(outline.edition_uuid),
        payload={"edition_uuid": str(outline.edition_uuid), "course_title": outline.course_title},
    )
    return enrolment
