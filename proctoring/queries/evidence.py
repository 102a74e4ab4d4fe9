"""What happened around held time, in its order: one list for the learner and for whoever decides. No picture is in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q

from proctoring.models import FaceCheck, FacePicture, FaceTry, Hold, HoldDecision, PictureView

_PLACE = {name: place for place, name in enumerate(("asked", "release_asked", "passed", "not_passed", "unfinished"))}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. code: of proctoring.sentences.EVENTS; reasons, flags: codes; note: somebody's words.

    number: how many times, where that is told.
    """

    at: datetime
    code: str
    reasons: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    note: str = ""
    number: int = 0


def evidence_of(hold_uuid: UUID) -> tuple[Event, ...]:
    """Return what happened around one hold, the earliest first; () for none. Five queries."""
    hold = Hold.objects.filter(uuid=hold_uuid).first()
    if hold is None:
        return ()
    of_hold = Q(releases=hold) | Q(pk=hold.check_asked_id or 0)
    checks = list(FaceCheck.objects.filter(of_hold))
    events = [Event(hold.from_at, "begins"), Event(hold.held_at, f"held_{hold.reason}")]
    events += [Event(one.asked_at, "release_asked" if one.releases_id else "asked") for one in checks]
    events += _tries([one.pk for one in checks])
    events += [
        Event(
            one.at,
            f"decided_{one.outcome}" if one.standing == HoldDecision.Standing.FINAL else one.standing,
            note=one.reason,
        )
        for one in hold.decisions.all()
    ]
    if hold.appealed_at:
        events.append(Event(hold.appealed_at, "appealed", note=hold.appeal_words))
    if hold.ended_at and hold.state == Hold.State.RELEASED and hold.way != Hold.Way.REVIEWER:
        events.append(Event(hold.ended_at, "released"))
    events += _looks([one.pk for one in checks])
    return tuple(sorted(events, key=lambda one: (one.at, _PLACE.get(one.code, len(_PLACE)))))


def _tries(checks: list[int]) -> Iterator[Event]:
    for one in FaceTry.objects.filter(check_asked_id__in=checks):
        code = "unfinished" if one.judged_at is None else "passed" if one.passed else "not_passed"
        yield Event(one.judged_at or one.begun_at, code, tuple(one.reasons), tuple(one.flags))


def _looks(checks: list[int]) -> Iterator[Event]:
    """Yield when reviewers last looked at pictures of these checks that are still kept."""
    kept = FacePicture.objects.filter(face_try__check_asked_id__in=checks).values("uuid")
    rows = (
        PictureView.objects.filter(picture_uuid__in=kept).values("viewer").annotate(n=Count("pk"), last=Max("seen_at"))
    )
    for row in rows:
        yield Event(row["last"], "seen", number=row["n"])
