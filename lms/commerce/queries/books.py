"""How our books stand to the payment service's, for the first page of finance."""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from lms.commerce.domain.books import Difference
from lms.commerce.models import BooksComparison, ExplainedDifference

OVERDUE = timedelta(hours=36)  # the night's comparison has not come about


@dataclass(frozen=True, slots=True)
class BooksStand:
    """last: the newest comparison that came about, None before the first. failed: the newest try did not.

    open: what somebody has to look into; explained: how many differences somebody has.
    """

    last: BooksComparison | None
    failed: bool
    overdue: bool
    open: tuple[Difference, ...]
    explained: int

    @property
    def days(self) -> int:
        """How many days were compared."""
        return (self.last.at - self.last.since).days if self.last else 0


def unexplained(comparison: BooksComparison) -> tuple[Difference, ...]:
    """Return the differences of a comparison on which nobody has said a word. One query."""
    found = [Difference(*each) for each in comparison.differences]
    words = ExplainedDifference.objects.filter(reference__in=[one.reference for one in found])
    said = set(words.values_list("what", "reference", "ours_minor", "theirs_minor"))
    return tuple(one for one in found if astuple(one) not in said)


def books_stand(now: datetime) -> BooksStand:
    """Return how the books stand. At most three queries."""
    newest = BooksComparison.objects.first()
    last = BooksComparison.objects.filter(failed=False).first() if newest is not None and newest.failed else newest
    open_ = unexplained(last) if last is not None and last.differences else ()
    return BooksStand(
        last=last,
        failed=newest is not None and newest.failed,
        overdue=last is not None and now - last.at > OVERDUE,
        open=open_,
        explained=len(last.differences) - len(open_) if last is not None else 0,
    )
