"""Taking beats: many, of many sessions, in one durable transaction. What is answered has been committed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction

from player.domain.chunk import Stretch, add, is_due
from player.domain.heartbeat import Accepted, Beat, Reason, Refused, Repeated, Standing, Verdict, accept
from player.domain.spans import intersect, subtract, total_ms
from player.watching.actions.sealing import Ripe, seal
from player.watching.actions.sittings import Sitting, cover, lock, remember
from player.watching.policy import POLICY, ZONE


@dataclass(frozen=True, slots=True)
class BeatReport:
    """A beat, whose it is, and when the server received it (Unix, ms)."""

    session_uuid: UUID
    learner_id: int
    beat: Beat
    received_at_ms: int


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one beat. counted_ms, furthest_ms: of the subject, after it; credited_ms: what this beat added.

    spans: media newly counted by it. reason: a `heartbeat.Reason`, empty when the beat was taken as it is.
    go_back_to_ms, expected_seq: what the player must do, -1 for nothing.
    """

    seq: int
    accepted: bool
    counted_ms: int
    credited_ms: int
    furthest_ms: int
    spans: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    go_back_to_ms: int = -1
    expected_seq: int = -1


@transaction.atomic(durable=True)
def report_beats(reports: Sequence[BeatReport]) -> list[Reply]:
    """Judge the beats in the order given, store what they earned, and return an answer for each, in that order.

    One transaction for all, with a handful of statements however many there are. Beats of one session must be in the
    order received. An unknown session, or one of another learner, is answered as a closed one: it tells nothing.
    """
    sittings = lock({report.session_uuid for report in reports})
    judged = [(report, *_judge(sittings.get(report.session_uuid), report)) for report in reports]
    cover([sitting for sitting in sittings.values() if sitting.moved])
    replies = [_settle(sitting, report, verdict) for report, sitting, verdict in judged]
    changed = [sitting for sitting in sittings.values() if sitting.changed]
    remember(changed)
    seal([ripe for sitting in changed for ripe in _ripe(sitting)])
    return replies


def _judge(sitting: Sitting | None, report: BeatReport) -> tuple[Sitting | None, Verdict]:
    if sitting is None or sitting.learner_id != report.learner_id:
        return None, Refused(Reason.SESSION_CLOSED)
    verdict = accept(sitting.state, report.beat, report.received_at_ms, POLICY)
    if isinstance(verdict, Accepted):
        sitting.moved = True
        if verdict.span:
            sitting.proved.append(verdict.span)
    if isinstance(verdict, Accepted | Refused) and verdict.state:
        sitting.state, sitting.changed = verdict.state, True
    return sitting, verdict


def _settle(sitting: Sitting | None, report: BeatReport, verdict: Verdict) -> Reply:
    """Return the answer to one beat, now that it is known what was new; count it into the chunk."""
    if isinstance(verdict, Repeated) and sitting:
        return _reply_of(sitting.last_reply)
    if isinstance(verdict, Accepted) and sitting:
        reply = _settle_accepted(sitting, report, verdict)
    elif isinstance(verdict, Refused):
        reply = Reply(
            seq=report.beat.seq,
            accepted=False,
            counted_ms=sitting.counted_ms if sitting else 0,
            credited_ms=0,
            furthest_ms=sitting.furthest_ms if sitting else 0,
            reason=verdict.reason,
            go_back_to_ms=-1 if verdict.go_back_to_ms is None else verdict.go_back_to_ms,
            expected_seq=verdict.expected_seq or -1,
        )
        if verdict.state is None:
            return reply
    else:
        raise AssertionError("a beat without a session is refused")
    if sitting:
        sitting.last_reply = json.dumps(asdict(reply), separators=(",", ":"))
    return reply


def _settle_accepted(sitting: Sitting, report: BeatReport, verdict: Accepted) -> Reply:
    counted = intersect([verdict.span], sitting.fresh) if verdict.span else ()
    sitting.fresh = subtract(sitting.fresh, counted)
    credited_ms = total_ms(counted)
    sitting.counted_ms += credited_ms
    sitting.furthest_ms = verdict.state.furthest_ms
    if verdict.span:
        stretch = Stretch(verdict.from_ms, verdict.until_ms, verdict.span, counted)
        sealed, sitting.chunk = add(sitting.chunk, stretch, ZONE)
        sitting.sealed.extend(sealed)
    # A finished lesson and a page that goes away are sealed at once, so that the hours are there when the learner
    # looks.
    finished = credited_ms > 0 and sitting.counted_ms == verdict.state.duration_ms
    last = finished or report.beat.leaving or verdict.state.standing is not Standing.OPEN
    if sitting.chunk and (last or is_due(sitting.chunk, verdict.until_ms, ZONE)):
        sitting.sealed.append(sitting.chunk)
        sitting.chunk = None
    return Reply(
        seq=report.beat.seq,
        accepted=True,
        counted_ms=sitting.counted_ms,
        credited_ms=credited_ms,
        furthest_ms=sitting.furthest_ms,
        spans=tuple((span.start_ms, span.end_ms) for span in counted),
        reason=verdict.reason or "",
        go_back_to_ms=-1 if verdict.go_back_to_ms is None else verdict.go_back_to_ms,
    )


def _reply_of(text: str) -> Reply:
    values = json.loads(text)
    return Reply(**{**values, "spans": tuple((start, end) for start, end in values["spans"])})


def _ripe(sitting: Sitting) -> list[Ripe]:
    return [
        Ripe(sitting.id, sitting.uuid, sitting.learner_id, sitting.subject_uuid, sitting.video_id, chunk)
        for chunk in sitting.sealed
    ]
