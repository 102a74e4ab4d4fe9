"""Figures of face checks: how many passed, where honest people may have failed, how long a decision takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from proctoring.face_count import ALARM_PERSONS, FILING_PERSONS, persons_stored
from proctoring.models import FaceCheck, FaceTry, HandOver, Hold, HoldDecision

# Up to how many hours a decision took; what took longer stands in the last row.
WAITS = (4, 24, 48, 72)
DARK, BRIGHT = 70, 180  # mean brightness of the face, of 255


@dataclass(frozen=True, slots=True)
class Share:
    """So many tries by one sign, how many failed, and how many of these look like honest people.

    likely_honest: failed tries after which the same check was passed, or its held time released: a signal of false rejects.
    """

    name: str
    tries: int
    failed: int
    likely_honest: int

    @property
    def percent(self) -> int:
        return self.failed * 100 // self.tries if self.tries else 0

    @property
    def signal_percent(self) -> int:
        return self.likely_honest * 100 // self.tries if self.tries else 0


@dataclass(frozen=True, slots=True)
class Day:
    """One day's checks that are over, Asia/Shanghai."""

    day: str
    checks: int
    passed: int

    @property
    def percent(self) -> int:
        return self.passed * 100 // self.checks if self.checks else 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened since a day. Times to decision: from the appeal, or else the hold, to what a person decided."""

    checks: int
    passed: int
    failed: int
    missed: int
    proved: int
    held: int
    released: int
    refused: int
    by_way: tuple[tuple[str, int], ...]
    by_reason: tuple[tuple[str, int], ...]
    by_day: tuple[Day, ...]
    by_hour: tuple[Share, ...]
    by_light: tuple[Share, ...]
    by_device: tuple[Share, ...]
    waits: tuple[tuple[int | None, int], ...]
    mean_decision: timedelta | None
    longest_decision: timedelta | None
    persons: int
    alarm_persons: int = ALARM_PERSONS
    filing_persons: int = FILING_PERSONS

    @property
    def pass_percent(self) -> int:
        return self.passed * 100 // self.checks if self.checks else 0

    @property
    def any(self) -> bool:
        """Is there anything to draw?"""
        return bool(self.checks or self.held or self.released or self.refused or self.by_device or self.waits)

    @property
    def alarm(self) -> bool:
        return self.persons >= self.alarm_persons


class _Tally:
    """Tries by one sign, as they are read."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {}

    def add(self, name: str, *, passed: bool, honest: bool) -> None:
        row = self.rows.setdefault(name, [0, 0, 0])
        row[0] += 1
        row[1] += not passed
        row[2] += not passed and honest

    def shares(self, order: Iterable[str] | None = None) -> tuple[Share, ...]:
        return tuple(Share(name, *self.rows[name]) for name in (order or sorted(self.rows)) if name in self.rows)


def figures(since: datetime) -> Figures:
    """Return the figures since then. Seven queries, whatever the number of checks."""
    S, H = FaceCheck.State, Hold.State
    checks = FaceCheck.objects.filter(asked_at__gte=since).exclude(session__purpose="enrolment").exclude(state=S.ASKED)
    by_state = dict(checks.values_list("state").annotate(n=Count("pk")).order_by())
    holds = Hold.objects.filter(held_at__gte=since)
    held = dict(holds.values_list("state").annotate(n=Count("pk")).order_by())
    ways = holds.filter(state=H.RELEASED).values_list("way").annotate(n=Count("pk")).order_by("-n")
    reasons, light, device, hour = _tries(since)
    waits = _waits(since)
    return Figures(
        checks=sum(n for state, n in by_state.items() if state != S.WITHDRAWN),
        passed=by_state.get(S.PASSED, 0),
        failed=by_state.get(S.FAILED, 0),
        missed=by_state.get(S.MISSED, 0),
        proved=by_state.get(S.PROVED, 0),
        held=held.get(H.HELD, 0),
        released=held.get(H.RELEASED, 0),
        refused=held.get(H.REFUSED, 0),
        by_way=tuple(ways),
        by_reason=tuple(sorted(reasons.items(), key=lambda one: -one[1])[:10]),
        by_day=_days(checks.exclude(state=S.WITHDRAWN)),
        by_hour=hour.shares(),
        by_light=light.shares(("dark", "middle", "bright")),
        by_device=device.shares(("camera", "phone", "no_label", "virtual_camera")),
        waits=_histogram(waits),
        mean_decision=sum(waits, timedelta()) / len(waits) if waits else None,
        longest_decision=max(waits, default=None),
        persons=persons_stored(),
    )


def _tries(since: datetime) -> tuple[dict[str, int], _Tally, _Tally, _Tally]:
    """Return how often each reason was given, and the tries by light, device and hour of the day."""
    check = OuterRef("check_asked_id")
    tries = (
        FaceTry.objects.filter(judged_at__gte=since)
        .exclude(check_asked__session__purpose="enrolment")
        .exclude(reasons=[FaceTry.LOST])
        .annotate(
            by_phone=Exists(HandOver.objects.filter(check_asked=check, used_at__isnull=False)),
            freed=Exists(Hold.objects.filter(check_asked=check, state=Hold.State.RELEASED)),
        )
        .values_list("passed", "reasons", "scores", "flags", "judged_at", "by_phone", "freed", "check_asked__state")
    )
    reasons: dict[str, int] = {}
    light, device, hour = _Tally(), _Tally(), _Tally()
    for passed, found, scores, flags, judged_at, by_phone, freed, state in tries.iterator(chunk_size=2000):
        for code in found:
            reasons[code] = reasons.get(code, 0) + 1
        honest = freed or state in (FaceCheck.State.PASSED, FaceCheck.State.PROVED)
        if "brightness" in scores:
            light.add(_light(float(scores["brightness"])), passed=passed, honest=honest)
        device.add(_device(flags, by_phone), passed=passed, honest=honest)
        hour.add(f"{timezone.localtime(judged_at).hour:02d}", passed=passed, honest=honest)
    return reasons, light, device, hour


def _days(checks: QuerySet[FaceCheck]) -> tuple[Day, ...]:
    by_day = checks.annotate(day=TruncDate("asked_at")).values_list("day")
    counted = by_day.annotate(n=Count("pk"), passed=Count("pk", filter=Q(state=FaceCheck.State.PASSED))).order_by("day")
    return tuple(Day(day.isoformat(), n, passed) for day, n, passed in counted)


def _waits(since: datetime) -> list[timedelta]:
    begun = Case(When(hold__appealed_at__lte=F("at"), then=F("hold__appealed_at")), default=F("hold__held_at"))
    wait = ExpressionWrapper(F("at") - begun, output_field=DurationField())
    final = HoldDecision.objects.filter(at__gte=since, standing=HoldDecision.Standing.FINAL)
    return list(final.annotate(wait=wait).values_list("wait", flat=True))


def _histogram(waits: list[timedelta]) -> tuple[tuple[int | None, int], ...]:
    """Return (up to so many hours, decisions); None: longer than the last. () where nothing was decided."""
    if not waits:
        return ()
    edges = [timedelta(), *(timedelta(hours=hours) for hours in WAITS)]
    within = [
        (hours, sum(low <= wait < high for wait in waits))
        for hours, low, high in zip(WAITS, edges, edges[1:], strict=False)
    ]
    return (*within, (None, sum(wait >= edges[-1] for wait in waits)))


def _device(flags: list[str], by_phone: bool) -> str:
    named = next((name for name in ("virtual_camera", "no_label") if name in flags), "camera")
    return "phone" if by_phone and named != "virtual_camera" else named


def _light(brightness: float) -> str:
    return "dark" if brightness < DARK else "bright" if brightness > BRIGHT else "middle"
