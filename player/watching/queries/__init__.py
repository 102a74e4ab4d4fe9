"""Reads of watching: where sessions stand and what is covered, and the timeline of one lesson."""

from player.watching.queries.standing import (
    NOTHING_COVERED,
    CoverageFacts,
    Greeting,
    NoSuchSession,
    NotYourSession,
    OpenQuestion,
    PlayerConfig,
    SessionOver,
    coverage_of,
    greeting,
    is_over,
    open_question,
    video_of,
)

__all__ = [
    "NOTHING_COVERED",
    "CoverageFacts",
    "Greeting",
    "NoSuchSession",
    "NotYourSession",
    "OpenQuestion",
    "PlayerConfig",
    "SessionOver",
    "coverage_of",
    "greeting",
    "is_over",
    "open_question",
    "video_of",
]
