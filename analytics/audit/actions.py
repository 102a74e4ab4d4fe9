"""An auditor's looks. Each is a deed: it is written down in the same transaction in which it was read."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from analytics.audit import exports, queries
from analytics.audit.entry import must_be_allowed
from analytics.audit.headings import Pivot, pivots_of
from analytics.audit.log_kinds import EVIDENCE_PACKED, RECORD_OPENED, RECORDS_EXPORTED, RECORDS_VIEWED, UNMASKED
from analytics.audit.queries import PAGE_ROWS, WORDS, Conditions, KindChoice, Row
from analytics.audit.sight import PERSON, Sight, persons_in, sight_of
from analytics.domain.record import Payload, leaf_hash
from analytics.domain.sentence import MISSING
from analytics.domain.units import Unit
from analytics.learning_log import actions as log
from analytics.learning_log import kinds
from analytics.learning_log import queries as log_queries
from analytics.learning_log.field_names import field_name
from analytics.learning_log.naming import names_of

PATIENCE_MS = 8_000  # a page that takes longer is refused with the advice to narrow it
EXPORT_ROWS = 50_000  # a spreadsheet opens so many at once; the file says when it ends here
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class NoSuchRecord(LookupError):
    """The log has no record of this number."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: with records before `before_id`, or after `after_id`; with neither, at the newest."""

    before_id: int | None = None
    after_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, newest first. `older` and `newer`: where the next page begins, None when there is none.

    `total` counts what matches, up to a limit that `capped` says was reached.
    """

    rows: tuple[Row, ...]
    kinds: tuple[KindChoice, ...]
    total: int
    capped: bool
    older: int | None
    newer: int | None

    @property
    def whole(self) -> int:
        """How many rows of the page agree with the bytes that were sealed."""
        return sum(not row.fault for row in self.rows)


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field of a payload. `label`: what it is called; `spoken`: the value in words, where they say more.

    `meaning`: exactly, for English pages only.
    """

    name: str
    label: str
    value: str
    spoken: str
    meaning: str


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """One record with everything that can be said of it. `words`: what an auditor typed, for a record of a look.

    `pivots`: what it is filed under, to find others by.
    """

    row: Row
    proof: queries.Proof | None
    fields: tuple[FieldShown, ...]
    words: tuple[tuple[str, str], ...]
    pivots: tuple[Pivot, ...]
    older: int | None
    newer: int | None

    @property
    def stored_hash(self) -> str:
        """The leaf hash kept with the record, as hexadecimal digits."""
        return self.row.sealed.leaf_hash.hex()

    @property
    def computed_hash(self) -> str:
        """The leaf hash of the sealed bytes, taken now."""
        return leaf_hash(self.row.sealed.canonical).hex()

    @property
    def canonical_text(self) -> str:
        """The sealed bytes as text, without the version byte; bytes that are no text show as �."""
        return self.row.sealed_text

    @property
    def canonical_hex(self) -> str:
        """All the sealed bytes, 32 to a line; "" while something in them is covered."""
        if self.row.covered:
            return ""
        canonical = self.row.sealed.canonical
        return "\n".join(canonical[start : start + 32].hex(" ") for start in range(0, len(canonical), 32))


@dataclass(frozen=True, slots=True)
class Export:
    """A file in the making: `lines` are read from the log as they are asked for."""

    rows: int
    capped: bool
    lines: Iterator[str]


@transaction.atomic(durable=True)
def look_through(*, by: AbstractUser, asked: Conditions, cursor: Cursor, at: datetime) -> Page:
    """List one page of the records that meet the conditions, and record who looked for what.

    Raises PermissionDenied; TookTooLong when the log is too large for so wide a question.
    """
    must_be_allowed(by)
    wanted = queries.resolve(asked)
    with log_queries.within(PATIENCE_MS):
        sight = sight_of(by.pk, at)
        shown, older, newer = _page_at(wanted, cursor)
        choices, capped = queries.kind_choices(wanted)
    page = Page(
        rows=queries.rows_of(shown, sight),
        kinds=choices,
        total=sum(choice.count for choice in choices if not asked.kind or choice.name == asked.kind),
        capped=capped,
        older=older,
        newer=newer,
    )
    _record_look(_Look(RECORDS_VIEWED, by.pk, at, {"shown": len(page.rows)}), asked, wanted)
    return page


@transaction.atomic(durable=True)
def open_record(*, by: AbstractUser, record_id: int, at: datetime) -> OpenedRecord:
    """Open one record, check its hash here, and record who opened it. Raises PermissionDenied, NoSuchRecord."""
    must_be_allowed(by)
    sealed = log_queries.find_record(record_id)
    if sealed is None:
        raise NoSuchRecord(record_id)
    sight = sight_of(by.pk, at)
    (row,) = queries.rows_of([sealed], sight)
    everything = log_queries.RecordFilter()
    older = log_queries.records(everything, limit=1, before_id=record_id)
    newer = log_queries.records(everything, limit=1, after_id=record_id)
    log.append(
        kind=RECORD_OPENED,
        actor_id=by.pk,
        happened_at=at,
        learner_id=sealed.record.learner_id,
        subject=str(sealed.record.uuid),
        payload={"record_id": record_id},
    )
    return OpenedRecord(
        row=row,
        proof=queries.proof_of(sealed),
        fields=_fields_of(row, sight),
        words=_words_of(row, sight),
        pivots=pivots_of(record_id, queries.language()),
        older=older[0].id if older else None,
        newer=newer[0].id if newer else None,
    )


@transaction.atomic(durable=True)
def export(*, by: AbstractUser, asked: Conditions, at: datetime) -> Export:
    """Begin a CSV file of the records that meet the conditions, newest first, and record who took it.

    At most EXPORT_ROWS records; a last line says so when there are more. Raises PermissionDenied, TookTooLong.
    """
    must_be_allowed(by)
    wanted = queries.resolve(asked)
    with log_queries.within(PATIENCE_MS):
        counted = log_queries.count_up_to(wanted, EXPORT_ROWS + 1)
    rows = min(counted, EXPORT_ROWS)
    _record_look(_Look(RECORDS_EXPORTED, by.pk, at, {"rows": rows, "format": "csv"}), asked, wanted)
    return Export(
        rows=rows,
        capped=counted > rows,
        lines=exports.lines(wanted, rows=rows, capped=counted > rows, sight=sight_of(by.pk, at)),
    )


@transaction.atomic(durable=True)
def take_evidence(*, by: AbstractUser, learner_id: int, into: IO[bytes], at: datetime) -> int:
    """Write a learner's evidence pack, record who took it, and return how many records it holds.

    Raises PermissionDenied; NothingSealed before the first signed head; NoSuchRecord for a learner of whom the sealed
    log knows nothing.
    """
    must_be_allowed(by)
    return file_evidence(by=by, learner_id=learner_id, into=into, at=at)


def file_evidence(*, by: AbstractUser, learner_id: int, into: IO[bytes], at: datetime) -> int:
    """Do so as part of a larger deed, which has asked whether it may. Raises NothingSealed, NoSuchRecord."""
    head = log_queries.latest_head()
    records = log_queries.write_learner_pack(into, learner_id=learner_id, at=at)
    if head is None or not records:
        raise NoSuchRecord(learner_id)
    log.append(
        kind=EVIDENCE_PACKED,
        actor_id=by.pk,
        happened_at=at,
        learner_id=learner_id,
        payload={"records": records, "size": head.size},
    )
    return records


def _page_at(
    wanted: log_queries.RecordFilter, cursor: Cursor
) -> tuple[tuple[log_queries.SealedRecord, ...], int | None, int | None]:
    """Return the rows of a page and where the older and the newer page begin. One query; two on the way to the top."""
    if cursor.after_id is not None:
        found = log_queries.records(wanted, limit=PAGE_ROWS + 1, after_id=cursor.after_id)
        if len(found) > PAGE_ROWS:
            return found[-PAGE_ROWS:], found[-1].id, found[-PAGE_ROWS].id
        cursor = Cursor()  # the newest page is shown full, not as the handful that came since
    found = log_queries.records(wanted, limit=PAGE_ROWS + 1, before_id=cursor.before_id)
    shown = found[:PAGE_ROWS]
    older = shown[-1].id if len(found) > PAGE_ROWS else None
    newer = shown[0].id if shown and cursor.before_id is not None else None
    return shown, older, newer


@dataclass(frozen=True, slots=True)
class _Look:
    kind: str
    actor_id: int
    at: datetime
    payload: dict[str, Payload]


def _record_look(look: _Look, asked: Conditions, wanted: log_queries.RecordFilter) -> None:
    learners = wanted.learner_ids or ()
    log.append(
        kind=look.kind,
        actor_id=look.actor_id,
        happened_at=look.at,
        learner_id=learners[0] if len(learners) == 1 else None,  # so that a learner's records show who looked at them
        payload={"filter": filed_conditions(asked), **look.payload},
    )


def filed_conditions(asked: Conditions) -> dict[str, Payload]:
    """Return the conditions as a record may hold them; words are kept beside the log.

    Anybody may type a name or an ID number into a search field. The record then holds only a commitment to it.
    """
    conditions: dict[str, Payload] = {}
    for name, typed in (
        ("learner", asked.learner),
        ("actor", asked.actor),
        ("subject", asked.subject),
        ("text", asked.text),
        ("company", asked.company),
        ("institution", asked.institution),
    ):
        if not typed:
            continue
        if name != "text" and (queries.is_id(typed) or _UUID.fullmatch(typed)):
            conditions[name] = typed
        else:
            conditions[f"{name}_ref"] = log.commit_words(kind=WORDS, text=typed)
    # These came through the form as what stands for them in records.
    stand_ins = ("licence", "device", "network", "region", "post", "figure")
    conditions |= {name: value for name in stand_ins if (value := getattr(asked, name))}
    days = {"since": asked.since, "until": asked.until}
    conditions |= {name: day.isoformat() for name, day in days.items() if day}
    if asked.kind:
        conditions["kind"] = asked.kind
    if asked.looks:
        conditions["looks"] = True
    return conditions


def _fields_of(row: Row, sight: Sight) -> tuple[FieldShown, ...]:
    kind, told_in = kinds.find(row.kind), queries.language()
    known = log_queries.labels(PERSON, [str(row.actor_id), str(row.learner_id)])
    persons = [(one, known.get(str(one), "")) for one in (row.actor_id, row.learner_id)]
    codes, _ = names_of([(row.kind, row.payload)], language=told_in, whole=True)
    meanings = {**kind.fields, **kind.optional} if kind and told_in == "en" else {}
    shown = []
    for name, value in sorted(row.payload.items()):
        plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        spoken = (
            kinds.told_value(kind, name, row.payload, language=told_in, names=codes)
            if kind and _is_flat(kind, name, value)
            else ""
        )
        plain, spoken = sight.text(plain, persons), sight.text(spoken, persons)
        shown.append(
            FieldShown(
                name=name,
                label=field_name(name, told_in),
                value=plain,
                spoken=spoken if spoken not in {plain, MISSING} else "",
                meaning=meanings.get(name, ""),
            )
        )
    return tuple(shown)


def _is_flat(kind: kinds.Kind, name: str, value: object) -> bool:
    """Say whether a value can be told in words: tables within a record stand as they are."""
    if kind.unit(name) in {Unit.CONDITIONS, Unit.STRETCHES}:
        return True
    inside = value if isinstance(value, list | tuple) else (value,)
    return not any(isinstance(one, dict | list | tuple) for one in inside)


def _words_of(row: Row, sight: Sight) -> tuple[tuple[str, str], ...]:
    if row.kind == UNMASKED:
        reference = str(row.payload.get("reason_ref", ""))
        reasons = log_queries.labels(WORDS, [reference])
        return tuple(
            (field_name("reason", queries.language()), sight.text(text, persons_in([text])))
            for text in reasons.values()
        )
    conditions = row.payload.get("filter")
    if row.kind not in {RECORDS_VIEWED, RECORDS_EXPORTED} or not isinstance(conditions, dict):
        return ()
    references = {name.removesuffix("_ref"): str(value) for name, value in conditions.items() if name.endswith("_ref")}
    texts = log_queries.labels(WORDS, references.values())
    return tuple(
        (field_name(name, queries.language()), sight.typed(texts[reference]))
        for name, reference in sorted(references.items())
        if reference in texts
    )
