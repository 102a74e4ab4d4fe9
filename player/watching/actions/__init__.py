"""Deeds of watching: opening and closing a session, and taking beats."""

from player.watching.actions.beats import BeatReport, Reply, report_beats
from player.watching.actions.sessions import NothingToWatch, OpenSession, close_session, open_session, seal_stale

__all__ = [
    "BeatReport",
    "NothingToWatch",
    "OpenSession",
    "Reply",
    "close_session",
    "open_session",
    "report_beats",
    "seal_stale",
]
