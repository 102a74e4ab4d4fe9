"""Chunks: at most five minutes, one day each, never more media than server time."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.domain.chunk import LONGEST_MS, Chunk, Stretch, add, is_due
from player.domain.spans import Span, merge, total_ms

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT_MS = int(datetime(2026, 5, 8, 16, 0, tzinfo=UTC).timestamp()) * 1000  # 9 May in Shanghai begins


def stretch(from_ms: int, media_ms: int, length_ms: int, server_ms: int | None = None) -> Stretch:
    span = Span(media_ms, media_ms + length_ms)
    return Stretch(from_ms, from_ms + (server_ms or length_ms), span, (span,))


def test_stretches_gather_in_one_chunk() -> None:
    _, first = add(None, stretch(MIDNIGHT_MS, 0, 5_000), SHANGHAI)
    sealed, running = add(first, stretch(MIDNIGHT_MS + 5_000, 5_000, 5_000), SHANGHAI)
    assert sealed == ()
    assert running == Chunk(MIDNIGHT_MS, MIDNIGHT_MS + 10_000, (Span(0, 10_000),), (Span(0, 10_000),), 2)


def test_a_chunk_is_sealed_before_it_would_pass_five_minutes() -> None:
    _, old = add(None, stretch(MIDNIGHT_MS, 0, LONGEST_MS - 1_000), SHANGHAI)
    sealed, running = add(old, stretch(MIDNIGHT_MS + LONGEST_MS - 1_000, 500_000, 5_000), SHANGHAI)
    assert sealed == (old,)
    assert running.from_ms == MIDNIGHT_MS + LONGEST_MS - 1_000


def test_a_stretch_over_midnight_is_cut_there() -> None:
    (evening,), morning = add(None, stretch(MIDNIGHT_MS - 2_000, 60_000, 5_000), SHANGHAI)
    assert evening == Chunk(MIDNIGHT_MS - 2_000, MIDNIGHT_MS, (Span(60_000, 62_000),), (Span(60_000, 62_000),), 1)
    assert morning == Chunk(MIDNIGHT_MS, MIDNIGHT_MS + 3_000, (Span(62_000, 65_000),), (Span(62_000, 65_000),), 1)


def test_what_was_watched_before_midnight_alone_stays_in_the_old_day() -> None:
    sealed, running = add(None, stretch(MIDNIGHT_MS - 5_000, 0, 4_000, server_ms=8_000), SHANGHAI)
    assert sealed == ()
    assert running.until_ms == MIDNIGHT_MS


@pytest.mark.parametrize(
    ("now_ms", "due"),
    [
        (MIDNIGHT_MS - 60_000 + LONGEST_MS, True),
        (MIDNIGHT_MS, True),
        (MIDNIGHT_MS - 1, False),
    ],
)
def test_a_paused_chunk_falls_due_with_time_and_with_the_day(now_ms: int, due: bool) -> None:
    _, running = add(None, stretch(MIDNIGHT_MS - 60_000, 0, 5_000), SHANGHAI)
    assert is_due(running, now_ms, SHANGHAI) is due


@given(
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 60_000), st.integers(0, 60_000)), min_size=1, max_size=40)
)
def test_chunks_never_overlap_nor_hold_more_media_than_server_time(steps: list[tuple[int, int, int]]) -> None:
    at_ms, media_ms, running = MIDNIGHT_MS - 900_000, 0, None
    chunks: list[Chunk] = []
    everything: list[Span] = []
    for pause_ms, length_ms, slack_ms in steps:
        at_ms += pause_ms
        one = stretch(at_ms, media_ms, length_ms, server_ms=length_ms + slack_ms)
        everything.append(one.watched)
        sealed, running = add(running, one, SHANGHAI)
        chunks.extend(sealed)
        at_ms, media_ms = one.until_ms, media_ms + length_ms
    assert running
    chunks.append(running)
    assert merge(span for chunk in chunks for span in chunk.watched) == merge(everything)
    assert sum(chunk.counted_ms for chunk in chunks) == total_ms(everything)
    for earlier, later in pairwise(chunks):
        assert earlier.until_ms <= later.from_ms
    for chunk in chunks:
        assert total_ms(chunk.watched) <= chunk.until_ms - chunk.from_ms <= LONGEST_MS
        assert chunk.until_ms <= MIDNIGHT_MS or chunk.from_ms >= MIDNIGHT_MS
