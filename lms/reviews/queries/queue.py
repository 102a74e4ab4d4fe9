"""What waits for a reviewer."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from lms.reviews.domain.claim import State
from lms.reviews.models import Claim
from lms.reviews.queries.claims import ClaimFacts, facts_of
from lms.reviews.queries.evidence import uses_of
from lms.reviews.queries.scope import Scope, scope_of

if TYPE_CHECKING:
    from lms.accounts.models import User

PAGE_SIZE = 30
WAITING = (State.SUBMITTED.value, State.SECOND.value, State.APPEALED.value)
DONE = (State.ACCEPTED.value, State.REJECTED.value, State.RETURNED.value)


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a reviewer's work, what waits longest first. doubtful: claims whose evidence was used elsewhere.

    counts: how many there are by state, of all that the reviewer may see.
    """

    scope: Scope
    page: Page[Claim]
    rows: tuple[ClaimFacts, ...]
    doubtful: frozenset[object]
    counts: dict[str, int]
    kinds: tuple[tuple[int, str], ...]

    @property
    def waiting(self) -> int:
        return sum(self.counts.get(state, 0) for state in WAITING)


def queue_of(
    reviewer: "User", *, on: date, state: str = "", kind: int | None = None, name: str = "", number: int | str = 1
) -> Queue:
    """Return a page of the claims that a reviewer may decide. state: one of State, "done", or "" for all that wait.

    Eight queries at most, however many claims there are.
    """
    scope = scope_of(reviewer, on=on)
    mine = Claim.objects.filter(scope.condition()).exclude(state=State.DRAFT.value).exclude(learner=reviewer)
    counts = dict(mine.order_by().values_list("state").annotate(n=Count("pk")))
    kinds = tuple(mine.order_by("kind_id").values_list("kind_id", "kind__name").distinct())
    rows = mine.filter(_wanted(state))
    if kind is not None:
        rows = rows.filter(kind_id=kind)
    if name:
        rows = rows.filter(Q(learner__name__icontains=name) | Q(title__icontains=name))
    order = ("-decided_at", "-id") if state in ("done", *DONE) else ("submitted_at", "id")
    page = Paginator(rows.select_related("kind", "organisation").order_by(*order), PAGE_SIZE).get_page(number)
    shown = list(page.object_list)
    doubtful = frozenset(match.mine.subject for match in uses_of([row.uuid for row in shown])) if shown else frozenset()
    return Queue(scope, page, facts_of(shown), doubtful, counts, kinds)


def next_in_queue(reviewer: "User", after: ClaimFacts, *, on: date) -> ClaimFacts | None:
    """Return the claim that waits next after this one; None at the end of the queue. Four queries."""
    mine = Claim.objects.filter(scope_of(reviewer, on=on).condition(), _wanted("")).exclude(learner=reviewer)
    if after.submitted_at is not None:
        mine = mine.filter(submitted_at__gte=after.submitted_at).exclude(uuid=after.uuid)
    row = mine.select_related("kind", "organisation").order_by("submitted_at", "id").first()
    return facts_of([row])[0] if row else None


def _wanted(state: str) -> Q:
    if state == "done":
        return Q(state__in=DONE)
    return Q(state=state) if state in State._value2member_map_ else Q(state__in=WAITING)
