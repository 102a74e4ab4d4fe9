"""The shipped rules by the code that a case names, with single readings exchanged where a case asks for the other one."""

from collections.abc import Mapping

from lms.credit.cases.row import BadCase, Row
from lms.credit.domain.coherence import IncoherentRules
from lms.credit.domain.parsing import parse
from lms.credit.domain.reader import BadRuleSet
from lms.credit.domain.rule_set import ASSUMED, RuleSet
from lms.credit.rule_sets import SHIPPED, shipped

# A key of a case → the leaf whose value it replaces, and the words that a case may use for our values.
READINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "anchor": ("cycle.anchor", {}),
    "grouping": ("cycle.grouping", {}),
    "leap_day": ("cycle.leap_day", {}),
    "keep_passed_subject": ("provisions.exam.keep_passed_subject", {}),
    "age_mode": (
        "provisions.exchange.age_reached_on",
        {"birthday": "生日当天", "on_birthday": "生日当天", "day_after_birthday": "生日次日"},
    ),
}


def rules_of(row: Row) -> RuleSet:
    """Return the rules that a case is about, `rs`. Raises BadCase for an unknown code or reading."""
    code = row.text("rs")
    if code not in SHIPPED:
        raise BadCase(f"rs: there is no rule set “{code}”; there are {', '.join(SHIPPED)}")
    data = shipped(code)
    for key, (path, words) in READINGS.items():
        if row.has(key):
            value = row.take(key)
            _exchange(data, path.split("."), words.get(str(value), value))
    try:
        return parse(data)
    except (BadRuleSet, IncoherentRules) as error:
        raise BadCase(str(error)) from None


def _exchange(data: dict[str, object], path: list[str], value: object) -> None:
    node: object = data
    for key in path[:-1]:
        node = node.get(key) if isinstance(node, dict) else None
    if not isinstance(node, dict) or path[-1] not in node:
        raise BadCase(f"{'.'.join(path)}: these rules do not say it, so there is no other reading of it")
    node[path[-1]] = {"v": value, "src": ASSUMED}
