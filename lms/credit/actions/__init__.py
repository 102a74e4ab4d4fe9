"""The deeds of credit: load rules, award what was watched, record what was done elsewhere, take back."""

from lms.credit.actions.awards import WATCHED, award_watched, unseen_watching
from lms.credit.actions.balances import Comparison, compare_all_balances, compare_balances, rebuild_balances
from lms.credit.actions.entries import AlreadyRecorded, AlreadyReversed, BadHours, record_hours, reverse_entry
from lms.credit.actions.rule_sets import RuleSetChanged, load_rule_sets
from lms.credit.actions.watch_policies import set_watch_policies

__all__ = [
    "WATCHED",
    "AlreadyRecorded",
    "AlreadyReversed",
    "BadHours",
    "Comparison",
    "RuleSetChanged",
    "award_watched",
    "compare_all_balances",
    "compare_balances",
    "load_rule_sets",
    "rebuild_balances",
    "record_hours",
    "reverse_entry",
    "set_watch_policies",
    "unseen_watching",
]
