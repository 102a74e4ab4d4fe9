"""A recording is known again by how the head moved and what the picture was like; another day's check is not."""

from dataclasses import replace

import numpy as np
import pytest

from proctoring.domain.facts import THUMB, THUMB_BYTES, FrameFacts
from proctoring.domain.traces import alike, likeness, trace
from tests.proctoring.domain.test_liveness import acted

ACTIONS = ("turn_left", "nod", "mouth")


def recorded(actions: tuple[str, ...], *, seed: int, pace: float = 1.0) -> list[FrameFacts]:
    """One room, one person; sway and pace are of the day."""
    chance = np.random.default_rng(seed)
    room = np.random.default_rng(5).integers(40, 200, (THUMB[1], THUMB[0]))
    sway = np.cumsum(chance.normal(0, 0.004, (200, 2)), axis=0)
    return [
        replace(
            frame,
            received_ms=int(frame.received_ms * pace),
            yaw=frame.yaw * (0.9 + 0.2 * chance.random()),
            cx=0.5 + sway[n, 0],
            cy=0.5 + sway[n, 1],
            thumb=np.clip(room + chance.normal(0, 1, room.shape), 0, 255).astype(np.uint8).tobytes(),
        )
        for n, frame in enumerate(acted(actions))
    ]


def mirror(frames: list[FrameFacts]) -> list[FrameFacts]:
    def turned(thumb: bytes) -> bytes:
        return np.ascontiguousarray(np.frombuffer(thumb, dtype=np.uint8).reshape(THUMB[1], THUMB[0])[:, ::-1]).tobytes()

    return [replace(one, yaw=-one.yaw, cx=1 - one.cx, thumb=turned(one.thumb)) for one in frames]


def test_a_recording_is_known_again() -> None:
    film = recorded(ACTIONS, seed=1)
    kept = trace(film)
    chance = np.random.default_rng(2)
    noisy = [replace(one, yaw=one.yaw + chance.normal(0, 0.5), cx=one.cx + chance.normal(0, 0.0005)) for one in film]
    assert alike(kept, kept)
    assert alike(trace(noisy), kept)
    assert alike(trace(film[6:]), kept)
    assert alike(trace([replace(one, received_ms=one.received_ms + 60) for one in film]), kept)


@pytest.mark.parametrize("seed", range(4))
def test_a_recording_that_was_cut_narrower_is_known_by_how_it_moves(seed: int) -> None:
    """All of it is nearer, and a tenth of the bits of its pictures are others."""
    film, chance = recorded(ACTIONS, seed=1), np.random.default_rng(seed)
    cut = [
        replace(
            one,
            yaw=one.yaw * 0.7 + chance.normal(0, 0.4),
            cx=0.5 + (one.cx - 0.5) * 1.5,
            cy=0.5 + (one.cy - 0.5) * 1.5,
            thumb=(
                np.frombuffer(one.thumb, dtype=np.uint8) + chance.integers(0, 22, THUMB_BYTES, dtype=np.uint8)
            ).tobytes(),
        )
        for one in film
    ]
    assert alike(trace(cut), trace(film))


@pytest.mark.parametrize("seed", range(2, 12))
def test_the_same_challenge_on_another_day_is_another_sequence(seed: int) -> None:
    assert likeness(trace(recorded(ACTIONS, seed=seed, pace=1 + seed / 40)), trace(recorded(ACTIONS, seed=1))) > 1


def test_a_mirror_is_known_by_its_own_trace() -> None:
    film = recorded(ACTIONS, seed=1)
    assert alike(trace(mirror(film), mirrored=True), trace(film))
    assert not alike(trace(mirror(film)), trace(film))


def test_what_is_too_short_or_no_trace_is_like_nothing() -> None:
    film = recorded(ACTIONS, seed=1)
    assert trace(film[:8]) == b""
    assert not alike(b"", trace(film))
    assert not alike(b"trace", trace(film))
