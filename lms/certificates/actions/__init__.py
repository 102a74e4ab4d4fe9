"""The writing door of certificates: the issuer's deeds, the platform's, and those that officers do."""

from lms.certificates.actions.again import FINAL, AskRefused, ask_again
from lms.certificates.actions.answers import adopt_snapshot, take_answer, take_snapshot
from lms.certificates.actions.asking import (
    NotYours,
    consider,
    decide_waiting,
    described,
    may_have_changed,
    next_learners,
    queue_request,
    unsettled_among,
)
from lms.certificates.actions.changes import ChangeRefused, decide_change, mark_told, propose_change
from lms.certificates.actions.issuing import IssueRefused, issue, register_existing
from lms.certificates.actions.listing import ListedPaper, signed_list
from lms.certificates.actions.paper import PaperRefused, apply_for_exchange, decide_exchange_application
from lms.certificates.actions.reminders import remind_holders, tell_employers
from lms.certificates.actions.sheets import paper_of, prove_hours, stored, versions_without_paper

__all__ = [
    "FINAL",
    "AskRefused",
    "ChangeRefused",
    "IssueRefused",
    "ListedPaper",
    "NotYours",
    "PaperRefused",
    "adopt_snapshot",
    "apply_for_exchange",
    "ask_again",
    "consider",
    "decide_change",
    "decide_exchange_application",
    "decide_waiting",
    "described",
    "issue",
    "mark_told",
    "may_have_changed",
    "next_learners",
    "paper_of",
    "propose_change",
    "prove_hours",
    "queue_request",
    "register_existing",
    "remind_holders",
    "signed_list",
    "stored",
    "take_answer",
    "take_snapshot",
    "tell_employers",
    "unsettled_among",
    "versions_without_paper",
]
