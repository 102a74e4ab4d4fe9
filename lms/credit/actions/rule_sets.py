"""Putting the shipped rules into the table."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from analytics.learning_log.actions import append
from lms.credit.actions.watch_policies import set_watch_policies
from lms.credit.domain.inheritance import is_leaf
from lms.credit.domain.parsing import parse
from lms.credit.domain.rule_set import ASSUMED
from lms.credit.models import RuleSetVersion
from lms.credit.rule_sets import SHIPPED, shipped

if TYPE_CHECKING:
    from lms.accounts.models import User


class RuleSetChanged(ValueError):
    """A shipped rule set has other values than the same version in the table. Give it a new version."""


@transaction.atomic
def load_rule_sets(*, at: datetime, by: "User | None" = None) -> tuple[RuleSetVersion, ...]:
    """Load every shipped rule set that is not in the table yet, and return those that were new. The player is told.

    Loading again changes nothing. Raises RuleSetChanged when a version that stands has other values: what learners were
    judged by is never rewritten. Raises BadRuleSet, IncoherentRules, UnknownParent for a file that is none.
    """
    with connection.cursor() as cursor:
        # Two processes that start at once would both find nothing; readers are not kept waiting.
        cursor.execute(f"LOCK TABLE {RuleSetVersion._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    found = [_load(code, at, by) for code in SHIPPED]
    set_watch_policies(at=at, by=by)
    return tuple(row for row in found if row is not None)


def _load(code: str, at: datetime, by: "User | None") -> RuleSetVersion | None:
    resolved = shipped(code)
    rules = parse(resolved)
    data = _json(resolved)
    standing = RuleSetVersion.objects.filter(code=code, version=rules.version).first()
    if standing is not None:
        if standing.data != data:
            raise RuleSetChanged(f"{code} {rules.version} has other values than the version that stands in the table")
        return None
    row = RuleSetVersion.objects.create(
        code=code,
        version=rules.version,
        name=rules.name,
        region_code=rules.region_code,
        status=rules.status.value.value,
        effective_from=rules.effective_from,
        effective_until=rules.effective_until,
        data=data,
        loaded_at=at,
    )
    leaves = _sources(resolved)
    append(
        kind="credit.rule_set_loaded",
        actor_id=by.pk if by else None,
        happened_at=at,
        subject=f"{code} {rules.version}",
        payload={
            "code": code,
            "version": rules.version,
            "status": rules.status.value.value,
            "leaves": len(leaves),
            "assumed": leaves.count(ASSUMED),
        },
    )
    return row


def _json(node: object) -> object:
    """Return the same as JSON knows it: days as text, tuples as lists."""
    if isinstance(node, Mapping):
        return {str(key): _json(child) for key, child in node.items()}
    if isinstance(node, (list, tuple)):
        return [_json(child) for child in node]
    return node.isoformat() if isinstance(node, date) else node


def _sources(node: object) -> list[str]:
    if isinstance(node, Mapping) and is_leaf(node):
        return [str(node["src"])]
    children = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    return [source for child in children for source in _sources(child)]
