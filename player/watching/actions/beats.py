"""Taking beats and proofs: many, of many sessions, in one durable transaction. What is answered has been committed."""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from operator import attrgetter
from random import SystemRandom
from uuid import UUID

from django.db import transaction

from player.domain import possession as media
from player.domain.chain import next_mac
from player.domain.chunk import Stretch, is_due
from player.domain.heartbeat import NO_LIMIT, Accepted, Beat, Bounds, Refused, Repeated, Verdict, accept
from player.domain.policy import SeekRule
from player.domain.possession import Answered, Question
from player.domain.reasons import Reason
from player.domain.spans import Span, Spans, merge, total_ms
from player.videos.queries import segment_starts_ms, stretch_starts_ms
from player.watching.actions.sealing import seal
from player.watching.actions.settling import (
    ends,
    hold,
    may_keep_unproved,
    refuse_pending,
    release,
    settle,
    write_refusals,
)
from player.watching.actions.sittings import Sitting, cover, lock, remember
from player.watching.beat_keys import beat_key
from player.watching.policy import ZONE

Draw = Callable[[], float]  # uniform in [0, 1)
_draw = SystemRandom().random
# Reasons that tell of a client that is out of step, not of time that somebody watched.
_NO_TRACE = {Reason.WRONG_SEQ, Reason.LEASE_LOST, Reason.SESSION_CLOSED}


@dataclass(frozen=True, slots=True)
class BeatReport:
    """A beat, whose it is, and when the server received it (Unix, ms)."""

    session_uuid: UUID
    learner_id: int
    beat: Beat
    received_at_ms: int


@dataclass(frozen=True, slots=True)
class ProofReport:
    """An answer to a question, whose it is, and whether it was right. nonce: of the question that it answers."""

    session_uuid: UUID
    learner_id: int
    nonce: bytes
    right: bool
    received_at_ms: int


Report = BeatReport | ProofReport


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one beat (seq) or proof (seq 0, nonce and answered set). counted_ms, furthest_ms: of the subject, after
    it; credited_ms: what it added; pending_ms: what waits for a proof.

    spans: media newly counted by it. reason: a `heartbeat.Reason`, empty when the beat was taken as it is.
    go_back_to_ms, expected_seq: what the player must do, -1 for nothing. ask_nonce: hexadecimal, empty for no question.
    """

    seq: int
    accepted: bool
    counted_ms: int
    credited_ms: int
    furthest_ms: int
    pending_ms: int = 0
    day_counted_ms: int = 0
    spans: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    go_back_to_ms: int = -1
    expected_seq: int = -1
    last_mac: str = ""
    ask_nonce: str = ""
    ask_segment: int = 0
    nonce: str = ""
    answered: str = ""


_values = attrgetter(*(field.name for field in fields(Reply)))  # asdict copies deeply, and costs as much as the verdict


@dataclass(slots=True)
class _Judged:
    """A report with what came of it: a verdict or an answer's fate, and the stretches that now count."""

    report: Report
    sitting: Sitting | None
    outcome: Verdict | Answered
    stretches: tuple[Stretch, ...] = ()
    asks: Question | None = None
    pending_ms: int = 0
    furthest_ms: int = 0
    last_mac: bytes = b""


@transaction.atomic(durable=True)
def report_beats(reports: Sequence[Report], *, draw: Draw = _draw) -> list[Reply]:
    """Judge the reports in the order given, store what they earned, and return an answer for each, in that order.

    One transaction for all, with a handful of statements however many there are. Reports of one session must be in the
    order received. An unknown session, or one of another learner, is answered as a closed one: it tells nothing.
    draw: chance, for the questions.
    """
    sittings = lock({report.session_uuid for report in reports})
    judged = [_judge(sittings.get(report.session_uuid), report, draw) for report in reports]
    cover([sitting for sitting in sittings.values() if sitting.moved])
    replies = [_settle(one) for one in judged]
    changed = [sitting for sitting in sittings.values() if sitting.changed]
    remember(changed)
    write_refusals([sitting for sitting in sittings.values() if sitting.refusals])
    seal(changed)
    return replies


def _judge(sitting: Sitting | None, report: Report, draw: Draw) -> _Judged:
    if sitting is None or sitting.learner_id != report.learner_id:
        nobody = Answered.STALE if isinstance(report, ProofReport) else Refused(Reason.SESSION_CLOSED)
        return _Judged(report, None, nobody)
    judged = (
        _judge_proof(sitting, report, draw) if isinstance(report, ProofReport) else _judge_beat(sitting, report, draw)
    )
    judged.pending_ms = sitting.pending_ms
    judged.furthest_ms, judged.last_mac = sitting.state.furthest_ms, sitting.state.last_mac
    return judged


def _judge_beat(sitting: Sitting, report: BeatReport, draw: Draw) -> _Judged:
    _begin_day(sitting, report.received_at_ms)
    before = sitting.state
    verdict = accept(before, report.beat, report.received_at_ms, sitting.policy, _bounds(sitting, report.beat))
    judged = _Judged(report, sitting, verdict)
    if isinstance(verdict, Repeated):
        return judged
    _note_refusal(sitting, verdict, report.received_at_ms)
    if verdict.state is None:
        return judged
    sitting.state, sitting.changed = verdict.state, True
    sitting.possession = media.after_beat(
        sitting.possession, elapsed_ms=verdict.state.heard_at_ms - before.heard_at_ms, policy=sitting.policy
    )
    if isinstance(verdict, Accepted):
        sitting.moved = True
        if verdict.span:
            stretch = Stretch(verdict.from_ms, verdict.until_ms, verdict.span, ())
            judged.stretches = _earn(sitting, stretch, report.received_at_ms)
            judged.asks = _ask(sitting, verdict.span, draw)
    _stop_where_unproved(sitting, report.received_at_ms)
    return judged


def _judge_proof(sitting: Sitting, report: ProofReport, draw: Draw) -> _Judged:
    sitting.possession, fate = media.judge(
        sitting.possession, nonce=report.nonce, right=report.right, policy=sitting.policy
    )
    judged = _Judged(report, sitting, fate)
    if fate is Answered.STALE:
        return judged
    sitting.changed = True
    if fate is Answered.PASSED:
        sitting.proofs_passed += 1
        judged.stretches = release(sitting)
        sitting.moved = bool(judged.stretches) or sitting.moved
    elif sitting.pending:
        judged.asks = _ask(sitting, sitting.pending[-1].watched, draw)
    _stop_where_unproved(sitting, report.received_at_ms)
    return judged


def _bounds(sitting: Sitting, beat: Beat) -> Bounds:
    policy, waiting = sitting.policy, [stretch.watched for stretch in sitting.pending]
    day_left_ms = NO_LIMIT
    if policy.day_limit_ms:
        day_left_ms = max(0, policy.day_limit_ms - sitting.day_counted_ms - total_ms([*sitting.proved, *waiting]))
    needs_cover = policy.seek is SeekRule.COUNTED_ONLY or day_left_ms <= policy.largest_gap_ms
    return Bounds(
        mac=next_mac(beat_key(sitting.uuid), sitting.state.last_mac, beat),
        starts_ms=stretch_starts_ms(sitting.video_id),
        opened=sitting.opened,
        covered=merge([*sitting.ground.covered, *sitting.proved, *waiting]) if needs_cover else (),
        day_left_ms=day_left_ms,
    )


def _earn(sitting: Sitting, stretch: Stretch, at_ms: int) -> tuple[Stretch, ...]:
    """Return what a beat's stretch lets count now: itself, or nothing while a proof is awaited."""
    if sitting.possession.stopped:
        sitting.refusals.append((Reason.NO_MEDIA_PROOF, stretch.watched, at_ms))
        return ()
    if not sitting.possession.holds or (ends(sitting) and may_keep_unproved(sitting)):
        sitting.proved.append(stretch.watched)
        return (stretch,)
    hold(sitting, stretch)
    if ends(sitting):
        refuse_pending(sitting, at_ms)
    return ()


def _ask(sitting: Sitting, span: Span, draw: Draw) -> Question | None:
    if sitting.native or ends(sitting):
        return None
    if not media.is_due(sitting.possession, draw=draw(), policy=sitting.policy):
        return None
    segment = media.segment_to_ask(segment_starts_ms(sitting.video_id), span, draw())
    question = Question(secrets.token_bytes(media.NONCE_BYTES), segment)
    sitting.possession = media.asked(sitting.possession, question)
    return question


def _stop_where_unproved(sitting: Sitting, at_ms: int) -> None:
    if sitting.possession.stopped and not sitting.state.stopped:
        refuse_pending(sitting, at_ms)
        sitting.state = replace(sitting.state, stopped=True, counting=False)


def _note_refusal(sitting: Sitting, verdict: Accepted | Refused, at_ms: int) -> None:
    reason = verdict.reason
    if reason is None or reason in _NO_TRACE or (reason is Reason.AHEAD_OF_COUNTED and verdict.lost is None):
        return
    sitting.refusals.append((reason, verdict.lost, at_ms))


def _begin_day(sitting: Sitting, at_ms: int) -> None:
    today = _day_of(at_ms)
    if sitting.day != today:
        sitting.day, sitting.day_counted_ms = today, 0


def _day_of(at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms // 1000, ZONE).date()


def _settle(judged: _Judged) -> Reply:
    """Return the answer to one report, now that it is known what was new; count it into the chunk."""
    sitting, report, outcome = judged.sitting, judged.report, judged.outcome
    if sitting is None:
        return _reply(judged, ())
    if isinstance(outcome, Repeated):
        return _reply_of(sitting.last_reply)
    counted = settle(sitting, judged.stretches)
    credited_ms = sum(span.length_ms for span in counted)
    sitting.ground.counted_ms += credited_ms
    sitting.day_counted_ms += credited_ms
    if isinstance(report, BeatReport):
        _seal_where_due(sitting, outcome, leaving=report.beat.leaving, credited_ms=credited_ms)
    reply = _reply(judged, counted)
    if isinstance(report, BeatReport) and not (isinstance(outcome, Refused) and outcome.state is None):
        sitting.last_reply = json.dumps(_values(reply), separators=(",", ":"))
    return reply


def _seal_where_due(sitting: Sitting, outcome: Verdict | Answered, *, leaving: bool, credited_ms: int) -> None:
    """Seal at once a finished lesson and a page that goes away, so that the hours are there when the learner looks."""
    if sitting.chunk is None or not isinstance(outcome, Accepted):
        return
    finished = credited_ms > 0 and sitting.ground.counted_ms == sitting.state.duration_ms
    if finished or leaving or ends(sitting) or is_due(sitting.chunk, outcome.until_ms, ZONE):
        sitting.sealed.append(sitting.chunk)
        sitting.chunk = None


def _reply(judged: _Judged, counted: Spans) -> Reply:
    sitting, report, outcome, asks = judged.sitting, judged.report, judged.outcome, judged.asks
    verdict = outcome if isinstance(outcome, Accepted | Refused) else None
    expected_seq = outcome.expected_seq or -1 if isinstance(outcome, Refused) else -1
    return Reply(
        seq=report.beat.seq if isinstance(report, BeatReport) else 0,
        accepted=isinstance(outcome, Accepted) or outcome is Answered.PASSED,
        counted_ms=sitting.ground.counted_ms if sitting else 0,
        credited_ms=sum(span.length_ms for span in counted),
        furthest_ms=judged.furthest_ms,
        pending_ms=judged.pending_ms,
        day_counted_ms=sitting.day_counted_ms if sitting else 0,
        spans=tuple((span.start_ms, span.end_ms) for span in counted),
        reason=verdict.reason or "" if verdict else "",
        go_back_to_ms=-1 if verdict is None or verdict.go_back_to_ms is None else verdict.go_back_to_ms,
        expected_seq=expected_seq,
        last_mac=judged.last_mac.hex() if expected_seq > 0 else "",
        ask_nonce=asks.nonce.hex() if asks else "",
        ask_segment=asks.segment if asks else 0,
        nonce=report.nonce.hex() if isinstance(report, ProofReport) else "",
        answered=outcome.value if isinstance(outcome, Answered) else "",
    )


def _reply_of(text: str) -> Reply:
    values = json.loads(text)
    reply = Reply(*values)
    return replace(reply, spans=tuple((start, end) for start, end in reply.spans))
