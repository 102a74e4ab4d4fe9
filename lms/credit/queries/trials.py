"""What a draft of rules would change for the certificates there are."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from lms.accounts.queries import LicenceFacts, licences_judged_by, names_of
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.trial import Difference, differences
from lms.credit.queries.decisions import evidence_of, holding_of
from lms.credit.queries.rules import rule_set_on

BATCH = 1_000
SHOWN = 200


@dataclass(frozen=True, slots=True)
class ChangedCycle:
    """A cycle that would change its state. missing_before, missing_after: hours, exact, as text."""

    name: str
    post_code: str
    which: str
    before: str
    after: str
    missing_before: str
    missing_after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as a page shows it. is_current: the draft has not been edited since. cycles: at most SHOWN of the changed ones."""

    at: datetime
    is_current: bool
    licences: int
    changed: int
    transitions: tuple[tuple[str, str, int], ...]
    cycles: tuple[ChangedCycle, ...]


def digest_of(data: Mapping[str, object]) -> str:
    """Return what names this very set of values."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def trial_of(rules: RuleSet, data: Mapping[str, object], *, at: datetime) -> dict[str, object]:
    """Return, as plain data, what `rules` would change for every certificate judged by that rule set today.

    Memory does not grow with the number of certificates: it holds a batch of ledgers at a time. Four queries a batch.
    """
    today = timezone.localdate(at)
    current = rule_set_on(rules.code, today)
    licences = changed = 0
    transitions: Counter[tuple[str, str]] = Counter()
    rows: list[dict[str, object]] = []
    for batch in _batches(rules.code) if current is not None else ():
        evidence = evidence_of({licence.holder_id for licence in batch})
        for licence in batch:
            licences += 1
            items = evidence.get(licence.holder_id, ())
            for item in differences(items, holding_of(licence), current or rules, rules, today):
                if item.is_change:
                    changed += 1
                    transitions[item.before.state, item.after.state] += 1
                    if len(rows) < SHOWN:
                        rows.append(_row(licence, item))
    return {
        "digest": digest_of(data),
        "at": at.isoformat(),
        "licences": licences,
        "changed": changed,
        "transitions": [[before, after, count] for (before, after), count in transitions.most_common()],
        "rows": rows,
    }


def trial_shown(trial: Mapping[str, object], data: Mapping[str, object]) -> Trial | None:
    """Return a stored trial with the names of the holders, or None where nothing was tried. One query."""
    if not trial:
        return None
    stored = trial["rows"] if isinstance(trial["rows"], list) else []
    names = names_of(int(row["holder"]) for row in stored)
    transitions = trial["transitions"] if isinstance(trial["transitions"], list) else []
    return Trial(
        at=datetime.fromisoformat(str(trial["at"])),
        is_current=trial["digest"] == digest_of(data),
        licences=int(str(trial["licences"])),
        changed=int(str(trial["changed"])),
        transitions=tuple((str(before), str(after), int(count)) for before, after, count in transitions),
        cycles=tuple(
            ChangedCycle(
                names.get(int(row["holder"]), ""),
                row["post"],
                row["which"],
                row["before"],
                row["after"],
                row["missing_before"],
                row["missing_after"],
            )
            for row in stored
        ),
    )


def _batches(code: str) -> Iterator[tuple[LicenceFacts, ...]]:
    after = 0
    while batch := licences_judged_by(code, after=after, limit=BATCH):
        yield batch
        after = batch[-1].id


def _row(licence: LicenceFacts, item: Difference) -> dict[str, object]:
    return {
        "holder": licence.holder_id,
        "post": licence.post_code,
        "which": item.which,
        "before": item.before.state,
        "after": item.after.state,
        "missing_before": item.before.missing,
        "missing_after": item.after.missing,
    }
