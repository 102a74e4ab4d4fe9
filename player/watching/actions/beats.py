"""Taking beats and proofs: many, of many sessions, in one durable transaction. What is answered has been committed."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db import transaction

from player.domain import possession as media
from player.domain.chain import next_mac
from player.domain.chunk import Stretch, is_due
from player.domain.heartbeat import NO_LIMIT, Accepted, Beat, Bounds, Refused, Repeated, Verdict, accept
from player.domain.policy import SeekRule
from player.domain.possession import Answered, Question
from player.domain.reasons import Reason
from player.domain.spans import Span, Spans, merge
from player.videos.queries import segment_starts_ms, stretch_starts_ms
from player.watching.actions.memory import Memory
from player.watching.actions.replies import NOTHING, Reply, as_text, reply_of
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
from player.watching.actions.sittings import Sitting, lock
from player.watching.actions.writing import NoLongerSo, Sent, alongside, confirm, remember, send
from player.watching.policy import ZONE

Draw = Callable[[], float]  # uniform in [0, 1)
_drawn: list[float] = []
_QUARTER_MS = 900_000
PORTION = 64  # sessions judged before they are sent to be written
_Places = dict[UUID, list[int]]
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


@dataclass(slots=True)
class _Judged:
    """A report with what came of it: a verdict or an answer's fate, and the stretches that now count."""

    report: Report
    sitting: Sitting | None
    outcome: Verdict | Answered
    stretches: tuple[Stretch, ...] = ()
    asks: Question | None = None
    reply: Reply = NOTHING

    @property
    def is_doubtful(self) -> bool:
        """Whether it may stand on what is gone and would not be found out by its writing.

        A refusal writes nothing; and keys are given out beside the beats, without a new version.
        """
        if self.sitting is None or self.sitting.locked:
            return False
        if isinstance(self.outcome, Accepted):
            return self.outcome.reason is Reason.KEY_MISSING
        return not self.sitting.changed and not isinstance(self.outcome, Repeated)

    @property
    def is_last(self) -> bool:
        """Whether this is the last beat that its session has taken, so that it may come again."""
        if self.sitting is None or not isinstance(self.report, BeatReport):
            return False
        state, beat = self.sitting.state, self.report.beat
        return state.last_seq == beat.seq and state.last_mac == beat.mac


@dataclass(frozen=True, slots=True)
class _Batch:
    """What came of the reports, in their order, and the sessions that they were of."""

    judged: list[_Judged]
    sittings: dict[UUID, Sitting]


def _draw() -> float:
    """Return a number that nobody can foretell; the system is asked for a thousand at once."""
    try:
        return _drawn.pop()  # one step, whatever other threads do
    except IndexError:
        numbers = memoryview(secrets.token_bytes(8 * 1024)).cast("Q")
        _drawn.extend((number >> 11) / 2**53 for number in numbers)
        return _drawn.pop()


def report_beats(reports: Sequence[Report], *, draw: Draw = _draw, memory: Memory | None = None) -> list[Reply]:
    """Judge the reports in the order given, store what they earned, and return an answer for each, in that order.

    One durable transaction for all, with a handful of statements however many there are. Reports of one session must be in
    the order received. An unknown session, or one of another learner, is answered as a closed one: it tells nothing.
    draw: chance, for the questions. memory: what this process knows of the sessions it wrote before; what still holds of it
    is not read again.
    """
    places: _Places = {}
    for place, report in enumerate(reports):
        places.setdefault(report.session_uuid, []).append(place)
    known = memory.take(places) if memory else {}
    try:
        batch = _store(reports, places, known, draw)
    except NoLongerSo:
        batch = _store(reports, places, {}, draw)
    if memory:
        memory.keep(sitting for sitting in batch.sittings.values() if not ends(sitting))
        for one in batch.judged:
            if isinstance(one.report, BeatReport) and one.is_last:
                memory.answered(one.report, one.reply)
    return [one.reply for one in batch.judged]


@transaction.atomic(durable=True)
def _store(reports: Sequence[Report], places: _Places, known: dict[UUID, Sitting], draw: Draw) -> _Batch:
    """Judge and write. known: sittings that are not locked; those of them that no longer hold are locked and judged again.

    places: of the reports of each session. Raises NoLongerSo where that is not enough.
    """
    asked = places.keys() - known.keys()
    locked = lock(asked) if asked else {}
    sittings = known | locked
    shared = len({sitting.ground.coverage_id for sitting in sittings.values()}) < len(sittings)
    if shared and known:
        raise NoLongerSo("two sessions of one coverage, and not all sessions are locked")
    if shared:  # they see what each other adds, in the order in which the reports came
        judged = {place: _judge(sittings.get(one.session_uuid), one, draw) for place, one in enumerate(reports)}
        doubtful: list[Sitting] = []
        stale = remember([sitting for sitting in sittings.values() if sitting.changed])
    else:
        judged, doubtful, stale = _judge_and_write(reports, places, sittings, draw)
    if doubtful or stale:
        anew = lock([sitting.uuid for sitting in (*doubtful, *stale)])
        sittings |= anew
        for uuid, sitting in anew.items():
            judged |= {place: _judge(sitting, reports[place], draw) for place in places[uuid]}
        remember([sitting for sitting in anew.values() if sitting.changed])
    write_refusals([sitting for sitting in sittings.values() if sitting.refusals])
    seal([sitting for sitting in sittings.values() if sitting.sealed])
    return _Batch([judged[place] for place in range(len(reports))], sittings)


def _judge_and_write(
    reports: Sequence[Report], places: _Places, sittings: dict[UUID, Sitting], draw: Draw
) -> tuple[dict[int, _Judged], list[Sitting], list[Sitting]]:
    """Judge portion by portion, while the database writes what was judged before.

    Return, by their places, what came of the reports; and the sittings not written: whose verdicts are doubtful, and
    whose rows are not what they were.
    """
    judged: dict[int, _Judged] = {}
    doubtful: list[Sitting] = []
    sent: list[Sent] = []
    asked = list(places.items())
    with alongside():
        for begin in range(0, len(asked), PORTION):
            changed: list[Sitting] = []
            for uuid, found in asked[begin : begin + PORTION]:
                sitting = sittings.get(uuid)
                mine = [_judge(sitting, reports[place], draw) for place in found]
                judged.update(zip(found, mine, strict=True))
                if sitting and any([one.is_doubtful for one in mine]):
                    doubtful.append(sitting)
                elif sitting and sitting.changed:
                    changed.append(sitting)
            sent += send(changed)
    return judged, doubtful, confirm(sent)


def _judge(sitting: Sitting | None, report: Report, draw: Draw) -> _Judged:
    if sitting is None or sitting.learner_id != report.learner_id:
        nobody = Answered.STALE if isinstance(report, ProofReport) else Refused(Reason.SESSION_CLOSED)
        judged = _Judged(report, None, nobody)
        judged.reply = _reply(judged, ())
        return judged
    judged = (
        _judge_proof(sitting, report, draw) if isinstance(report, ProofReport) else _judge_beat(sitting, report, draw)
    )
    judged.reply = _settle(judged, sitting)
    return judged


def _judge_beat(sitting: Sitting, report: BeatReport, draw: Draw) -> _Judged:
    _begin_day(sitting, report.received_at_ms)
    before = sitting.state
    verdict = accept(before, report.beat, report.received_at_ms, sitting.policy, _bounds(sitting, report.beat))
    judged = _Judged(report, sitting, verdict)
    if isinstance(verdict, Repeated):
        return judged
    if verdict.reason:
        _note_refusal(sitting, verdict, report.received_at_ms)
    if verdict.state is None:
        return judged
    sitting.state, sitting.changed = verdict.state, True
    if sitting.possession.question:
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
    policy = sitting.policy
    day_left_ms = NO_LIMIT
    if policy.day_limit_ms:
        day_left_ms = max(0, policy.day_limit_ms - sitting.day_counted_ms - sitting.pending_ms)
    covered: Spans = ()
    if policy.seek is SeekRule.COUNTED_ONLY or day_left_ms <= policy.largest_gap_ms:
        covered = merge([*sitting.ground.covered, *[stretch.watched for stretch in sitting.pending]])
    return Bounds(
        mac=next_mac(sitting.beat_key, sitting.state.last_mac, beat),
        starts_ms=stretch_starts_ms(sitting.video_id),
        opened=sitting.opened,
        covered=covered,
        day_left_ms=day_left_ms,
    )


def _earn(sitting: Sitting, stretch: Stretch, at_ms: int) -> tuple[Stretch, ...]:
    """Return what a beat's stretch lets count now: itself, or nothing while a proof is awaited."""
    if sitting.possession.stopped:
        sitting.refusals.append((Reason.NO_MEDIA_PROOF, stretch.watched, at_ms))
        return ()
    if not sitting.possession.holds or (ends(sitting) and may_keep_unproved(sitting)):
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
        sitting.state = sitting.state._replace(stopped=True, counting=False)


def _note_refusal(sitting: Sitting, verdict: Accepted | Refused, at_ms: int) -> None:
    reason = verdict.reason
    if reason is None or reason in _NO_TRACE or (reason is Reason.AHEAD_OF_COUNTED and verdict.lost is None):
        return
    sitting.refusals.append((reason, verdict.lost, at_ms))


def _begin_day(sitting: Sitting, at_ms: int) -> None:
    today = _day_of_quarter(at_ms // _QUARTER_MS)
    if sitting.day != today:
        sitting.day, sitting.day_counted_ms = today, 0


@lru_cache(maxsize=64)
def _day_of_quarter(quarter: int) -> date:
    """Return the day of a quarter of an hour since 1970: midnight lies at the end of one, in any zone."""
    return datetime.fromtimestamp(quarter * _QUARTER_MS // 1000, ZONE).date()


def _settle(judged: _Judged, sitting: Sitting) -> Reply:
    """Count what a report brought into the subject and the chunk; return its answer."""
    report, outcome = judged.report, judged.outcome
    if isinstance(outcome, Repeated):
        return reply_of(sitting.last_reply)
    counted = settle(sitting, judged.stretches) if judged.stretches else ()
    if isinstance(report, BeatReport):
        _seal_where_due(sitting, outcome, leaving=report.beat.leaving, counts=bool(counted))
    reply = _reply(judged, counted)
    if isinstance(report, BeatReport) and not (isinstance(outcome, Refused) and outcome.state is None):
        sitting.last_reply = as_text(reply)
    return reply


def _seal_where_due(sitting: Sitting, outcome: Verdict | Answered, *, leaving: bool, counts: bool) -> None:
    """Seal at once a finished lesson and a page that goes away, so that the hours are there when the learner looks."""
    if sitting.chunk is None or not isinstance(outcome, Accepted):
        return
    finished = counts and sitting.ground.counted_ms == sitting.state.duration_ms
    if finished or leaving or ends(sitting) or is_due(sitting.chunk, outcome.until_ms, ZONE):
        sitting.sealed.append(sitting.chunk)
        sitting.chunk = None


def _reply(judged: _Judged, counted: Spans) -> Reply:
    sitting, report, outcome, asks = judged.sitting, judged.report, judged.outcome, judged.asks
    credited_ms = sum([end_ms - start_ms for start_ms, end_ms in counted])
    if sitting and isinstance(report, BeatReport) and isinstance(outcome, Accepted) and not (outcome.reason or asks):
        state = sitting.state  # as nearly always: in a tenth of the time
        of_subject = (sitting.ground.counted_ms, credited_ms, state.furthest_ms, sitting.pending_ms)
        return Reply(report.beat.seq, True, *of_subject, sitting.day_counted_ms, counted)
    verdict = outcome if isinstance(outcome, Accepted | Refused) else None
    expected_seq = outcome.expected_seq or -1 if isinstance(outcome, Refused) else -1
    return Reply(
        seq=report.beat.seq if isinstance(report, BeatReport) else 0,
        accepted=isinstance(outcome, Accepted) or outcome is Answered.PASSED,
        counted_ms=sitting.ground.counted_ms if sitting else 0,
        credited_ms=credited_ms,
        furthest_ms=sitting.state.furthest_ms if sitting else 0,
        pending_ms=sitting.pending_ms if sitting else 0,
        day_counted_ms=sitting.day_counted_ms if sitting else 0,
        spans=counted,
        reason=verdict.reason or "" if verdict else "",
        go_back_to_ms=-1 if verdict is None or verdict.go_back_to_ms is None else verdict.go_back_to_ms,
        expected_seq=expected_seq,
        last_mac=sitting.state.last_mac.hex() if sitting and expected_seq > 0 else "",
        ask_nonce=asks.nonce.hex() if asks else "",
        ask_segment=asks.segment if asks else 0,
        nonce=report.nonce.hex() if isinstance(report, ProofReport) else "",
        answered=outcome.value if isinstance(outcome, Answered) else "",
    )
