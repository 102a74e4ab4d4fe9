"""The oracle against tables of cases small enough to be reckoned by hand."""

from dataclasses import replace

import pytest

from tests.adversary.oracle import Shown, Sitting, common, entitled_ms, union

S = 1_000.0


def sitting(
    *shown: Shown, lesson: str = "one", fetched: tuple[float, float] = (0, 600 * S), over: float | None = None
) -> Sitting:
    return Sitting(1, lesson, began_ms=0, shown=list(shown), fetched=[fetched], over_ms=over)


def shown(media: tuple[float, float], wall: tuple[float, float], *, in_sight: bool = True) -> Shown:
    """Seconds of media, at seconds on the wall."""
    return Shown(round(media[0] * S), round(media[1] * S), wall[0] * S, wall[1] * S, in_sight)


@pytest.mark.parametrize(
    ("what", "sittings", "seconds"),
    [
        ("nothing", [], 0),
        ("a minute at normal speed", [sitting(shown((0, 60), (5, 65)))], 60),
        ("out of sight", [sitting(shown((0, 60), (5, 65), in_sight=False))], 0),
        ("nobody was there", [replace(sitting(shown((0, 60), (5, 65))), there=False)], 0),
        ("never fetched", [sitting(shown((0, 60), (5, 65)), fetched=(0, 0))], 0),
        ("one segment fetched", [sitting(shown((0, 60), (5, 65)), fetched=(8 * S, 12 * S))], 4),
        ("the same minute twice", [sitting(shown((0, 60), (5, 65)), shown((0, 60), (100, 160)))], 60),
        ("half seen again", [sitting(shown((0, 60), (5, 65)), shown((30, 90), (70, 130)))], 90),
        ("two lessons one after the other", [sitting(shown((0, 60), (5, 65))),
                                             sitting(shown((0, 60), (70, 130)), lesson="two")], 120),
        # 60 s on the wall, the five before it since the opening, and two after it.
        ("ten lessons at once", [sitting(shown((0, 60), (5, 65)), lesson=str(n)) for n in range(10)], 67),
        ("sixteen times as fast", [sitting(shown((0, 480), (5, 35)))], 37),
        ("sixteen times as fast, later", [sitting(shown((0, 480), (50, 80)))], 39),
        ("1.01 times as fast", [sitting(shown((0, 60.6), (5, 65)))], 60.6),
        ("twice as fast from the first moment", [sitting(shown((0, 120), (0, 60)))], 62),
        # Ten seconds shown; of the ten seams of a fifth of a second all are forgiven, of twenty only ten.
        ("small steps", [sitting(*(shown((1.2 * n, 1.2 * n + 1), (2 * n, 2 * n + 1)) for n in range(11)))], 13),
        ("many small steps", [sitting(*(shown((1.2 * n, 1.2 * n + 1), (2 * n, 2 * n + 1)) for n in range(21)))], 23),
        ("steps that are not small", [sitting(*(shown((1.3 * n, 1.3 * n + 1), (2 * n, 2 * n + 1)) for n in range(11)))], 11),
        ("slower than life", [sitting(shown((0, 30), (5, 65)))], 30),
        ("time saved up is not given out later", [sitting(shown((0, 10), (5, 15)), shown((10, 110), (65, 75)))], 29),
        ("in bursts, each within one look of the house", [sitting(*(shown((4 * n, 4 * n + 4), (5 * n, 5 * n + 1))
                                                                    for n in range(12)))], 48),
        ("signed out in the middle", [sitting(shown((0, 60), (5, 65)), over=25 * S)], 20),
        ("signed out before it began", [sitting(shown((0, 60), (5, 65)), over=5 * S)], 0),
        ("two devices on one lesson, side by side", [sitting(shown((0, 60), (5, 65)), over=35 * S),
                                                     sitting(shown((30, 90), (35, 95)))], 90),
    ],
)  # fmt: skip
def test_a_learner_is_owed_what_was_truly_watched(what: str, sittings: list[Sitting], seconds: float) -> None:
    assert entitled_ms(sittings) == seconds * 1000, what


def test_pieces_that_follow_each_other_are_kept_as_one() -> None:
    one = sitting()
    for second in range(60):
        one.show(shown((second, second + 1), (5 + second, 6 + second)))
    one.show(shown((60, 60), (65, 65)))
    assert one.shown == [shown((0, 60), (5, 65))]


def test_a_piece_out_of_sight_stays_apart() -> None:
    one = sitting()
    one.show(shown((0, 1), (0, 1)))
    one.show(shown((1, 2), (1, 2), in_sight=False))
    assert len(one.shown) == 2


def test_intervals_are_joined_and_crossed() -> None:
    assert union([(5, 6), (0, 2), (1, 3), (3, 4), (9, 9)]) == [(0, 4), (5, 6)]
    assert common([(0, 4), (5, 6)], [(3, 5.5), (7, 8)]) == [(3, 4), (5, 5.5)]
