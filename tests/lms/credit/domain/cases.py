"""The shipped rule sets, for tests of the engine."""

from lms.credit.domain.parsing import parse
from lms.credit.domain.rule_set import RuleSet
from lms.credit.rule_sets import shipped


def rule_set(code: str) -> RuleSet:
    return parse(shipped(code))
