"""A learner who has agreed, a lesson that asks for presence, and time that the test moves by hand."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from lms.accounts.models import User
from proctoring import actions, frames_gateway
from proctoring.actions import Judged
from proctoring.domain.policy import Policy
from proctoring.face_store import keep_template
from proctoring.models import FaceCheck, FaceSession, FaceTry, Hold
from tests import people

SHORT = Policy(
    required=True,
    first_from_ms=10_000,
    first_until_ms=12_000,
    every_from_ms=20_000,
    every_until_ms=22_000,
    quiet_end_ms=5_000,
)
PASSED = Judged(True, (), {"yaw": 21.0}, 60, ("geometry", "1"), b"trace", (b"\xff\xd8\xff one", b"\xff\xd8\xff two"))
FAILED = replace(PASSED, passed=False, reasons=("flat",), fingerprint=None)


@pytest.fixture
def learner(db: None, now: datetime) -> User:
    person = people.learner("验小真")
    agree_and_enrol(person, now)
    return person


def agree_and_enrol(person: User, at: datetime) -> None:
    actions.give_consent(learner=person, version="2026-1", at=at)
    for number, lighting in enumerate(actions.LIGHTINGS):
        vector = [math.sin(person.pk + n * (number + 2)) for n in range(64)]
        keep_template(person.pk, vector, model=("geometry", "1"), lighting=lighting, quality={}, at=at)


class Sitting:
    """A sitting with a face session beside it; `counted_ms` is what the counterpart has counted of the subject."""

    def __init__(self, learner: User, at: datetime, subject: UUID, policy: Policy = SHORT, unasked_ms: int = 0) -> None:
        actions.set_policy(code="test", policy=policy, at=at)
        self.learner, self.at, self.counted_ms = learner, at, 0
        found = actions.open_session(
            learner_id=learner.pk,
            purpose="lesson",
            at=at,
            codes=["test"],
            counterpart_uuid=uuid4(),
            subject_uuid=subject,
            left_ms=100_000,
            unasked_ms=unasked_ms,
        )
        assert found is not None
        self.session: FaceSession = found

    def plays(self, seconds: int) -> None:
        """The film runs for so long and is counted; the page tells of itself every two seconds."""
        for _ in range(0, seconds, 2):
            self.at += timedelta(seconds=2)
            self.counted_ms += 2_000
            self.follow()

    def waits(self, seconds: float) -> None:
        """Time passes, nothing is counted."""
        self.at += timedelta(seconds=seconds)

    def follow(self) -> None:
        actions.follow(
            session_uuid=self.session.uuid, learner_id=self.learner.pk, counted_ms=self.counted_ms, at=self.at
        )

    def waiting(self) -> FaceCheck | None:
        return FaceCheck.objects.filter(session=self.session, state="asked").first()

    def until_asked(self) -> FaceCheck:
        """Play until a check is asked for."""
        for _ in range(60):
            if check := self.waiting():
                return check
            self.plays(2)
        raise AssertionError("no check was asked for")

    def tries(self, judged: Judged, *, seconds: float = 8) -> actions.Outcome:
        """Begin a try at the check that waits, and have it judged."""
        check = self.waiting()
        assert check is not None
        made = self.begins(check)
        self.waits(seconds)
        outcome = actions.record_try(nonce=made.nonce, judged=judged, at=self.at)
        assert outcome is not None
        return outcome

    def begins(self, check: FaceCheck) -> FaceTry:
        return actions.begin_try(check_uuid=check.uuid, learner_id=self.learner.pk, flags=[], at=self.at)

    @property
    def holds(self) -> list[Hold]:
        return list(Hold.objects.filter(session=self.session).order_by("pk"))

    @property
    def settled(self) -> datetime:
        self.session.refresh_from_db()
        return self.session.settled_until


@pytest.fixture
def sit(learner: User, now: datetime) -> Callable[..., Sitting]:
    def make(policy: Policy = SHORT, subject: UUID | None = None, *, unasked_ms: int = 0) -> Sitting:
        return Sitting(learner, now, subject or uuid4(), policy, unasked_ms)

    return make


def worker_hands_over(nonce: str, learner_id: int, seen: frames_gateway.Seen) -> None:
    """Keep what a worker has seen of a try."""
    claimed = frames_gateway.Claimed(nonce, mark="", noted=0, frames=())
    frames_gateway.take([frames_gateway.Done(claimed, learner_id, seen)], most=0)
