"""The rule against skipping: a table of cases, then one by one what a table cannot say."""

from dataclasses import dataclass

import pytest

from player.domain.heartbeat import Accepted, Beat, Bounds, Refused, Repeated, State
from player.domain.policy import Policy, SeekRule
from player.domain.reasons import Reason, Standing
from player.domain.spans import Span, merge
from tests.player.domain.watcher import HOUR, OPEN, Declared, Watcher


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
    Case("nothing counts while hidden", ((10, 0, HIDDEN), (15, 1.9)), (), (None, Reason.HIDDEN)),
    Case("a film that runs on out of sight must return", ((10, 0, HIDDEN), (15, 5)), (), (None, Reason.HIDDEN)),
    Case("a film paused out of sight costs no word", ((10, 0, {"visible": False, "playing": False}), (15, 0)), ()),
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
        ((2, 0), (32, 5), (37, 10), (42.5, 15), (42.5, 20), (42.5, 25)),
        ((0, 15),),
        (None, None, None, None, Reason.SEEK_AHEAD, Reason.SEEK_AHEAD),
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
    assert watcher.take(Beat(seq=2, position_ms=5_000, playing=True), 8_000) == Repeated(2)
    assert watcher.state == before


def test_the_last_number_with_another_seal_is_a_fork() -> None:
    watcher = Watcher()
    watcher.beat(2_000, 0)
    assert watcher.take(Beat(seq=1, position_ms=0, playing=True, mac=b"another"), 8_000) == Refused(Reason.FORKED)


def test_a_beat_that_does_not_continue_the_chain_is_refused_and_leaves_no_trace() -> None:
    watcher = Watcher()
    watcher.beat(2_000, 0)
    before = watcher.state
    stranger = Beat(seq=2, position_ms=5_000, playing=True, mac=b"forged")
    assert watcher.take(stranger, 7_000) == Refused(Reason.WRONG_MAC)
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
    watcher.state = watcher.state._replace(standing=standing)
    assert watcher.beat(7_000, 5_000) == Refused(reason)


@pytest.mark.parametrize("standing", [Standing.TAKEN_OVER, Standing.CLOSED])
def test_what_was_received_before_the_closing_counts(standing: Standing) -> None:
    watcher = Watcher()
    watcher.beat(2_000, 0)
    watcher.state = watcher.state._replace(standing=standing, closed_at_ms=7_000)
    assert isinstance(watcher.beat(7_000, 5_000), Accepted)
    assert isinstance(watcher.beat(7_001, 5_001), Refused)
    assert watcher.counted_ms == 5_000


def test_a_session_unheard_for_half_an_hour_is_over_whether_or_not_anyone_closed_it() -> None:
    watcher = Watcher()
    watcher.beat(2_000, 0)
    assert isinstance(watcher.beat(1_802_000, 1_000), Accepted)
    assert watcher.beat(3_602_001, 2_000) == Refused(Reason.SESSION_CLOSED)


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


@pytest.mark.parametrize("away_ms", range(500, 9_000, 250))
@pytest.mark.parametrize("told", ["paused", "hidden"])
def test_a_pause_or_a_glance_away_told_into_a_cut_costs_nothing(away_ms: int, told: str) -> None:
    """The picture runs; the line dies; it stands for a moment and goes on; what waited arrives in one moment."""
    watcher = Watcher()
    for at_ms in (2_000, 7_000, 12_000):
        watcher.beat(at_ms, at_ms - 2_000)
    waiting = [(300, 10_300, False), (400, 10_300, True)]
    waiting += [(400 + late_ms, 10_300 + late_ms, True) for late_ms in range(5_000, 9_000, 5_000)]
    for since_ms, place_ms, on in waiting:
        declared: Declared = {"playing": on} if told == "paused" else {"visible": on}
        verdict = watcher.beat(12_000 + max(since_ms, away_ms), place_ms, **declared)
        assert isinstance(verdict, Accepted), (since_ms, verdict)
        assert verdict.go_back_to_ms is None
    for at_ms in range(12_400 + 10_000, 12_400 + 30_000, 5_000):
        watcher.beat(at_ms, at_ms - 12_400 + 10_300)
    # Two seconds of owed media may wait for server time that is never left over; the sitting is otherwise whole.
    assert 10_300 + 25_000 - 2_000 <= watcher.counted_ms <= 10_300 + 25_000


@pytest.mark.parametrize("rest_ms", [4_000, 5_000, 6_900])
def test_a_stall_is_not_saved_up_beyond_the_moment_in_which_it_ends(rest_ms: int) -> None:
    """Beats told all along, the picture stood; a little later its time is gone but for what the bank keeps."""
    watcher = Watcher()
    watcher.beat(2_000, 0)
    watcher.beat(2_000 + rest_ms, 0)
    watcher.beat(2_000 + rest_ms + 1_000, 1_000 + 2_000 + 2_000)
    assert watcher.counted_ms == 1_000 + 2_000


def test_beats_in_one_moment_earn_what_the_last_of_them_would_have_earned_alone() -> None:
    alone, together = Watcher(), Watcher()
    for watcher in (alone, together):
        watcher.beat(2_000, 0)
    alone.beat(8_000, 6_000)
    for place_ms in (0, 0, 3_000, 6_000):
        together.beat(8_000, place_ms)
    assert together.counted_ms == alone.counted_ms == 6_000
    together.beat(8_000, 9_000)
    assert together.counted_ms == 6_000 + 2_000  # what the bank held from before the first beat


def test_time_that_was_rested_is_not_saved_up_even_for_a_moment() -> None:
    watcher = Watcher()
    watcher.beat(2_000, 0, playing=False)
    watcher.beat(8_000, 0)
    assert isinstance(watcher.beat(8_000, 6_000), Refused)
    assert watcher.counted_ms == 0


KEYS = Bounds(mac=b"", starts_ms=(0, 24_000, 48_000), opened=(Span(0, 24_000),))


def test_media_without_its_key_earns_nothing_and_leads_back() -> None:
    watcher = Watcher(bounds=KEYS)
    watcher.beat(2_000, 20_000 - 18_000)
    for at_ms in range(7_000, 27_000, 5_000):
        watcher.beat(at_ms, at_ms)
    verdict = watcher.beat(32_000, 32_000, stretch=1)
    assert isinstance(verdict, Accepted)
    assert (verdict.reason, verdict.lost, verdict.go_back_to_ms) == (
        Reason.KEY_MISSING,
        Span(24_000, 32_000),
        24_000,
    )
    assert merge(watcher.spans) == (Span(2_000, 24_000),)


def test_a_session_without_any_key_earns_nothing() -> None:
    watcher = Watcher(bounds=KEYS._replace(opened=()))
    watcher.beat(2_000, 0)
    verdict = watcher.beat(7_000, 5_000)
    assert isinstance(verdict, Accepted)
    assert (verdict.reason, verdict.span, verdict.go_back_to_ms) == (Reason.KEY_MISSING, None, 0)


@pytest.mark.parametrize(
    ("position_ms", "stretch", "taken"),
    [(23_600, 0, True), (23_600, 1, True), (24_400, 0, True), (25_000, 0, False), (1_000, 1, False), (60_000, 2, True)],
)
def test_a_beat_names_the_stretch_it_is_in(position_ms: int, stretch: int, taken: bool) -> None:
    watcher = Watcher(State(duration_ms=HOUR, heard_at_ms=0, furthest_ms=60_000), bounds=KEYS)
    verdict = watcher.beat(2_000, position_ms, stretch=stretch)
    assert isinstance(verdict, Accepted) is taken
    assert isinstance(verdict, Repeated) or verdict.reason == (None if taken else Reason.WRONG_STRETCH)


def test_the_day_ends_where_its_limit_is_reached() -> None:
    watcher = Watcher(bounds=OPEN._replace(day_left_ms=3_000))
    watcher.beat(2_000, 0)
    verdict = watcher.beat(7_000, 5_000)
    assert isinstance(verdict, Accepted)
    assert (verdict.reason, verdict.span, verdict.lost) == (Reason.DAY_FULL, Span(0, 3_000), Span(3_000, 5_000))


def test_watching_again_costs_nothing_of_the_day() -> None:
    bounds = OPEN._replace(day_left_ms=0, covered=(Span(0, 60_000),))
    watcher = Watcher(State(duration_ms=HOUR, heard_at_ms=0, furthest_ms=60_000), bounds=bounds)
    watcher.beat(2_000, 0)
    verdict = watcher.beat(7_000, 5_000)
    assert isinstance(verdict, Accepted)
    assert (verdict.reason, verdict.span) == (None, Span(0, 5_000))


@pytest.mark.parametrize(
    ("policy", "declared", "reason"),
    [
        (Policy(), {"focused": False}, None),
        (Policy(count_unfocused=False), {"focused": False}, Reason.UNFOCUSED),
        (Policy(), {"idle_ms": HOUR}, None),
        (Policy(idle_after_ms=600_000), {"idle_ms": 599_999}, None),
        (Policy(idle_after_ms=600_000), {"idle_ms": 600_000}, Reason.IDLE),
    ],
)
def test_what_else_a_rule_set_may_ask_for(policy: Policy, declared: Declared, reason: Reason | None) -> None:
    watcher = Watcher(policy=policy)
    watcher.beat(2_000, 0, **declared)
    verdict = watcher.beat(7_000, 5_000)
    assert isinstance(verdict, Accepted)
    assert (verdict.reason, verdict.span is None) == (reason, reason is not None)


@pytest.mark.parametrize(
    ("position_ms", "back_ms"), [(9_000, None), (11_900, None), (13_000, 10_000), (30_000, None), (45_000, 40_000)]
)
def test_a_hole_may_not_be_jumped_over_where_only_counted_media_is_open(position_ms: int, back_ms: int | None) -> None:
    covered = (Span(0, 10_000), Span(20_000, 40_000))
    watcher = Watcher(
        State(duration_ms=HOUR, heard_at_ms=0, furthest_ms=40_000),
        policy=Policy(seek=SeekRule.COUNTED_ONLY),
        bounds=OPEN._replace(covered=covered),
    )
    verdict = watcher.beat(2_000, position_ms)
    assert isinstance(verdict, Refused) is (back_ms is not None)
    assert isinstance(verdict, Repeated) or verdict.go_back_to_ms == back_ms


def test_a_session_that_did_not_prove_its_media_earns_nothing_more() -> None:
    watcher = Watcher(State(duration_ms=HOUR, heard_at_ms=0, stopped=True))
    assert isinstance(watcher.beat(2_000, 0), Refused)
    verdict = watcher.beat(7_000, 5_000)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.NO_MEDIA_PROOF
    assert watcher.state.last_seq == 2


def test_an_hour_without_a_line_brings_no_more_than_the_keys_reach() -> None:
    watcher = Watcher(bounds=Bounds(mac=b"", starts_ms=(0,), opened=(Span(0, 72_000),)))
    watcher.beat(2_000, 0)
    for number in range(1, 360):
        watcher.beat(1_700_000 + number, number * 5_000)
    assert watcher.counted_ms <= 72_000


def test_all_steps_of_a_session_together_skip_no_more_than_two_seconds() -> None:
    watcher, position_ms = Watcher(), 0
    for second in range(2, 62):
        watcher.beat(second * 1_000, position_ms)
        position_ms += 800
        watcher.beat(second * 1_000 + 800, position_ms, playing=False)
        position_ms += 200  # a step that was never shown
    assert 48_000 <= watcher.counted_ms <= 48_000 + 2_000
