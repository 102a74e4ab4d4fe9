"""The reading door of credit: decisions, the ledger behind them, the rules they follow."""

from lms.credit.queries.balances import BalanceFacts, balances_of
from lms.credit.queries.decisions import LicenceDecision, decisions_held, decisions_of
from lms.credit.queries.holds import HoldFacts, ResolutionFacts, holds_in, may_resolve, resolution_of, resolutions_in
from lms.credit.queries.ledger import EntryFacts, LedgerPage, ledger_of, recent_entries
from lms.credit.queries.my_hours import MyHours, my_hours
from lms.credit.queries.rules import RuleVersions, rule_set_on, rule_sets_on, rule_versions

__all__ = [
    "BalanceFacts",
    "EntryFacts",
    "HoldFacts",
    "LedgerPage",
    "LicenceDecision",
    "MyHours",
    "ResolutionFacts",
    "RuleVersions",
    "balances_of",
    "decisions_held",
    "decisions_of",
    "holds_in",
    "ledger_of",
    "may_resolve",
    "my_hours",
    "recent_entries",
    "resolution_of",
    "resolutions_in",
    "rule_set_on",
    "rule_sets_on",
    "rule_versions",
]
