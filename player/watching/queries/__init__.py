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
from player.watching.queries.timeline import DayFacts, RefusedTime, SittingFacts, Timeline, timeline_of

__all__ = [
    "NOTHING_COVERED",
    "CoverageFacts",
    "DayFacts",
    "Greeting",
    "NoSuchSession",
    "NotYourSession",
    "OpenQuestion",
    "PlayerConfig",
    "RefusedTime",
    "SessionOver",
    "SittingFacts",
    "Timeline",
    "coverage_of",
    "greeting",
    "is_over",
    "open_question",
    "timeline_of",
    "video_of",
]
