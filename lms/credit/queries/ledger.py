"""The ledger as people read it: every entry with where it comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet, Sum

from lms.accounts.queries import names_of
from lms.credit.domain.terms import EvidenceState, LedgerCategory
from lms.credit.models import CreditEntry
from lms.credit.queries.checks import CheckFacts, checks_beside
from player.domain.spans import Span, Spans

PAGE_SIZE = 20
PILLS = {EvidenceState.VALID: "done", EvidenceState.REJECTED: "danger", EvidenceState.DUPLICATE: "danger"}


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One entry. hours: exact, by the rules of the certificate it is shown for; None where there is none.

    pill: the colour of its state. records: ids in the learning log; spans: media time that was new then, of a lesson of
    lesson_ms. by_name "" = the
    system. taken_back: a later entry reverses it. checks: of presence, on that day
    beside that lesson; only where the ledger is shown with its evidence.
    """

    uuid: UUID
    activity_day: date
    title: str
    category: str
    category_label: str
    seconds: int
    hours: Fraction | None
    state: EvidenceState
    state_label: str
    pill: str
    source_kind: str
    source_label: str
    source_ref: str
    post_code: str
    note: str
    records: tuple[int, ...]
    spans: Spans
    lesson_ms: int
    log_record_id: int | None
    is_reversal: bool
    taken_back: bool
    recorded_at: datetime
    by_name: str
    checks: tuple[CheckFacts, ...] = ()

    @property
    def source_uuid(self) -> str:
        """The source without the round of a claim that was decided more than once."""
        return self.source_ref.split("/", maxsplit=1)[0]

    @property
    def counts(self) -> bool:
        return self.state is EvidenceState.VALID


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of entries, newest first. total_seconds: what counts in the filtered whole, not only on this page."""

    page: Page[CreditEntry]
    entries: tuple[EntryFacts, ...]
    total_seconds: int
    categories: tuple[tuple[str, str], ...]


def ledger_of(
    user_id: int,
    *,
    post_code: str | None = None,
    category: str = "",
    seconds_per_hour: int | None = None,
    number: int | str = 1,
) -> LedgerPage:
    """Return one page of a person's ledger, newest activity first. Six queries at most.

    post_code: only what counts for that post (None: everything). category: a ledger category, "" for all.
    """
    rows = _rows(user_id, post_code)
    present = set(rows.order_by().values_list("category", flat=True).distinct())
    if category:
        rows = rows.filter(category=category)
    total = rows.filter(state=EvidenceState.VALID).aggregate(total=Sum("seconds"))["total"] or 0
    page = Paginator(rows.prefetch_related("reversed_by"), PAGE_SIZE).get_page(number)
    names = [(item.value, str(item.label)) for item in CreditEntry.Category if item.value in present]
    facts = _with_checks(user_id, facts_of(list(page.object_list), seconds_per_hour))
    return LedgerPage(page, facts, total, tuple(names))


def _with_checks(user_id: int, entries: tuple[EntryFacts, ...]) -> tuple[EntryFacts, ...]:
    """Put the checks beside what was watched. One query at most."""
    found = checks_beside(user_id, ((one.source_ref, one.activity_day) for one in entries if one.spans))
    return tuple(replace(one, checks=found.get((one.source_ref, one.activity_day), ())) for one in entries)


def recent_entries(
    user_id: int, *, post_code: str | None, seconds_per_hour: int | None, limit: int
) -> tuple[EntryFacts, ...]:
    """Return the newest entries that concern a post, by activity day. Three queries at most."""
    rows = _rows(user_id, post_code).prefetch_related("reversed_by")
    return facts_of(list(rows[:limit]), seconds_per_hour)


def watched_seconds(user_id: int, lesson_uuids: Iterable[UUID]) -> dict[UUID, int]:
    """Return what the ledger has of watching these lessons, by lesson; one without an entry is left out. One query.

    Reversals by a person do not lower it: the watching was entered, whatever became of it.
    """
    rows = (
        CreditEntry.objects.filter(
            learner_id=user_id,
            source_kind=CreditEntry.SourceKind.VIDEO,
            source_ref__in=[str(uuid) for uuid in lesson_uuids],
            reverses__isnull=True,
        )
        .order_by()
        .values_list("source_ref")
        .annotate(total=Sum("seconds"))
    )
    return {UUID(ref): total for ref, total in rows}


def _rows(user_id: int, post_code: str | None) -> QuerySet[CreditEntry]:
    rows = CreditEntry.objects.filter(learner_id=user_id)
    if post_code is not None:
        rows = rows.filter(Q(post_code="") | Q(post_code=post_code))
    return rows.order_by("-activity_day", "-id")


def facts_of(rows: Sequence[CreditEntry], seconds_per_hour: int | None) -> tuple[EntryFacts, ...]:
    """Return rows (with `reversed_by` loaded) as facts, in their order; one query for the names."""
    names = names_of(row.by_id for row in rows if row.by_id is not None)
    return tuple(_facts(row, seconds_per_hour, names) for row in rows)


def _facts(row: CreditEntry, seconds_per_hour: int | None, names: dict[int, str]) -> EntryFacts:
    state = EvidenceState(row.state)
    return EntryFacts(
        uuid=row.uuid,
        activity_day=row.activity_day,
        title=row.title,
        category=row.category,
        category_label=str(CreditEntry.Category(LedgerCategory(row.category)).label),
        seconds=row.seconds,
        hours=Fraction(row.seconds, seconds_per_hour) if seconds_per_hour else None,
        state=state,
        state_label=str(CreditEntry.State(state).label),
        pill=PILLS.get(state, "pending"),
        source_kind=row.source_kind,
        source_label=str(CreditEntry.SourceKind(row.source_kind).label),
        source_ref=row.source_ref,
        post_code=row.post_code,
        note=row.note,
        records=tuple(row.evidence.get("records", ())),
        spans=tuple(Span(start, end) for start, end in row.evidence.get("spans", ())),
        lesson_ms=int(row.evidence.get("lesson_ms", 0)),
        log_record_id=row.log_record_id,
        is_reversal=row.reverses_id is not None,
        taken_back=bool(row.reversed_by.all()),
        recorded_at=row.recorded_at,
        by_name=names.get(row.by_id, "") if row.by_id else "",
    )
