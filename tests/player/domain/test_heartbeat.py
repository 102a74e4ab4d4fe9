"""The rule against skipping: a table of cases, then what must hold for every player there could be."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import TypedDict, Unpack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.domain.heartbeat import Accepted, Beat, Policy, Reason, Refused, Repeated, Standing, State, Verdict, accept
from player.domain.spans import Span, merge, total_ms

POLICY = Policy()
HOUR = 3_600_000


class Declared(TypedDict, total=False):
    """What a beat declares otherwise than "I am playing, in sight, at speed one"."""

    playing: bool
    visible: bool
    seeking: bool
    rate_percent: int


@dataclass
class Watcher:
    """A session fed by hand: what the server remembers, and all media it counted."""

    state: State = field(default_factory=lambda: State(duration_ms=HOUR, heard_at_ms=0))
    spans: list[Span] = field(default_factory=list)
    used_until_ms: int = 0

    def beat(self, at_ms: int, position_ms: int, **declared: Unpack[Declared]) -> Verdict:
        made = Beat(
            seq=self.state.last_seq + 1,
            position_ms=position_ms,
            playing=declared.get("playing", True),
            visible=declared.get("visible", True),
            seeking=declared.get("seeking", False),
            rate_percent=declared.get("rate_percent", 100),
        )
        return self.take(made, at_ms)

    def take(self, beat: Beat, at_ms: int) -> Verdict:
        verdict = accept(self.state, beat, at_ms, POLICY)
        if isinstance(verdict, Accepted | Refused) and verdict.state:
            self.state = verdict.state
        if isinstance(verdict, Accepted):
            assert self.used_until_ms <= verdict.from_ms <= verdict.until_ms
            self.used_until_ms = verdict.until_ms
            if verdict.span:
                assert verdict.span.length_ms <= verdict.until_ms - verdict.from_ms
                self.spans.append(verdict.span)
        return verdict

    @property
    def counted_ms(self) -> int:
        return total_ms(self.spans)


@dataclass(frozen=True)
class Case:
    """Beats as (server time, position, what is declared otherwise), in seconds; and what was counted in the end."""

    name: str
    beats: tuple[tuple[float, float] | tuple[float, float, Declared], ...]
    counted: tuple[tuple[float, float], ...] = ()
    reasons: tuple[Reason | None, ...] = ()
    furthest: float = 0
    duration: float = 3600


PAUSED: Declared = {"playing": False}
HIDDEN: Declared = {"visible": False}
SEEKING: Declared = {"seeking": True}
CASES = [
    Case("the first beat earns nothing", ((10, 0),)),
    Case("five seconds between two beats count", ((10, 0), (15, 5)), ((0, 5),)),
    Case("the beat of a pause still counts what played before it", ((10, 0), (13, 3, PAUSED)), ((0, 3),)),
    Case("nothing counts after a pause", ((10, 0), (15, 5, PAUSED), (20, 5, PAUSED), (25, 5)), ((0, 5),)),
    Case("a paused player that moves on earns nothing", ((10, 0, PAUSED), (15, 1.9)), ()),
    Case("nothing counts while hidden", ((10, 0, HIDDEN), (15, 1.9)), ()),
    Case("nothing counts while seeking", ((10, 0, SEEKING), (15, 1.9)), ()),
    Case("a stalled player earns nothing", ((10, 0), (15, 0), (20, 0), (25, 0)), ()),
    Case("a stalled player does not save up time", ((10, 0), (15, 0), (20, 0), (21, 3), (22, 6)), ((0, 4),)),
    Case("server time bounds credit", ((2, 0), (4, 5)), ((0, 4),)),
    Case("media bounds credit", ((2, 0), (12, 5)), ((0, 5),)),
    Case("the rest of the lesson bounds credit", ((2, 56), (7, 61)), ((56, 60),), furthest=56, duration=60),
    Case("a position past the end is the end", ((2, 56), (7, 999)), ((56, 60),), furthest=56, duration=60),
    Case("the last second counts", ((2, 59), (3.1, 60, PAUSED)), ((59, 60),), furthest=59, duration=60),
    Case(
        "a gap longer than allowed counts as far as allowed, and the player must return",
        ((2, 0), (22, 20)),
        ((0, 15),),
        (None, Reason.AHEAD_OF_COUNTED),
    ),
    Case("a landing ahead is refused", ((2, 0), (7, 100)), (), (None, Reason.SEEK_AHEAD)),
    Case("the first beat may not land ahead either", ((2, 100),), (), (Reason.SEEK_AHEAD,)),
    Case("a landing within the tolerance is taken", ((2, 1.9), (7, 6.9)), ((1.9, 6.9),)),
    Case("a landing where one has been is free", ((2, 0), (7, 100)), (), (None, None), furthest=200),
    Case("after a free landing watching goes on", ((2, 0), (7, 100), (12, 105)), ((100, 105),), furthest=200),
    Case("going back is free and earns nothing", ((2, 100), (7, 40), (12, 45)), ((40, 45),), furthest=200),
    Case(
        "after a refusal the stretch is broken",
        ((2, 0), (7, 100), (12, 105), (17, 0), (22, 5)),
        ((0, 5),),
        (None, Reason.SEEK_AHEAD, Reason.SEEK_AHEAD, None, None),
    ),
    Case("a declared rate above one is refused", ((2, 0, {"rate_percent": 150}),), (), (Reason.RATE_TOO_FAST,)),
    Case("a slower rate is welcome", ((2, 0, {"rate_percent": 50}), (12, 5)), ((0, 5),)),
    Case(
        "a player at double speed earns its server time and must return",
        ((2, 0), (7, 10)),
        (),
        (None, Reason.SEEK_AHEAD),
    ),
    Case(
        "a player slightly too fast earns its server time, then must return",
        ((2, 0), (7, 6), (12, 12), (17, 18), (22, 24)),
        ((0, 20), (20, 22)),
        (None, None, None, None, None),
    ),
    Case("an early beat after a late one loses nothing", ((2, 0), (7.4, 5), (11.6, 10), (17, 15)), ((0, 15),)),
    Case(
        "what the clock did not cover is counted when it does",
        ((0, 0), (4, 5), (10, 10)),
        ((0, 10),),
    ),
    Case(
        "a pause told a frame too early leaves no hole",
        ((2, 0), (7, 5, PAUSED), (20, 5.07), (25, 10.07)),
        ((0, 10.07),),
    ),
    Case("nor does a session that lands on the next frame", ((2, 40.2), (7, 45.2)), ((40, 45.2),), furthest=40),
    Case("a larger step is a step", ((2, 40.3), (7, 45.3)), ((40.3, 45.3),), furthest=40),
    Case("and in a pause at the latest", ((0, 0), (4, 5, PAUSED), (24, 5, PAUSED)), ((0, 5),)),
    Case(
        "beats that waited for the network count together",
        ((2, 0), (32, 5), (32.1, 10), (32.2, 15), (32.3, 20), (32.4, 25), (32.5, 30)),
        ((0, 30),),
    ),
    Case(
        "but not more of them than the server's clock allows",
        ((2, 0), (22, 5), (22.1, 10), (22.2, 15), (22.3, 20), (22.4, 24), (22.5, 30)),
        ((0, 22.4),),
        (None, None, None, None, None, None, Reason.SEEK_AHEAD),
    ),
    Case(
        "and not long after the network returned",
        ((2, 0), (32, 5), (37.5, 10), (37.5, 15), (37.5, 20)),
        ((0, 10),),
        (None, None, None, Reason.SEEK_AHEAD, Reason.SEEK_AHEAD),
    ),
    Case(
        "time in a pause is no backlog",
        ((2, 0, PAUSED), (50, 0), (50.1, 5), (50.2, 10)),
        (),
        (None, None, Reason.SEEK_AHEAD, Reason.SEEK_AHEAD),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_table(case: Case) -> None:
    watcher = Watcher(
        State(duration_ms=int(case.duration * 1000), heard_at_ms=0, furthest_ms=int(case.furthest * 1000))
    )
    reasons = []
    for at, position, *declared in case.beats:
        verdict = watcher.beat(int(at * 1000), int(position * 1000), **(declared[0] if declared else Declared()))
        assert not isinstance(verdict, Repeated)
        reasons.append(verdict.reason)
    assert merge(watcher.spans) == merge(Span(int(a * 1000), int(b * 1000)) for a, b in case.counted)
    assert tuple(reasons) == (case.reasons or (None,) * len(case.beats))


def test_a_landing_ahead_is_told_where_to_go_back_to() -> None:
    watcher = Watcher(State(duration_ms=HOUR, heard_at_ms=0, furthest_ms=40_000))
    verdict = watcher.beat(2_000, 90_000)
    assert isinstance(verdict, Refused)
    assert verdict.go_back_to_ms == 40_000


def test_the_last_beat_again_is_only_repeated() -> None:
    watcher = Watcher()
    watcher.beat(2_000, 0)
    watcher.beat(7_000, 5_000)
    before = watcher.state
    assert watcher.take(Beat(seq=2, position_ms=999_000, playing=True), 8_000) == Repeated(2)
    assert watcher.state == before


@pytest.mark.parametrize("seq", [1, 4, 400])
def test_an_older_number_or_a_gap_is_refused_and_leaves_no_trace(seq: int) -> None:
    watcher = Watcher()
    watcher.beat(2_000, 0)
    watcher.beat(7_000, 5_000)
    verdict = watcher.take(Beat(seq=seq, position_ms=9_000, playing=True), 12_000)
    assert verdict == Refused(Reason.WRONG_SEQ, expected_seq=3)


@pytest.mark.parametrize(
    ("standing", "reason"),
    [(Standing.TAKEN_OVER, Reason.LEASE_LOST), (Standing.CLOSED, Reason.SESSION_CLOSED)],
)
def test_a_session_that_is_over_earns_nothing(standing: Standing, reason: Reason) -> None:
    watcher = Watcher()
    watcher.beat(2_000, 0)
    watcher.state = replace(watcher.state, standing=standing)
    assert watcher.beat(7_000, 5_000) == Refused(reason)


@pytest.mark.parametrize("standing", [Standing.TAKEN_OVER, Standing.CLOSED])
def test_what_was_received_before_the_closing_counts(standing: Standing) -> None:
    watcher = Watcher()
    watcher.beat(2_000, 0)
    watcher.state = replace(watcher.state, standing=standing, closed_at_ms=7_000)
    assert isinstance(watcher.beat(7_000, 5_000), Accepted)
    assert isinstance(watcher.beat(7_001, 5_001), Refused)
    assert watcher.counted_ms == 5_000


def test_a_session_unheard_for_a_minute_is_over_whether_or_not_anyone_closed_it() -> None:
    watcher = Watcher()
    watcher.beat(2_000, 0)
    assert isinstance(watcher.beat(62_000, 1_000), Accepted)
    assert watcher.beat(122_001, 2_000) == Refused(Reason.SESSION_CLOSED)


def test_a_clock_that_goes_back_earns_nothing_and_breaks_nothing() -> None:
    watcher = Watcher()
    watcher.beat(60_000, 0)
    watcher.beat(30_000, 1_000)
    watcher.beat(30_000, 2_000)
    assert watcher.counted_ms == 2_000  # the two seconds saved before the first beat
    assert watcher.state.heard_at_ms == 60_000


def test_a_policy_that_outruns_the_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="largest_rate_percent"):
        Policy(largest_rate_percent=101)
    with pytest.raises(ValueError, match="largest_backlog_ms"):
        Policy(largest_backlog_ms=90_000)


declared = st.builds(
    Beat,
    seq=st.just(0),
    position_ms=st.one_of(st.integers(0, 40_000), st.integers(0, HOUR)),
    playing=st.sampled_from([True, True, True, False]),
    visible=st.sampled_from([True, True, True, False]),
    seeking=st.sampled_from([False, False, False, True]),
    rate_percent=st.sampled_from([100, 100, 100, 50, 200]),
)
anything = st.lists(st.tuples(st.integers(0, 20_000), declared), max_size=60)


@given(anything)
def test_credit_never_exceeds_server_time_nor_the_lesson(steps: list[tuple[int, Beat]]) -> None:
    watcher, at_ms = Watcher(State(duration_ms=30_000, heard_at_ms=0)), 0
    for wait_ms, beat in steps:
        at_ms += wait_ms
        watcher.take(replace(beat, seq=watcher.state.last_seq + 1), at_ms)
        assert sum(span.length_ms for span in watcher.spans) <= at_ms
    assert watcher.counted_ms <= 30_000


@given(anything, st.data())
def test_repeating_beats_adds_nothing(steps: list[tuple[int, Beat]], data: st.DataObject) -> None:
    plain, stuttering, at_ms = Watcher(), Watcher(), 0
    for wait_ms, beat in steps:
        at_ms += wait_ms
        made = replace(beat, seq=plain.state.last_seq + 1)
        plain.take(made, at_ms)
        for _ in range(data.draw(st.integers(1, 3))):
            stuttering.take(made, at_ms)
    assert stuttering.state == plain.state
    assert stuttering.spans == plain.spans


@given(st.lists(anything, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_sessions_does_not_matter(sessions: list[list[tuple[int, Beat]]], random: Random) -> None:
    """Each session is judged with the same furthest point, so any order of merging them gives the same coverage."""
    results = []
    for steps in sessions:
        watcher, at_ms = Watcher(State(duration_ms=30_000, heard_at_ms=0, furthest_ms=30_000)), 0
        for wait_ms, beat in steps:
            at_ms += wait_ms
            watcher.take(replace(beat, seq=watcher.state.last_seq + 1), at_ms)
        results.append(watcher.spans)
    in_order = merge(span for spans in results for span in spans)
    random.shuffle(results)
    assert merge(span for spans in results for span in spans) == in_order


honest = st.lists(st.integers(-400, 400), min_size=2, max_size=100)


@given(honest, st.integers(0, 4_999))
def test_an_honest_player_with_jitter_loses_nothing(jitter: list[int], tail_ms: int) -> None:
    """Opened a second before play; beats each 5 s arrive 0.4 s early or late at most; a last one tells of the end."""
    watcher = Watcher()
    for i, off_ms in enumerate(jitter):
        verdict = watcher.beat(1_400 + i * 5_000 + off_ms, i * 5_000)
        assert isinstance(verdict, Accepted)
        assert verdict.go_back_to_ms is None
    played_ms = (len(jitter) - 1) * 5_000 + tail_ms
    watcher.beat(1_400 + played_ms + 400, played_ms, playing=False)
    assert watcher.counted_ms == played_ms


@given(honest)
def test_an_honest_player_without_a_second_to_spare_has_everything_after_the_pause(jitter: list[int]) -> None:
    watcher = Watcher(State(duration_ms=HOUR, heard_at_ms=400 + jitter[0]))
    for i, off_ms in enumerate(jitter):
        watcher.beat(400 + i * 5_000 + off_ms, i * 5_000, playing=i + 1 < len(jitter))
    played_ms = (len(jitter) - 1) * 5_000
    watcher.beat(400 + played_ms + 20_000, played_ms, playing=False)
    assert watcher.counted_ms == played_ms


@given(st.integers(1, 20), st.integers(1, 10), st.integers(0, 400))
def test_a_cut_of_fifty_seconds_costs_nothing(before: int, waiting: int, pace_ms: int) -> None:
    watcher, at_ms = Watcher(), 2_000
    for i in range(before):
        watcher.beat(at_ms + i * 5_000, i * 5_000)
    back_ms = at_ms + (before - 1 + waiting) * 5_000
    for i in range(before, before + waiting):
        watcher.beat(back_ms + (i - before) * pace_ms, i * 5_000)
    assert watcher.counted_ms == (before + waiting - 1) * 5_000


class Plain:
    """The same rule, told as slowly as can be: tokens of a tenth of a second and a set of media tenths."""

    def __init__(self) -> None:
        self.covered: set[int] = set()
        self.at = self.tokens = self.late = self.late_until = self.owed = 0
        self.anchor: int | None = None
        self.counting = False

    def beat(self, at: int, position: int, counts: bool) -> None:
        elapsed, position = at - self.at, min(position, 300)
        spare = elapsed + self.tokens + (self.late if at <= self.late_until else 0)
        anchor, start = self.anchor, (self.anchor if self.anchor is not None else position) - self.owed
        follows = self.counting and anchor is not None and anchor <= position <= anchor + spare + 20
        furthest = max(self.covered, default=-1) + 1
        got: set[int] = set()
        for tenth in range(start, position if follows else start + self.owed):
            if spare and len(got) < 150:
                got.add(tenth)
                spare -= 1
        reached = max([furthest, *(tenth + 1 for tenth in got)])
        late_beat, was_open = self.counting and elapsed > 70, at <= self.late_until
        self.at, stays = at, anchor is not None and 0 <= position - anchor <= 2
        if position > reached + 20 and not (follows and got):
            self.counting, self.tokens, self.late, self.late_until = False, min(spare + len(got), 20), 0, 0
            return
        self.covered |= got
        self.tokens, self.late_until = min(spare, 20), at + 50 if late_beat else self.late_until if was_open else 0
        self.late = min(spare - self.tokens, 600) if self.late_until else 0
        rest = position - start - len(got) if follows or stays else position - furthest
        self.owed = rest if follows or stays or 0 < rest <= 2 else 0
        self.anchor, self.counting, self.owed = position, counts, self.owed if self.owed <= 20 else 0
        if position > reached + 20:
            self.anchor, self.counting, self.owed = reached, False, 0


tenths = st.lists(
    st.tuples(
        st.one_of(st.just(50), st.integers(0, 150), st.integers(0, 599)),
        st.one_of(st.just(50), st.integers(0, 80), st.integers(-100, 200), st.just(0)),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=80,
)


@settings(max_examples=300)
@given(tenths)
def test_the_rule_equals_the_slow_one(steps: list[tuple[int, int, bool]]) -> None:
    watcher, plain = Watcher(State(duration_ms=30_000, heard_at_ms=0)), Plain()
    at = position = 0
    for wait, move, counts in steps:
        at, position = at + wait, max(0, position + move)
        watcher.beat(at * 100, position * 100, playing=counts)
        plain.beat(at, position, counts)
        assert {ms // 100 for span in watcher.spans for ms in range(span.start_ms, span.end_ms, 100)} == plain.covered
