"""Deeds of watching: opening and closing a session, releasing keys, taking beats and proofs, setting the rules."""

from player.watching.actions.beats import BeatReport, ProofReport, Report, report_beats
from player.watching.actions.closing import close_of_device, close_session, close_where_locked, seal_stale
from player.watching.actions.keys import TooEarly, release_key
from player.watching.actions.memory import Memory
from player.watching.actions.policies import set_policy
from player.watching.actions.replies import Reply
from player.watching.actions.sessions import (
    CannotProve,
    LearningElsewhere,
    NothingToWatch,
    Opener,
    OpenSession,
    open_session,
)

__all__ = [
    "BeatReport",
    "CannotProve",
    "LearningElsewhere",
    "Memory",
    "NothingToWatch",
    "OpenSession",
    "Opener",
    "ProofReport",
    "Reply",
    "Report",
    "TooEarly",
    "close_of_device",
    "close_session",
    "close_where_locked",
    "open_session",
    "release_key",
    "report_beats",
    "seal_stale",
    "set_policy",
]
