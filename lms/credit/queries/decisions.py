"""Where each certificate stands: computed from the ledger whenever it is asked for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from content.domain.posts import POSTS, Post
from lms.accounts.queries import LicenceFacts, licences_held
from lms.credit.domain.cycle import window
from lms.credit.domain.decision import Decision, Evidence, Holding
from lms.credit.domain.hours import decide
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import EvidenceState, LedgerCategory, State
from lms.credit.models import CreditEntry
from lms.credit.queries.rules import RuleVersions, rule_versions

# What somebody reports afterwards; watching is counted as it happens, and imports are another system's past.
REPORTED = frozenset(
    {
        CreditEntry.SourceKind.ENTERPRISE,
        CreditEntry.SourceKind.F2F,
        CreditEntry.SourceKind.LIVE,
        CreditEntry.SourceKind.CLAIM,
    }
)
_POSTS = {post.code: post for post in POSTS}
_CATEGORIES = {item.value: item for item in LedgerCategory}
_STATES = {item.value: item for item in EvidenceState}
_EVIDENCE = (
    "id",
    "learner_id",
    "category",
    "seconds",
    "activity_day",
    "post_code",
    "state",
    "source_kind",
    "source_ref",
    "reverses_id",
    "recorded_at",
)


@dataclass(frozen=True, slots=True)
class LicenceDecision:
    """One certificate and where it stands.

    current: the running cycle, or what was studied before certification. previous: the cycle before it, None in the first.
    Without a rule set in force for the certificate, `rules` and `current` are None: nothing may be said about it. Another
    cycle may be judged by another version than `rules`; its decision says by which.
    """

    licence: LicenceFacts
    post: Post | None
    rules: RuleSet | None
    current: Decision | None
    previous: Decision | None
    evidence: tuple[Evidence, ...]
    versions: RuleVersions | None = None

    @property
    def overdue(self) -> Decision | None:
        """The previous cycle, if it ended badly and this system has evidence of it.

        Without any, it was lived elsewhere: the ledger cannot say how it ended.
        """
        before = self.previous
        if before is None or before.window is None or before.state not in (State.HOLD, State.RETRAIN):
            return None
        window = before.window
        return before if any(window.contains(item.activity_day) for item in self.evidence) else None

    def in_cycle(self, number: int, as_of: date) -> Decision | None:
        """The decision for another cycle, from the first to the running one; None for any other number."""
        if self.versions is None or self.current is None or self.current.window is None:
            return None
        if not 1 <= number <= self.current.window.number:
            return None
        return _decision(self.evidence, self.versions, self.holding, as_of, number)

    @property
    def holding(self) -> Holding:
        """What the rules must know of the certificate."""
        return _holding(self.licence, self.post)


def decisions_of(user_id: int, as_of: date) -> tuple[LicenceDecision, ...]:
    """Return where each certificate of a person stands, in the order in which they were recorded. Three queries."""
    return decisions_held([user_id], as_of).get(user_id, ())


def decisions_held(user_ids: Iterable[int], as_of: date) -> dict[int, tuple[LicenceDecision, ...]]:
    """Return the same for many persons by person; one without a certificate is left out. Three queries in all.

    A cycle is judged by the version of the rules that its region's rules name (cycle.judged_by).
    """
    held = licences_held(user_ids)
    if not held:
        return {}
    rules = rule_versions({licence.rule_set_code for licences in held.values() for licence in licences})
    evidence = evidence_of(held)
    return {
        user_id: tuple(
            _decided(licence, rules.get(licence.rule_set_code), evidence.get(user_id, ()), as_of)
            for licence in licences
        )
        for user_id, licences in held.items()
    }


def evidence_of(user_ids: Iterable[int]) -> dict[int, tuple[Evidence, ...]]:
    """Return all that the ledger has of these persons, as the engine reads it. One query."""
    found: dict[int, list[Evidence]] = defaultdict(list)
    # Plain values: a model for each row of a ledger takes longer than to judge it.
    rows = CreditEntry.objects.filter(learner_id__in=set(user_ids)).order_by("id").values_list(*_EVIDENCE)
    for number, learner, category, seconds, day, post, state, kind, ref, reverses, recorded in rows:
        # A reversal names the source of what it takes back, or else the entry itself: both come to nothing together.
        own = ref or f"entry {reverses or number}"
        found[learner].append(
            Evidence(
                activity_day=day,
                category=_CATEGORIES[category],
                seconds=seconds,
                state=_STATES[state],
                post_code=post or None,
                watched=kind == CreditEntry.SourceKind.VIDEO,
                source=f"{kind} {own}",
                order=number,
                recorded_on=timezone.localdate(recorded) if kind in REPORTED else None,
            )
        )
    return {user_id: tuple(items) for user_id, items in found.items()}


def _decided(
    licence: LicenceFacts, versions: RuleVersions | None, evidence: Sequence[Evidence], as_of: date
) -> LicenceDecision:
    post = _POSTS.get(licence.post_code)
    items = tuple(evidence)
    today = versions.on(as_of) if versions else None
    if versions is None or today is None:
        return LicenceDecision(licence, post, None, None, None, items)
    holding = _holding(licence, post)
    running = window(holding.issued_on, as_of, today, exchanged_on=holding.exchanged_on) if holding.issued_on else None
    number = running.number if running else 1
    rules = versions.of_cycle(number, holding, as_of) or today
    current = _decision(items, versions, holding, as_of, number)
    previous = _decision(items, versions, holding, as_of, number - 1) if number > 1 else None
    return LicenceDecision(licence, post, rules, current, previous, items, versions)


def _decision(
    evidence: Sequence[Evidence], versions: RuleVersions, holding: Holding, as_of: date, number: int
) -> Decision | None:
    rules = versions.of_cycle(number, holding, as_of)
    return None if rules is None else decide(evidence, rules, holding, as_of, cycle=number)


def holding_of(licence: LicenceFacts) -> Holding:
    """Return what the rules must know of a certificate."""
    return _holding(licence, _POSTS.get(licence.post_code))


def _holding(licence: LicenceFacts, post: Post | None) -> Holding:
    return Holding(
        issued_on=licence.issued_on,
        post_code=licence.post_code,
        works_in_post=licence.works_in_post,
        in_national_list=post is not None and post.is_national,
        exchanged_on=licence.exchanged_on,
    )
