"""Figures of face checks: how many passed, where honest people may have failed, how long a decision takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Q
from django.db.models.functions import ExtractHour

from proctoring.face_count import ALARM_PERSONS, FILING_PERSONS, persons_stored
from proctoring.models import FaceCheck, FaceTry, Hold, HoldDecision


@dataclass(frozen=True, slots=True)
class Share:
    """So many of all, by one sign: a false-reject signal is a failed try whose hold was released afterwards."""

    name: str
    tries: int
    failed: int

    @property
    def percent(self) -> int:
        return self.failed * 100 // self.tries if self.tries else 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened since a day. Times to decision: from the hold to what a person decided."""

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
    by_hour: tuple[Share, ...]
    by_light: tuple[Share, ...]
    by_camera: tuple[Share, ...]
    mean_decision: timedelta | None
    longest_decision: timedelta | None
    persons: int
    alarm_persons: int = ALARM_PERSONS
    filing_persons: int = FILING_PERSONS

    @property
    def pass_percent(self) -> int:
        return self.passed * 100 // self.checks if self.checks else 0

    @property
    def alarm(self) -> bool:
        return self.persons >= self.alarm_persons


def figures(since: datetime) -> Figures:
    """Return the figures since then. Seven queries, whatever the number of checks."""
    S, H = FaceCheck.State, Hold.State
    checks = FaceCheck.objects.filter(asked_at__gte=since).exclude(session__purpose="enrolment").exclude(state=S.ASKED)
    by_state = dict(checks.values_list("state").annotate(n=Count("pk")).order_by())
    holds = Hold.objects.filter(held_at__gte=since)
    held = dict(holds.values_list("state").annotate(n=Count("pk")).order_by())
    ways = holds.filter(state=H.RELEASED).values_list("way").annotate(n=Count("pk")).order_by("-n")
    tries = FaceTry.objects.filter(judged_at__gte=since).exclude(check_asked__session__purpose="enrolment")
    taken = HoldDecision.objects.filter(at__gte=since, standing=HoldDecision.Standing.FINAL).aggregate(
        mean=Avg(_wait()), longest=Max(_wait())
    )
    reasons: dict[str, int] = {}
    light: dict[str, list[int]] = {}
    for passed, found, scores in tries.values_list("passed", "reasons", "scores").iterator(chunk_size=2000):
        for code in found:
            reasons[code] = reasons.get(code, 0) + 1
        if "brightness" in scores:
            tally = light.setdefault(_light(float(scores["brightness"])), [0, 0])
            tally[0] += 1
            tally[1] += not passed
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
        by_hour=tuple(
            Share(f"{hour:02d}", n, failed)
            for hour, n, failed in tries.annotate(hour=ExtractHour("judged_at"))
            .values_list("hour")
            .annotate(n=Count("pk"), failed=Count("pk", filter=Q(passed=False)))
            .order_by("hour")
        ),
        by_light=tuple(Share(name, *light[name]) for name in ("dark", "middle", "bright") if name in light),
        by_camera=tuple(
            Share(name, *tries.filter(flagged).aggregate(n=Count("pk"), f=Count("pk", filter=Q(passed=False))).values())
            for name, flagged in (
                ("virtual_camera", Q(flags__contains=["virtual_camera"])),
                ("camera", ~Q(flags__contains=["virtual_camera"])),
            )
        ),
        mean_decision=taken["mean"],
        longest_decision=taken["longest"],
        persons=persons_stored(),
    )


def _wait() -> "ExpressionWrapper[F]":
    return ExpressionWrapper(F("at") - F("hold__held_at"), output_field=DurationField())  # type: ignore[arg-type]  # the stubs know no sum


def _light(brightness: float) -> str:
    return "dark" if brightness < 70 else "bright" if brightness > 180 else "middle"  # noqa: PLR2004 — of 255
