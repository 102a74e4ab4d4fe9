"""May this beat count, and how much? The rule against skipping: pure, exact, in whole milliseconds.

A watching player sends a beat every few seconds: "I am at position_ms, and from now on I am playing (or not)". The
server counts the stretch between two consecutive beats when the earlier one declared that the picture ran, in sight,
without a seek. It never believes more than its own clock:

    credit = least of  (server time since the last beat + what was left unused,
                        media played since the last beat,
                        the largest allowed gap,
                        the rest of the lesson)

Server time is spent once: all credit of a session together never exceeds the time since it was opened. Two small
allowances let an honest player on a bad network lose nothing, and neither makes time:

* `bank_ms`: up to 2 s of unused server time is kept, because a beat that arrives early follows one that arrived late.
  For the opposite case `owed_ms` keeps up to 2 s of media that was played but not yet covered by server time.
* `late_ms`: after a cut, beats that waited arrive together. The first finds much server time unused; the others may use
  it, for a few seconds. A player that sent beats all along (stalled, paused) has no such remainder.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from player.domain.spans import Span

REAL_TIME_PERCENT = 100


class Reason(StrEnum):
    """Why a beat earned nothing, or why the player must move. Spoken by the socket protocol, so never renamed."""

    SEEK_AHEAD = "seek_ahead"  # landed where this learner has not been yet
    RATE_TOO_FAST = "rate_too_fast"
    AHEAD_OF_COUNTED = "ahead_of_counted"  # counted as far as the clock allows, but the player is beyond that
    WRONG_SEQ = "wrong_seq"  # a beat is missing, or older than the last one
    LEASE_LOST = "lease_lost"  # the learner continued in another place
    SESSION_CLOSED = "session_closed"


class Standing(StrEnum):
    """Whether a session may still earn."""

    OPEN = "open"
    TAKEN_OVER = "taken_over"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the rule. Raises ValueError for a set that could credit more than the server's clock."""

    beat_interval_ms: int = 5_000  # how often a player that plays sends a beat
    idle_interval_ms: int = 20_000  # and one that does not: a sign of life only
    largest_gap_ms: int = 15_000  # media that one beat may bring
    largest_bank_ms: int = 2_000
    seek_tolerance_ms: int = 2_000  # how far ahead of the counted media a position may be
    step_ms: int = 250  # a picture that starts so little ahead of where it stopped has not skipped anything
    largest_rate_percent: int = REAL_TIME_PERCENT
    burst_ms: int = 5_000  # how long beats that waited may take to arrive
    largest_backlog_ms: int = 60_000  # server time that such beats may use together
    resumable_ms: int = 60_000  # a session unheard for longer is closed

    def __post_init__(self) -> None:
        # Above it media would pass faster than the server time that pays for it, and holes would be left.
        if not 0 < self.largest_rate_percent <= REAL_TIME_PERCENT:
            raise ValueError(f"largest_rate_percent: between 1 and {REAL_TIME_PERCENT}")
        if self.largest_backlog_ms > self.resumable_ms:
            raise ValueError("largest_backlog_ms: no beat waits longer than its session lives")


@dataclass(frozen=True, slots=True)
class Beat:
    """What a player declares: where it is, and whether from here on the picture runs in sight.

    seq: 1 for the first beat of a session, then one more each. leaving: the page is going away.
    """

    seq: int
    position_ms: int
    playing: bool
    visible: bool = True
    seeking: bool = False
    rate_percent: int = REAL_TIME_PERCENT
    leaving: bool = False

    @property
    def counts(self) -> bool:
        """Whether the time that follows this beat is watching."""
        return self.playing and self.visible and not self.seeking


@dataclass(frozen=True, slots=True)
class State:
    """What the server remembers of a session between two beats.

    heard_at_ms: server time of the last beat that was taken, at first of the opening. furthest_ms: end of the furthest
    media counted for this learner and subject, by any session. anchor_ms: position of the last beat, None before the
    first; counting: it declared that the picture runs. owed_ms: media just before the anchor that was played, not yet
    counted. closed_at_ms: server time of the closing, of a session that is not open.
    """

    duration_ms: int
    heard_at_ms: int
    furthest_ms: int = 0
    standing: Standing = Standing.OPEN
    closed_at_ms: int = 0
    last_seq: int = 0
    anchor_ms: int | None = None
    counting: bool = False
    owed_ms: int = 0
    bank_ms: int = 0
    late_ms: int = 0
    late_until_ms: int = 0


@dataclass(frozen=True, slots=True)
class Accepted:
    """The beat was taken. span: the media it proves, None for none; go_back_to_ms: where the player must return to.

    from_ms … until_ms: the server time that this beat used up (half-open; never shorter than the span). Consecutive
    beats of a session never use the same millisecond twice.
    """

    state: State
    span: Span | None
    from_ms: int
    until_ms: int
    go_back_to_ms: int | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The beat earns nothing. state: what to remember, None when no trace is left (the number stays free)."""

    reason: Reason
    state: State | None = None
    go_back_to_ms: int | None = None
    expected_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Repeated:
    """The last beat again, because its answer was lost: to be answered as it was before, whatever it says now."""

    seq: int


Verdict = Accepted | Refused | Repeated


@dataclass(frozen=True, slots=True)
class _Reckoning:
    """How far one beat gets: server time it may use, media it claims, and what of that is counted."""

    now_ms: int
    position_ms: int
    allowance_ms: int
    follows: bool  # it continues the stretch that the last beat began
    counted_from_ms: int
    credit_ms: int = 0
    opens_burst: bool = False

    @property
    def counted_to_ms(self) -> int:
        return self.counted_from_ms + self.credit_ms


def accept(state: State, beat: Beat, received_at_ms: int, policy: Policy) -> Verdict:
    """Decide over one beat.

    received_at_ms: server time (Unix, ms); an earlier one than the last is taken as the same moment.
    Cases, in this order: the last beat again → Repeated; session lost, closed or unheard too long → Refused; number not
    the next one → Refused with the expected one; too fast → Refused; landed ahead of what was ever counted → Refused,
    with the place to go back to; else Accepted, with a span where the earlier beat declared that the picture runs.
    Going back is free: it earns nothing and begins a new stretch.
    """
    if untaken := _untaken(state, beat, received_at_ms, policy):
        return untaken
    reckoning = _reckon(state, beat, received_at_ms, policy)
    if beat.rate_percent > policy.largest_rate_percent:
        return Refused(Reason.RATE_TOO_FAST, state=_uncounted(state, beat, reckoning, policy))
    furthest_ms = max(state.furthest_ms, reckoning.counted_to_ms if reckoning.credit_ms else 0)
    ahead = reckoning.position_ms - furthest_ms > policy.seek_tolerance_ms
    if ahead and not (reckoning.follows and reckoning.credit_ms):
        stopped = _uncounted(state, beat, reckoning, policy)
        return Refused(Reason.SEEK_AHEAD, state=stopped, go_back_to_ms=state.furthest_ms)
    following = replace(_after(state, beat, reckoning, policy), furthest_ms=furthest_ms)
    if ahead:
        following = replace(following, anchor_ms=furthest_ms, counting=False, owed_ms=0)
    return Accepted(
        state=following,
        span=Span(reckoning.counted_from_ms, reckoning.counted_to_ms) if reckoning.credit_ms else None,
        from_ms=reckoning.now_ms - reckoning.allowance_ms,
        until_ms=reckoning.now_ms - following.bank_ms - following.late_ms,
        go_back_to_ms=furthest_ms if ahead else None,
        reason=Reason.AHEAD_OF_COUNTED if ahead else None,
    )


def _untaken(state: State, beat: Beat, received_at_ms: int, policy: Policy) -> Refused | Repeated | None:
    """Return the answer to a beat that leaves no trace, None for one that must be reckoned."""
    if beat.seq == state.last_seq:
        return Repeated(beat.seq)
    # A beat that was received before the closing and judged after it still counts: a page that is loaded anew sends its
    # last beat and asks for the next session in the same moment.
    over = state.standing is not Standing.OPEN and received_at_ms > state.closed_at_ms
    if over and state.standing is Standing.TAKEN_OVER:
        return Refused(Reason.LEASE_LOST)
    if over or received_at_ms - state.heard_at_ms > policy.resumable_ms:
        return Refused(Reason.SESSION_CLOSED)
    if beat.seq != state.last_seq + 1:
        return Refused(Reason.WRONG_SEQ, expected_seq=state.last_seq + 1)
    return None


def _reckon(state: State, beat: Beat, received_at_ms: int, policy: Policy) -> _Reckoning:
    now_ms = max(received_at_ms, state.heard_at_ms)
    position_ms = min(beat.position_ms, state.duration_ms)
    elapsed_ms = now_ms - state.heard_at_ms
    late_ms = state.late_ms if now_ms <= state.late_until_ms else 0
    allowance_ms = elapsed_ms + state.bank_ms + late_ms
    if state.anchor_ms is None:
        return _Reckoning(now_ms, position_ms, allowance_ms, follows=False, counted_from_ms=position_ms)
    # The gain is measured from the last beat's position, never from the counted frontier: otherwise a stalled player
    # that once claimed a far position would earn its way there second by second.
    moved_ms = position_ms - state.anchor_ms
    follows = state.counting and 0 <= moved_ms <= allowance_ms + policy.seek_tolerance_ms
    counted_from_ms = state.anchor_ms - state.owed_ms
    played_to_ms = position_ms if follows else state.anchor_ms
    return _Reckoning(
        now_ms,
        position_ms,
        allowance_ms,
        follows,
        counted_from_ms,
        credit_ms=min(allowance_ms, played_to_ms - counted_from_ms, policy.largest_gap_ms),
        opens_burst=state.counting and elapsed_ms > policy.beat_interval_ms + policy.largest_bank_ms,
    )


def _after(state: State, beat: Beat, reckoning: _Reckoning, policy: Policy) -> State:
    """Return the state after an accepted beat: a new anchor, and the server time that is left."""
    unused_ms = reckoning.allowance_ms - reckoning.credit_ms
    bank_ms = min(unused_ms, policy.largest_bank_ms)
    late_until_ms = 0
    if reckoning.opens_burst:
        late_until_ms = reckoning.now_ms + policy.burst_ms
    elif reckoning.now_ms <= state.late_until_ms:
        late_until_ms = state.late_until_ms
    owed_ms = _owed(state, reckoning, policy)
    return replace(
        state,
        last_seq=beat.seq,
        heard_at_ms=reckoning.now_ms,
        anchor_ms=reckoning.position_ms,
        counting=beat.counts,
        owed_ms=owed_ms if owed_ms <= policy.seek_tolerance_ms else 0,
        bank_ms=bank_ms,
        late_ms=min(unused_ms - bank_ms, policy.largest_backlog_ms) if late_until_ms else 0,
        late_until_ms=late_until_ms,
    )


def _owed(state: State, reckoning: _Reckoning, policy: Policy) -> int:
    """Return the media just before the new anchor that was played and not counted.

    A picture seldom starts at the very millisecond at which it stopped: a pause is told a frame early, a seek lands on
    the next frame. Without the small step every pause would leave a hole, and no lesson would ever be whole.
    """
    if state.anchor_ms is not None and (
        reckoning.follows or 0 <= reckoning.position_ms - state.anchor_ms <= policy.step_ms
    ):
        return reckoning.position_ms - reckoning.counted_to_ms
    stepped_ms = reckoning.position_ms - state.furthest_ms
    return stepped_ms if 0 < stepped_ms <= policy.step_ms else 0


def _uncounted(state: State, beat: Beat, reckoning: _Reckoning, policy: Policy) -> State:
    """Return the state after a refusal that takes the number: the stretch is broken, nothing was earned."""
    return replace(
        state,
        last_seq=beat.seq,
        heard_at_ms=reckoning.now_ms,
        counting=False,
        bank_ms=min(reckoning.allowance_ms, policy.largest_bank_ms),
        late_ms=0,
        late_until_ms=0,
    )
