"""Awarding what was watched: the log says what happened, the ledger gets the difference."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from analytics.learning_log.actions import append
from analytics.learning_log.queries import RecordFacts, RecordFilter, records, records_about
from content.queries import LessonFacts, lesson_facts
from lms.classroom.domain.presence import KINDS, Presence, Stretch, counting, presence_of
from lms.classroom.domain.presence import Chunk as Played
from lms.credit.actions.balances import rebuild_balances
from lms.credit.actions.locks import lock_ledger
from lms.credit.domain.terms import LedgerCategory
from lms.credit.domain.watched import Chunk, WatchedDay, creditable_days
from lms.credit.models import AwardMark, CreditEntry
from player.domain.spans import Span, Spans, subtract

WATCHED = "player.span_watched"
CATEGORY = {"general": LedgerCategory.ONLINE_GENERAL, "professional": LedgerCategory.ONLINE_PROFESSIONAL}
BATCH = 10_000
# A record gets its number before its transaction commits: a younger number may be visible first. No deed that appends
# takes this long, so what is older has come.
SETTLED = timedelta(minutes=10)


@transaction.atomic(durable=True)
def award_watched(*, learner_id: int, subject_uuid: UUID, at: datetime) -> tuple[CreditEntry, ...]:
    """Bring the ledger to what the log says was watched of one lesson, and return the new entries, one a day.

    Cases: nothing new, or no such lesson → none; more seconds → an entry for the difference; fewer, because evidence was
    reported late for an earlier day → a negative entry on the day that lost them. Running twice changes nothing. What a
    person reversed stays reversed. Serialised per learner; arithmetic: domain.watched.creditable_days.
    """
    lesson = lesson_facts(subject_uuid)
    if lesson is None:
        return ()
    lock_ledger(learner_id)
    seen = records_about(kind=WATCHED, learner_id=learner_id, subject=str(subject_uuid))
    presence = _presence(learner_id, str(subject_uuid))
    days = {day.day: day for day in creditable_days(_chunks(seen, presence), lesson_ms=lesson.duration_ms)}
    standing = CreditEntry.objects.filter(
        learner_id=learner_id,
        source_kind=CreditEntry.SourceKind.VIDEO,
        source_ref=str(subject_uuid),
        reverses__isnull=True,
    ).order_by("id")
    awarded: dict[date, list[CreditEntry]] = {}
    for entry in standing:
        awarded.setdefault(entry.activity_day, []).append(entry)
    found = []
    newest = max((seen[-1].id if seen else 0), presence.newest)
    for day in sorted(days.keys() | awarded.keys()):
        supported = days.get(day, WatchedDay(day, 0, (), ()))
        before = awarded.get(day, [])
        difference = supported.seconds - sum(entry.seconds for entry in before)
        if difference:
            evidence = _added_evidence(supported, before) if difference > 0 else {"records": [], "spans": []}
            found.append(_entry(learner_id, lesson, day, difference, evidence, newest=newest, at=at))
    if found:
        rebuild_balances(learner_id=learner_id, at=at)
    return tuple(found)


def unseen_watching(*, at: datetime) -> tuple[tuple[int, UUID], ...]:
    """Return (learner, lesson) of watching, or of presence beside it, that nobody has awarded yet, oldest first.

    The mark moves past what is settled.
    Reads at most one batch of the log a call; the next call goes on. A pair may be named again: awarding is idempotent.
    """
    with transaction.atomic():
        AwardMark.objects.get_or_create(name=WATCHED)
        mark = AwardMark.objects.select_for_update().get(name=WATCHED)
        batch = records(RecordFilter(kinds=(WATCHED, *KINDS)), limit=BATCH, after_id=mark.record_id)[::-1]
        settled = [row.id for row in batch if row.record.recorded_at < at - SETTLED]
        pairs: dict[tuple[int, str], int] = {}
        for row in batch:
            if row.record.learner_id is not None and row.record.subject:
                pairs[row.record.learner_id, row.record.subject] = row.id
        if settled:
            AwardMark.objects.filter(name=WATCHED).update(record_id=settled[-1])
    covered = _covered(pairs)
    return tuple((pair[0], UUID(pair[1])) for pair, newest in pairs.items() if covered.get(pair, 0) < newest)


def _covered(pairs: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """Return the newest record that an entry of each pair has seen; pairs without an entry are left out. One query."""
    rows = (
        CreditEntry.objects.filter(
            learner_id__in={learner_id for learner_id, _ in pairs}, source_ref__in={subject for _, subject in pairs}
        )
        .order_by()
        .values_list("learner_id", "source_ref")
        .annotate(newest=Max("log_record_id"))
    )
    return {(learner_id, subject): newest or 0 for learner_id, subject, newest in rows}


def _presence(learner_id: int, subject: str) -> Presence:
    """Return what the log says of the learner's presence before this lesson. One query."""
    asked = RecordFilter(kinds=KINDS, learner_ids=(learner_id,), subjects=(subject,))
    rows = records(asked, limit=BATCH)[::-1]
    return presence_of((row.id, row.record.kind, row.record.payload) for row in rows)


def _chunks(seen: Iterable[RecordFacts], presence: Presence) -> Iterable[Chunk]:
    """Return what was watched, without what waits for a check of presence or was refused for want of it."""
    for facts in seen:
        began, ended = (datetime.fromisoformat(str(facts.payload[name])) for name in ("wall_from", "wall_until"))
        played = Played(str(facts.payload["session_uuid"]), Stretch(began, ended), _spans(facts.payload["spans"]))
        yield Chunk(facts.id, timezone.localtime(began).date(), counting(played, presence))


def _spans(pairs: object) -> Spans:
    if not isinstance(pairs, Sequence):
        return ()
    return tuple(Span(int(pair[0]), int(pair[1])) for pair in pairs)


def _added_evidence(day: WatchedDay, before: Iterable[CreditEntry]) -> Mapping[str, list[object]]:
    """What of the day's evidence no earlier entry has named."""
    named_spans = tuple(span for entry in before for span in _spans(entry.evidence.get("spans", [])))
    named_records = {record for entry in before for record in entry.evidence.get("records", [])}
    return {
        "records": [record for record in day.records if record not in named_records],
        "spans": [[span.start_ms, span.end_ms] for span in subtract(day.spans, named_spans)],
    }


def _entry(
    learner_id: int,
    lesson: LessonFacts,
    day: date,
    seconds: int,
    evidence: Mapping[str, list[object]],
    *,
    newest: int,
    at: datetime,
) -> CreditEntry:
    title = lesson.course_title if lesson.title in lesson.course_title else f"{lesson.course_title} · {lesson.title}"
    entry = CreditEntry.objects.create(
        learner_id=learner_id,
        category=CATEGORY[lesson.category].value,
        seconds=seconds,
        activity_day=day,
        post_code=lesson.post_code or "",
        state=CreditEntry.State.VALID,
        source_kind=CreditEntry.SourceKind.VIDEO,
        source_ref=str(lesson.uuid),
        title=title[:200],
        evidence={**evidence, "lesson_ms": lesson.duration_ms},
        log_record_id=newest,
        recorded_at=at,
    )
    append(
        kind="credit.hours_awarded",
        actor_id=None,
        learner_id=learner_id,
        happened_at=at,
        subject=str(lesson.uuid),
        payload={
            **entry_payload(entry),
            "records": [record for record in evidence["records"] if isinstance(record, int)],
            "log_record_id": newest,
        },
    )
    return entry


def entry_payload(entry: CreditEntry) -> dict[str, str | int]:
    """Return what the log says of an entry."""
    return {
        "entry_uuid": str(entry.uuid),
        "category": entry.category,
        "seconds": entry.seconds,
        "activity_day": entry.activity_day.isoformat(),
        "state": entry.state,
        "source_kind": entry.source_kind,
        "source_ref": entry.source_ref,
        "post_code": entry.post_code,
    }
