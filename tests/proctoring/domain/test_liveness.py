"""The verdict, frame by frame of measurements that stand for what was seen: no picture and no detector."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from proctoring.domain.challenge import ACTIONS, TURNS, Challenge, draw, from_plain
from proctoring.domain.events import events, followed
from proctoring.domain.facts import POINTS, THUMB_BYTES, FrameFacts
from proctoring.domain.guidance import coach, guide
from proctoring.domain.liveness import alike, judge, planar_residual, trace
from proctoring.domain.policy import Policy, from_numbers, strictest, to_numbers
from proctoring.domain.schedule import plan

PER_SECOND = 8


def points(yaw: float, *, flat: bool = False) -> tuple[float, ...]:
    """Landmarks of a round head, or of a picture of one, turned by so many degrees about the upright axis."""
    found = []
    turn = math.radians(yaw)
    for n in range(POINTS):
        x = (n % 10 - 4.5) * 12
        y = (n // 10 - 2.5) * 18
        z = 0.0 if flat else 60 - (x * x + y * y) / 90
        found += [320 + x * math.cos(turn) + z * math.sin(turn), 240 + y]
    return tuple(found)


def frame(
    seq: int, *, yaw: float = 0.0, pitch: float = 0.0, ear: float = 0.3, mouth: float = 0.1, flat: bool = False
) -> FrameFacts:
    return FrameFacts(
        seq=seq,
        sent_ms=seq * 125,
        received_ms=seq * 125,
        faces=1,
        eye_px=80.0,
        cx=0.5,
        cy=0.5,
        ear=ear,
        mouth=mouth,
        yaw=yaw,
        pitch=pitch,
        brightness=140.0,
        sharpness=80.0,
        width=640.0,
        digest=seq.to_bytes(16, "big"),
        points=points(yaw, flat=flat),
        thumb=bytes((seq * 7 + n) % 256 for n in range(THUMB_BYTES)),
    )


def acted(actions: Sequence[str], *, flat: bool = False) -> list[FrameFacts]:
    """Frames in which these actions are done one after the other, with a second of rest around each."""
    moves: list[dict[str, float]] = [{}] * PER_SECOND
    for action in actions:
        swing = [math.sin(math.pi * n / 11) for n in range(12)]
        if action in TURNS:
            side = 22 if action == "turn_left" else -22
            moves += [{"yaw": side * s} for s in swing]
        elif action == "nod":
            moves += [{"pitch": 14 * s} for s in swing]
        elif action == "mouth":
            moves += [{"mouth": 0.1 + 0.5 * s} for s in swing]
        else:
            moves += [{"ear": 0.1}, {}, {}, {}, {"ear": 0.1}]
        moves += [{}] * PER_SECOND
    return [frame(n, flat=flat, **move) for n, move in enumerate(moves, 1)]


@pytest.mark.parametrize(
    "actions",
    [("turn_left", "mouth"), ("nod", "turn_right", "blink2"), ("blink2", "turn_left"), ("mouth", "turn_right", "nod")],
)
def test_who_does_what_was_asked_is_there(actions: tuple[str, ...]) -> None:
    verdict = judge(Challenge(actions, 30_000), acted(actions), begun_ms=0, ends_ms=30_000)
    assert verdict.reasons == () and verdict.passed
    assert verdict.done == len(actions)


def reasons(
    frames: Sequence[FrameFacts], actions: tuple[str, ...] = ("turn_left", "nod"), **more: object
) -> tuple[str, ...]:
    times = {"begun_ms": 0, "ends_ms": 30_000} | more
    return judge(Challenge(actions, 30_000), frames, **times).reasons  # type: ignore[arg-type]  # by name


def test_a_picture_that_is_turned_stays_flat() -> None:
    assert "flat" in reasons(acted(("turn_left", "nod"), flat=True))


def test_a_face_that_does_nothing_did_not_do_it() -> None:
    assert "actions_missing" in reasons([frame(n) for n in range(1, 60)])


def test_another_order_is_another_challenge() -> None:
    assert "actions_missing" in reasons(acted(("nod", "turn_left")))


def test_a_film_with_every_action_does_too_much() -> None:
    assert "actions_order" in reasons(acted(("turn_left", "mouth", "turn_right", "mouth", "nod")))


def test_after_the_time_is_too_late() -> None:
    assert "too_late" in reasons(acted(("turn_left", "nod")), ends_ms=2_000)


def test_what_was_done_before_the_challenge_counts_for_nothing() -> None:
    assert "actions_missing" in reasons(acted(("turn_left", "nod")), begun_ms=4_000)


def test_a_picture_that_never_changes_is_no_camera() -> None:
    acting = acted(("turn_left", "nod"))
    assert "no_noise" in reasons([replace(one, thumb=acting[0].thumb) for one in acting])
    assert "frozen" in reasons([replace(one, digest=acting[0].digest) for one in acting])


def test_a_loop_shows_the_same_pictures_again() -> None:
    once = acted(("turn_left", "nod"))
    twice = [
        *once,
        *(replace(one, seq=one.seq + len(once), received_ms=one.received_ms + len(once) * 125) for one in once),
    ]
    assert "looped" in reasons(twice)


def test_a_cut_moves_the_face_in_no_time() -> None:
    acting = acted(("turn_left", "nod"))
    assert "cut" in reasons([*acting[:20], *(replace(one, cx=0.8) for one in acting[20:])])


def test_a_second_face_and_an_empty_room_are_told() -> None:
    acting = acted(("turn_left", "nod"))
    assert "many_faces" in reasons([replace(one, faces=2) if one.seq % 4 == 0 else one for one in acting])
    assert reasons([replace(one, faces=0) if one.seq % 2 == 0 else one for one in acting]) == ("no_face",)
    assert reasons(acting[:8]) == ("too_few_frames",)


def test_a_recording_that_was_judged_before_is_known_again_through_noise() -> None:
    acting = acted(("turn_left", "nod"))
    before = judge(Challenge(("turn_left", "nod"), 30_000), acting, begun_ms=0, ends_ms=30_000).fingerprint
    noisy = [replace(one, yaw=one.yaw + (one.seq % 3 - 1) * 0.4, digest=bytes(15) + bytes([one.seq])) for one in acting]
    assert "replayed" in reasons(noisy, earlier=[before])
    other = acted(("turn_right", "nod"))
    assert not alike(trace(other), before)
    assert "replayed" not in reasons(acting, earlier=[trace(other)])


def test_a_head_leaves_the_plane_and_a_sheet_does_not() -> None:
    assert planar_residual(points(0), points(22), 80) > 0.035
    assert planar_residual(points(0, flat=True), points(22, flat=True), 80) < 0.001


def test_blinking_is_no_mistake_and_doing_again_neither() -> None:
    seen = events(acted(("turn_left", "blink2", "turn_left", "nod")))
    assert followed(("turn_left", "nod"), seen, begun_ms=0) == (2, 0)


def test_a_blink_of_its_own_takes_none_of_the_two_that_were_asked_for() -> None:
    moves: list[dict[str, float]] = [{}] * 40
    for at in (5, 22, 27):  # the first by itself, two and a quarter seconds before
        moves[at] = {"ear": 0.3 * 0.74}  # lids that hide most of the eye, in a small picture
    nodded = [{"pitch": 14 * math.sin(math.pi * n / 8)} for n in range(8)]
    moves[9:17] = nodded
    film = [frame(n, ear=move.get("ear", 0.3), pitch=move.get("pitch", 0.0)) for n, move in enumerate(moves, 1)]
    assert followed(("nod", "blink2"), events(film), begun_ms=0) == (2, 0)
    assert "actions_missing" not in reasons(film, ("nod", "blink2"))


def test_a_face_is_judged_that_is_smaller_than_what_the_page_asks_for() -> None:
    acting = acted(("turn_left", "nod"))
    assert guide(replace(acting[0], eye_px=43)) == "small"
    assert reasons([replace(one, eye_px=43) for one in acting]) == ()
    assert "small" in reasons([replace(one, eye_px=20) for one in acting])


def test_facts_travel_as_bytes() -> None:
    one = replace(frame(3, yaw=4.5), colour=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0))
    back = FrameFacts.unpacked(one.packed())
    assert (back.seq, back.digest, back.thumb, back.faces) == (one.seq, one.digest, one.thumb, one.faces)
    assert back.yaw == pytest.approx(4.5)
    assert back.colour == one.colour and back.light == one.light and back.points == pytest.approx(one.points)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "ok"),
        ({"faces": 0}, "no_face"),
        ({"faces": 0, "brightness": 20.0}, "dark"),
        ({"faces": 2}, "many_faces"),
        ({"brightness": 230.0}, "bright"),
        ({"eye_px": 40.0}, "small"),
        ({"eye_px": 300.0}, "close"),
        ({"cx": 0.1}, "move_left"),
        ({"cx": 0.9}, "move_right"),
        ({"cy": 0.1}, "move_down"),
        ({"cy": 0.9}, "move_up"),
        ({"sharpness": 3.0}, "blurred"),
    ],
)
def test_the_gravest_thing_is_said_first(changes: dict[str, float], code: str) -> None:
    assert guide(replace(frame(1), **changes)) == code  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("yaw", "wanted", "code"),
    [
        (0.0, "turn_left", "ok"),
        (7.0, "turn_left", "turn_more"),
        (14.0, "turn_left", "ok"),
        (-7.0, "turn_left", "return"),
        (-7.0, "turn_right", "turn_more"),
        (8.0, "nod", "return"),
        (2.0, "mouth", "ok"),
        (14.0, "", "done"),
    ],
)
def test_a_turn_is_coached_to_its_end_and_back(yaw: float, wanted: str, code: str) -> None:
    frames = [frame(n) for n in range(1, 9)]
    assert coach([*frames, frame(9, yaw=yaw)], wanted) == code
    assert coach([*frames, replace(frame(9, yaw=yaw), faces=2)], wanted) == "many_faces"


def test_challenges_are_random_have_a_turn_and_never_the_same_twice() -> None:
    drawn = [draw(bytes([n, n]), least=2, most=3) for n in range(200)]
    assert all(TURNS & set(one.actions) and len(set(one.actions)) == len(one.actions) for one in drawn)
    assert {len(one.actions) for one in drawn} == {2, 3}
    assert len({one.actions for one in drawn}) > 30
    assert len({one.length_ms for one in drawn}) > 100
    assert set(ACTIONS) == {action for one in drawn for action in one.actions}
    assert draw(b"x", least=2, most=2) == draw(b"x", least=2, most=2)
    assert draw(b"x", least=2, most=2, unlike=draw(b"x", least=2, most=2).actions) != draw(b"x", least=2, most=2)
    assert from_plain(drawn[0].to_plain()) == drawn[0]


def test_a_plan_keeps_its_windows_and_is_drawn_again_from_its_seed() -> None:
    policy = Policy(required=True)
    for n in range(100):
        due = plan(bytes([n]) * 32, policy, 45 * 60_000)
        assert 180_000 <= due[0] <= 360_000
        assert all(720_000 <= later - earlier <= 1_080_000 for earlier, later in itertools.pairwise(due))
        assert due[-1] < 44 * 60_000
        assert due == plan(bytes([n]) * 32, policy, 45 * 60_000)
    assert len({plan(bytes([n]) * 32, policy, 45 * 60_000) for n in range(100)}) == 100
    assert plan(b"x", Policy(), 45 * 60_000) == ()
    assert plan(b"x", policy, 200_000) == ()


def test_of_several_policies_the_strictest_windows_and_the_kindest_terms() -> None:
    one = Policy(required=True, first_from_ms=10_000, answer_ms=60_000, self_hours=72)
    other = Policy(required=True, first_from_ms=20_000, answer_ms=90_000, self_hours=24, keep_passed=False)
    both = strictest([one, other, Policy(first_from_ms=1)])
    assert (both.first_from_ms, both.answer_ms, both.self_hours, both.keep_passed) == (10_000, 90_000, 72, False)
    assert not strictest([Policy()]).required
    assert from_numbers(to_numbers(both)) == both
    with pytest.raises(ValueError, match="smile"):
        from_numbers({"smile": 1})


def test_a_film_of_which_much_was_not_seen_is_not_judged_by_the_rest() -> None:
    """Frames that are left out, in stretches shorter than a gap, leave a trace that is mostly made up."""
    film = acted(("turn_left", "nod"))
    holes = [one for one in film if one.seq not in {*range(2, 8), *range(22, 28), *range(42, 48)}]
    assert "timing" in reasons(holes)
    assert "timing" not in reasons(film)
    assert "timing" not in reasons(film[::2])  # a slow line
