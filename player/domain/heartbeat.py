"""May this beat count, and how much? The rule against skipping: pure, exact, in whole milliseconds.

A watching player sends a beat every few seconds: "I am at position_ms, and from now on I am playing (or not)". The
server counts the stretch between two consecutive beats when the earlier one declared that the picture ran, in sight,
without a seek. It never believes more than its own clock:

    credit = least of  (server time since the last beat + what was left unused,
                        media played since the last beat,
                        the largest allowed gap,
                        the rest of the lesson,
                        what is left of the day's limit),  cut where the keys that this session was given end

Server time is spent once: all credit of a session together never exceeds the time since it was opened. Two small
allowances let an honest player on a bad network lose nothing, and neither makes time:

* `bank_ms`: up to 2 s of unused server time is kept, because a beat that arrives early follows one that arrived late.
  For the opposite case `owed_ms` keeps up to 2 s of media that was played but not yet covered by server time.
* `late_ms`: after a cut, beats that waited arrive together. The first finds much server time unused; the others may use
  it, for a few seconds. A player that sent beats all along (stalled, paused) has no such remainder. After a cut shorter
  than that (a pause told while the line was away, and the next beat, come in one moment) what is left may be used for
  a second: beats that arrive together earn what the last of them would have earned alone, and no more.
"""

from dataclasses import dataclass
from typing import NamedTuple

from player.domain.pacing import lies_in, opened_length
from player.domain.policy import REAL_TIME_PERCENT, Policy, SeekRule
from player.domain.reasons import Reason, Standing
from player.domain.spans import Span, Spans, subtract

NO_LIMIT = 2**63
TOGETHER_MS = 999  # beats that waited in one line arrive within so long; after a second the bank is enough for the next


@dataclass(frozen=True, slots=True)
class Beat:
    """What a player declares: where it is, and whether from here on the picture runs in sight.

    seq: 1 for the first beat of a session, then one more each. stretch: of keys, in which the position lies. idle_ms:
    since the person last moved. leaving: the page is going away. mac: see player.domain.chain.
    """

    seq: int
    position_ms: int
    playing: bool
    visible: bool = True
    focused: bool = True
    seeking: bool = False
    leaving: bool = False
    rate_percent: int = REAL_TIME_PERCENT
    stretch: int = 0
    idle_ms: int = 0
    mac: bytes = b""


class Bounds(NamedTuple):
    """What the server knows beside the session's own state when it judges a beat.

    mac: what the next beat must carry. starts_ms: where each stretch of keys begins. opened: media whose keys this
    session was given. covered: what is counted of this subject, with what waits for a proof. day_left_ms: what may
    still be newly counted today.
    """

    mac: bytes
    starts_ms: tuple[int, ...]
    opened: Spans
    covered: Spans = ()
    day_left_ms: int = NO_LIMIT


class State(NamedTuple):
    """What the server remembers of a session between two beats.

    heard_at_ms: server time of the last beat that was taken, at first of the opening. furthest_ms: end of the furthest
    media counted (or waiting for a proof) for this learner and subject, by any session. anchor_ms: position of the last
    beat, None before the first; counting: it declared that the picture runs; shut: why the picture that runs earns
    nothing. owed_ms: media just before the anchor that was played, not yet counted; stepped_ms: how much of all that was
    only stepped over. closed_at_ms: server time of the
    closing, of a session that is not open. last_mac: of the last beat taken. stopped: it failed to prove its media.
    A tuple, as all that is made anew for each beat and has many fields: a frozen dataclass takes four times as long.
    """

    duration_ms: int
    heard_at_ms: int
    furthest_ms: int = 0
    standing: Standing = Standing.OPEN
    closed_at_ms: int = 0
    last_seq: int = 0
    last_mac: bytes = b""
    anchor_ms: int | None = None
    counting: bool = False
    shut: Reason | None = None
    leaving: bool = False
    stopped: bool = False
    owed_ms: int = 0
    stepped_ms: int = 0
    bank_ms: int = 0
    late_ms: int = 0
    late_until_ms: int = 0


class Accepted(NamedTuple):
    """The beat was taken. span: the media it proves, None for none; lost: media that it claimed and that earned nothing,
    for `reason`; go_back_to_ms: where the player must return to.

    from_ms … until_ms: the server time that this beat used up (half-open, as long as the span). Consecutive beats of a
    session never use the same millisecond twice.
    """

    state: State
    span: Span | None
    from_ms: int
    until_ms: int
    go_back_to_ms: int | None = None
    reason: Reason | None = None
    lost: Span | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The beat earns nothing. state: what to remember, None when no trace is left (the number stays free)."""

    reason: Reason
    state: State | None = None
    go_back_to_ms: int | None = None
    expected_seq: int | None = None
    lost: Span | None = None


@dataclass(frozen=True, slots=True)
class Repeated:
    """The last beat again, because its answer was lost: to be answered as it was before."""

    seq: int


Verdict = Accepted | Refused | Repeated


class _Reckoning(NamedTuple):
    """How far one beat gets: server time it may use, media it claims, and what of that is counted.

    cut: why less counts than was played, where it is neither the clock nor the gap.
    """

    now_ms: int
    position_ms: int
    allowance_ms: int
    follows: bool  # it continues the stretch that the last beat began
    counted_from_ms: int
    ran_to_ms: int  # where the picture ran to since the last beat, counting or not
    credit_ms: int = 0
    opens_burst: bool = False
    cut: Reason | None = None

    @property
    def counted_to_ms(self) -> int:
        return self.counted_from_ms + self.credit_ms

    @property
    def lost(self) -> Span | None:
        """The media that ran and is not counted, None for none."""
        start_ms = self.counted_to_ms if self.credit_ms else self.counted_from_ms
        return Span(start_ms, self.ran_to_ms) if self.ran_to_ms > start_ms else None


def accept(state: State, beat: Beat, received_at_ms: int, policy: Policy, bounds: Bounds) -> Verdict:
    """Decide over one beat.

    received_at_ms: server time (Unix, ms); an earlier one than the last is taken as the same moment.
    Cases, in this order: the last beat again → Repeated, or Refused where it says something else; session lost, closed
    or unheard too long → Refused; number not the next one → Refused with the expected one; not chained to the last →
    Refused; no proof of its media, too fast, a stretch that is not there → Refused, the number is used up; landed where
    the seek rule does not let it → Refused, with the place to go back to; else Accepted, with a span where the earlier
    beat declared that the picture runs. Going back is free: it earns nothing and begins a new stretch.
    """
    if untaken := _untaken(state, beat, received_at_ms, policy, bounds):
        return untaken
    reckoning = _reckon(state, beat, received_at_ms, policy, bounds)
    if reason := _fault(state, beat, policy, bounds):
        stopped = _uncounted(state, beat, reckoning, policy)
        return Refused(reason, state=stopped, lost=_as_lost(state, reckoning))
    furthest_ms = max(state.furthest_ms, reckoning.counted_to_ms if reckoning.credit_ms else 0)
    back_ms = _back_to(reckoning, furthest_ms, policy, bounds)
    reason = reckoning.cut or (Reason.AHEAD_OF_COUNTED if back_ms is not None else None)
    if back_ms is not None and not (reckoning.follows and reckoning.credit_ms) and reckoning.cut is None:
        stopped = _uncounted(state, beat, reckoning, policy)
        return Refused(Reason.SEEK_AHEAD, state=stopped, go_back_to_ms=back_ms)
    following = _after(state, beat, reckoning, policy, furthest_ms)
    if back_ms is not None:
        following = following._replace(anchor_ms=back_ms, counting=False, shut=None, owed_ms=0)
    until_ms = reckoning.now_ms - following.bank_ms - following.late_ms
    return Accepted(
        state=following,
        span=Span(reckoning.counted_from_ms, reckoning.counted_to_ms) if reckoning.credit_ms else None,
        from_ms=until_ms - reckoning.credit_ms,
        until_ms=until_ms,
        go_back_to_ms=back_ms,
        reason=reason,
        lost=reckoning.lost if reason else None,
    )


def _untaken(
    state: State, beat: Beat, received_at_ms: int, policy: Policy, bounds: Bounds
) -> Refused | Repeated | None:
    """Return the answer to a beat that leaves no trace, None for one that must be reckoned."""
    if beat.seq == state.last_seq:
        return Repeated(beat.seq) if beat.mac == state.last_mac else Refused(Reason.FORKED)
    # A beat that was received before the closing and judged after it still counts: a page that is loaded anew sends its
    # last beat and asks for the next session in the same moment.
    over = state.standing is not Standing.OPEN and received_at_ms > state.closed_at_ms
    if over and state.standing is Standing.TAKEN_OVER:
        return Refused(Reason.LEASE_LOST)
    if over or received_at_ms - state.heard_at_ms > policy.resumable_ms:
        return Refused(Reason.SESSION_CLOSED)
    if beat.seq != state.last_seq + 1:
        return Refused(Reason.WRONG_SEQ, expected_seq=state.last_seq + 1)
    return None if beat.mac == bounds.mac else Refused(Reason.WRONG_MAC)


def _fault(state: State, beat: Beat, policy: Policy, bounds: Bounds) -> Reason | None:
    """Return why a beat with the right number earns nothing whatever it claims, None for no such reason."""
    if state.stopped:
        return Reason.NO_MEDIA_PROOF
    if beat.rate_percent > policy.largest_rate_percent:
        return Reason.RATE_TOO_FAST
    if not lies_in(bounds.starts_ms, beat.stretch, min(beat.position_ms, state.duration_ms)):
        return Reason.WRONG_STRETCH
    return None


def _reckon(state: State, beat: Beat, received_at_ms: int, policy: Policy, bounds: Bounds) -> _Reckoning:
    now_ms = max(received_at_ms, state.heard_at_ms)
    position_ms = min(beat.position_ms, state.duration_ms)
    elapsed_ms = now_ms - state.heard_at_ms
    late_ms = state.late_ms if now_ms <= state.late_until_ms else 0
    allowance_ms = elapsed_ms + state.bank_ms + late_ms
    if state.anchor_ms is None:
        return _Reckoning(now_ms, position_ms, allowance_ms, False, position_ms, position_ms)
    # The gain is measured from the last beat's position, never from the counted frontier: otherwise a stalled player
    # that once claimed a far position would earn its way there second by second.
    moved_ms = position_ms - state.anchor_ms
    ran = 0 <= moved_ms <= allowance_ms + policy.seek_tolerance_ms
    follows = state.counting and ran
    counted_from_ms = state.anchor_ms - state.owed_ms
    played_to_ms = position_ms if follows else state.anchor_ms
    credit_ms = min(allowance_ms, played_to_ms - counted_from_ms, policy.largest_gap_ms)
    credit_ms, cut = _within(credit_ms, counted_from_ms, bounds)
    if state.shut is not None and ran and moved_ms > 0:
        cut = cut or state.shut
    return _Reckoning(
        now_ms,
        position_ms,
        allowance_ms,
        follows,
        counted_from_ms,
        ran_to_ms=position_ms if follows or (ran and state.shut is not None) else state.anchor_ms,
        credit_ms=credit_ms,
        opens_burst=state.counting and elapsed_ms > policy.beat_interval_ms + policy.largest_bank_ms,
        cut=cut,
    )


def _within(credit_ms: int, from_ms: int, bounds: Bounds) -> tuple[int, Reason | None]:
    """Return what of a credit the keys and the day leave, and which of the two cut it. Watching again costs no day."""
    opened_ms = opened_length(bounds.opened, from_ms, credit_ms)
    if opened_ms < credit_ms:
        return opened_ms, Reason.KEY_MISSING
    if bounds.day_left_ms < credit_ms:
        left_ms = bounds.day_left_ms
        for new in subtract([Span(from_ms, from_ms + credit_ms)], bounds.covered):
            if new.length_ms > left_ms:
                return new.start_ms + left_ms - from_ms, Reason.DAY_FULL
            left_ms -= new.length_ms
    return credit_ms, None


def _back_to(reckoning: _Reckoning, furthest_ms: int, policy: Policy, bounds: Bounds) -> int | None:
    """Return where a player must go back to, None where it may stay."""
    position_ms = reckoning.position_ms
    if position_ms - furthest_ms > policy.seek_tolerance_ms:
        return furthest_ms
    if policy.seek is SeekRule.TO_FURTHEST or reckoning.follows:
        return None
    reach_ms = 0  # the end of what may be stood on, coming from the left
    for span in bounds.covered:
        if span.start_ms > position_ms:
            break
        reach_ms = span.end_ms
    return reach_ms if position_ms - reach_ms > policy.seek_tolerance_ms else None


def _as_lost(state: State, reckoning: _Reckoning) -> Span | None:
    """Return all that a refused beat claimed, None when the picture did not run."""
    if state.anchor_ms is None or reckoning.ran_to_ms <= state.anchor_ms:
        return None
    return Span(state.anchor_ms, reckoning.ran_to_ms)


def _shut(beat: Beat, policy: Policy) -> Reason | None:
    """Return why the picture that runs after this beat does not count, None when it counts or does not run."""
    if not beat.playing or beat.seeking:
        return None
    if not beat.visible:
        return Reason.HIDDEN
    if not beat.focused and not policy.count_unfocused:
        return Reason.UNFOCUSED
    return Reason.IDLE if 0 < policy.idle_after_ms <= beat.idle_ms else None


def _after(state: State, beat: Beat, reckoning: _Reckoning, policy: Policy, furthest_ms: int) -> State:
    """Return the state after an accepted beat: a new anchor, and the server time that is left."""
    unused_ms = reckoning.allowance_ms - reckoning.credit_ms
    bank_ms = min(unused_ms, policy.largest_bank_ms)
    late_until_ms = 0
    if reckoning.opens_burst:
        late_until_ms = reckoning.now_ms + policy.burst_ms
    elif reckoning.now_ms <= state.late_until_ms:
        late_until_ms = state.late_until_ms
    elif state.counting:  # never for a picture that was said to stand: time that was rested is not saved up
        late_until_ms = reckoning.now_ms + TOGETHER_MS
    owed_ms, step_ms = (0, 0) if reckoning.cut else _owed(state, reckoning, policy)
    shut = _shut(beat, policy)
    # Named one by one: `replace` costs as much as all that is decided here.
    return State(
        duration_ms=state.duration_ms,
        heard_at_ms=reckoning.now_ms,
        furthest_ms=furthest_ms,
        standing=state.standing,
        closed_at_ms=state.closed_at_ms,
        last_seq=beat.seq,
        last_mac=beat.mac,
        anchor_ms=reckoning.position_ms,
        counting=beat.playing and not beat.seeking and shut is None,
        shut=shut,
        leaving=beat.leaving,
        stopped=state.stopped,
        owed_ms=owed_ms if owed_ms <= policy.seek_tolerance_ms else 0,
        stepped_ms=state.stepped_ms + step_ms,
        bank_ms=bank_ms,
        late_ms=min(unused_ms - bank_ms, policy.largest_backlog_ms) if late_until_ms else 0,
        late_until_ms=late_until_ms,
    )


def _owed(state: State, reckoning: _Reckoning, policy: Policy) -> tuple[int, int]:
    """Return the media just before the new anchor that was played and not counted, and how much of it is a step.

    A picture seldom starts at the very millisecond at which it stopped: a pause is told a frame early, a seek lands on
    the next frame. Without the small step every pause would leave a hole, and no lesson would ever be whole. All steps
    of a session together are bounded: otherwise a seek a second would skip a fifth of a film.
    """
    position_ms = reckoning.position_ms
    if reckoning.follows:
        return position_ms - reckoning.counted_to_ms, 0
    room_ms = min(policy.step_ms, policy.largest_steps_ms - state.stepped_ms)
    if state.anchor_ms is not None and 0 <= position_ms - state.anchor_ms <= room_ms:
        return position_ms - reckoning.counted_to_ms, position_ms - state.anchor_ms
    stepped_ms = position_ms - state.furthest_ms
    return (stepped_ms, stepped_ms) if 0 < stepped_ms <= room_ms else (0, 0)


def _uncounted(state: State, beat: Beat, reckoning: _Reckoning, policy: Policy) -> State:
    """Return the state after a refusal that takes the number: the stretch is broken, nothing was earned."""
    return state._replace(
        last_seq=beat.seq,
        last_mac=beat.mac,
        heard_at_ms=reckoning.now_ms,
        counting=False,
        shut=None,
        leaving=beat.leaving,
        bank_ms=min(reckoning.allowance_ms, policy.largest_bank_ms),
        late_ms=0,
        late_until_ms=0,
    )
