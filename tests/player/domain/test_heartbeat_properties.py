"""The rule against skipping: what must hold for every player there could be."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from player.domain.heartbeat import Accepted, Beat, State
from player.domain.spans import merge
from tests.player.domain.watcher import HOUR, Watcher

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
        self.at = self.tokens = self.late = self.late_until = self.owed = self.steps = 0
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
        room = min(2, 20 - self.steps)
        self.at, stays = at, anchor is not None and 0 <= position - anchor <= room
        if position > reached + 20 and not (follows and got):
            self.counting, self.tokens, self.late, self.late_until = False, min(spare + len(got), 20), 0, 0
            return
        self.covered |= got
        window = at + 100 if late_beat else self.late_until if was_open else at + 9 if self.counting else 0
        self.tokens, self.late_until = min(spare, 20), window
        self.late = min(spare - self.tokens, 870) if self.late_until else 0
        rest = position - start - len(got) if follows or stays else position - furthest
        if not follows and (stays or 0 < rest <= room):
            self.steps += position - anchor if stays and anchor is not None else rest
        self.owed = rest if follows or stays or 0 < rest <= room else 0
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
