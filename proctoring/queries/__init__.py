"""Reads of face checks: where a person stands, a lesson's stretches, the reviewers' desk, the figures."""

from proctoring.queries.desk import CaseCard, DeskFilter, DeskRow, HoldFile, cases, desk_counts, desk_rows, hold_file
from proctoring.queries.evidence import Event, evidence_of
from proctoring.queries.figures import Figures, figures
from proctoring.queries.standing import (
    CheckTicket,
    HoldFacts,
    PersonStanding,
    PresenceTerms,
    SessionStanding,
    awake_sessions,
    check_ticket,
    hold_facts,
    holds_of,
    latest_session,
    person_standing,
    presence_required,
    presence_terms,
    revealed_plan,
    standing,
    unasked_before,
)

__all__ = [
    "CaseCard",
    "CheckTicket",
    "DeskFilter",
    "DeskRow",
    "Event",
    "Figures",
    "HoldFacts",
    "HoldFile",
    "PersonStanding",
    "PresenceTerms",
    "SessionStanding",
    "awake_sessions",
    "cases",
    "check_ticket",
    "desk_counts",
    "desk_rows",
    "evidence_of",
    "figures",
    "hold_facts",
    "hold_file",
    "holds_of",
    "latest_session",
    "person_standing",
    "presence_required",
    "presence_terms",
    "revealed_plan",
    "standing",
    "unasked_before",
]
