"""The deeds of credit: load rules, award what was watched, record what was done elsewhere, take back."""

from lms.credit.actions.awards import WATCHED, award_watched, unseen_watching
from lms.credit.actions.balances import Comparison, compare_all_balances, compare_balances, rebuild_balances
from lms.credit.actions.drafts import (
    DraftRefused,
    edit_leaf,
    open_draft,
    propose_draft,
    publish_draft,
    return_draft,
    try_draft,
    withdraw_draft,
)
from lms.credit.actions.entries import AlreadyRecorded, AlreadyReversed, BadHours, record_hours, reverse_entry
from lms.credit.actions.holds import HoldRefused, resolve_hold
from lms.credit.actions.rule_sets import RuleSetChanged, load_rule_sets
from lms.credit.actions.settlements import settle_hours
from lms.credit.actions.watch_policies import set_watch_policies

__all__ = [
    "WATCHED",
    "AlreadyRecorded",
    "AlreadyReversed",
    "BadHours",
    "Comparison",
    "DraftRefused",
    "HoldRefused",
    "RuleSetChanged",
    "award_watched",
    "compare_all_balances",
    "compare_balances",
    "edit_leaf",
    "load_rule_sets",
    "open_draft",
    "propose_draft",
    "publish_draft",
    "rebuild_balances",
    "record_hours",
    "resolve_hold",
    "return_draft",
    "reverse_entry",
    "set_watch_policies",
    "settle_hours",
    "try_draft",
    "unseen_watching",
    "withdraw_draft",
]
