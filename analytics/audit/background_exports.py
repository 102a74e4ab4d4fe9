"""Files that are made while the auditor does something else: asked for, made in pieces, kept for a time, handed out.

The row is the queue. A piece is written before the row says so; a worker that dies loses the piece it was at, and whoever
takes the row up goes on after the last one that the row tells of. Each claim is an attempt with a number of its own: it stands in
the name of whatever is written, and in the condition of each change to the row. So a worker that was only slow, and finds
the row taken up by another, can neither change it nor touch a file that the other one writes.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import get_language

from analytics.audit import export_files, export_words, exports, queries
from analytics.audit.actions import EXPORT_ROWS, PATIENCE_MS, filed_conditions
from analytics.audit.entry import must_be_allowed
from analytics.audit.export_files import Cells
from analytics.audit.house import signed
from analytics.audit.log_kinds import EXPORT_DOWNLOADED, RECORDS_EXPORTED
from analytics.audit.models import LogExport
from analytics.audit.queries import Conditions
from analytics.audit.sight import Opening, Sight, sight_of
from analytics.learning_log import actions as log
from analytics.learning_log import queries as log_queries

Format, State = LogExport.Format, LogExport.State
PIECE_ROWS = 1_000
PDF_ROWS = 2_000  # about 200 pages: more is not read on paper
MOST_WAITING = 5  # of one auditor
CLAIM_LASTS = timedelta(minutes=2)  # each piece renews it; who is silent for so long is dead
KEPT = timedelta(days=3)
MOST_ATTEMPTS = 5  # what broke so often will break again


class _ClaimLost(RuntimeError):
    """Somebody else has taken the row up meanwhile: what is written from here on is nobody's."""


class ExportRefused(ValueError):
    """Why no file is made or handed out: format, waiting (too many), or not_there."""


@transaction.atomic(durable=True)
def ask_export(*, by: AbstractUser, asked: Conditions, file_format: str, at: datetime) -> LogExport:
    """Queue a file of the records that meet the conditions, and record who asked for it.

    What is covered in it is decided now: an opening that ends meanwhile does not reach into the file, nor one that begins.
    Raises PermissionDenied, ExportRefused, TookTooLong.
    """
    must_be_allowed(by)
    if file_format not in Format.values:
        raise ExportRefused("format")
    if LogExport.objects.filter(auditor_id=by.pk, state__in=(State.QUEUED, State.RUNNING)).count() >= MOST_WAITING:
        raise ExportRefused("waiting")
    most = PDF_ROWS if file_format == Format.PDF else EXPORT_ROWS
    wanted = queries.resolve(asked)
    with log_queries.within(PATIENCE_MS):
        sight = sight_of(by.pk, at)
        rows = log_queries.count_up_to(wanted, most)
        newest = log_queries.records(log_queries.RecordFilter(), limit=1)
    row = LogExport.objects.create(
        auditor_id=by.pk,
        format=file_format,
        language=get_language() or "zh-hans",
        conditions={name: str(value) for name, value in asdict(asked).items() if value},
        open_to_all=sight.everybody,
        open_persons=sorted(sight.persons),
        rows_asked=rows,
        newest_id=newest[0].id if newest else 0,
        asked_at=at,
    )
    log.append(
        kind=RECORDS_EXPORTED,
        actor_id=by.pk,
        happened_at=at,
        subject=str(row.uuid),
        payload={"filter": filed_conditions(asked), "rows": rows, "format": file_format},
    )
    return row


def make_export(*, export_id: int, at: datetime) -> bool:
    """Make one file, or go on with it; False when somebody else is at it or it is done. Safe to call twice."""
    row = _claimed(export_id, at)
    if row is None:
        return False
    try:
        with translation.override(row.language):
            while _write_piece(row):
                pass
            _put_together(row)
    except _ClaimLost:
        return False
    _delete_but(row, _file_name(row))
    return True


def waiting_exports(*, at: datetime) -> tuple[int, ...]:
    """Return the rows that nobody is at: queued, or claimed by somebody who has been silent for too long.

    What broke MOST_ATTEMPTS times is given up, and says so.
    """
    silent = Q(state=State.RUNNING, claimed_at__lt=at - CLAIM_LASTS)
    LogExport.objects.filter(silent, attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED)
    return tuple(LogExport.objects.filter(Q(state=State.QUEUED) | silent).order_by("pk").values_list("pk", flat=True))


def expire_exports(*, at: datetime) -> int:
    """Delete the files whose time is over, and the pieces of what was given up; return how many."""
    over = Q(state=State.READY, expires_at__lte=at) | Q(state=State.FAILED, claimed_at__lte=at - KEPT)
    rows = list(LogExport.objects.filter(over))
    for row in rows:
        _delete_but(row, "")
        LogExport.objects.filter(pk=row.pk).update(state=State.EXPIRED)
    return len(rows)


@transaction.atomic(durable=True)
def open_file(
    *, by: AbstractUser, export_uuid: UUID, at: datetime, begins: Callable[[LogExport], bool]
) -> tuple[LogExport, File[bytes]]:
    """Open a finished file to the auditor who asked for it. begins: says whether its beginning is asked for.

    That is recorded, and so is the first download from wherever it begins.

    Raises PermissionDenied, ExportRefused (not_there: of somebody else, not ready or over).
    """
    must_be_allowed(by)
    row = LogExport.objects.filter(uuid=export_uuid, auditor_id=by.pk, state=State.READY, expires_at__gt=at).first()
    if row is None:
        raise ExportRefused("not_there")
    told = log_queries.RecordFilter(actor_ids=(by.pk,), kinds=(EXPORT_DOWNLOADED,), subjects=(str(row.uuid),))
    if begins(row) or not log_queries.records(told, limit=1):
        log.append(
            kind=EXPORT_DOWNLOADED,
            actor_id=by.pk,
            happened_at=at,
            subject=str(row.uuid),
            payload={
                "export_uuid": str(row.uuid), "format": row.format, "rows": row.rows_done, "sha256": row.sha256,
            },
        )  # fmt: skip
    return row, _storage().open(_file_name(row))


def exports_of(auditor_id: int) -> tuple[LogExport, ...]:
    """Return an auditor's newest files, newest first. One query."""
    return tuple(LogExport.objects.filter(auditor_id=auditor_id).order_by("-pk")[:20])


@transaction.atomic
def _claimed(export_id: int, at: datetime) -> LogExport | None:
    """Take a row that nobody is at, and return it; its number of attempts is the claim."""
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, claimed_at__lt=at - CLAIM_LASTS)
    row = LogExport.objects.select_for_update().filter(free, pk=export_id).first()
    if row is not None:
        row.state, row.claimed_at, row.attempts = State.RUNNING, at, row.attempts + 1
        row.save(update_fields=["state", "claimed_at", "attempts"])
    return row


def _keep_claim(row: LogExport, **told: Any) -> None:
    """Renew the claim, and tell the row what was done under it. Raises _ClaimLost."""
    told = {"claimed_at": timezone.now()} | told
    mine = LogExport.objects.filter(pk=row.pk, state=State.RUNNING, attempts=row.attempts)
    if not mine.update(**told):
        raise _ClaimLost(row.pk)
    for name, value in told.items():
        setattr(row, name, value)


def _write_piece(row: LogExport) -> bool:
    """Write the next piece and tell the row of it; False when there is no more."""
    left = row.rows_asked - row.rows_done
    before = row.reached_id if row.reached_id is not None else row.newest_id + 1
    wanted = queries.resolve(_conditions(row))
    found = log_queries.records(wanted, limit=min(PIECE_ROWS, left), before_id=before) if left > 0 else ()
    if not found:
        return False
    lines = [json.dumps(exports.cells(each), ensure_ascii=False) for each in queries.rows_of(found, sight_of_file(row))]
    name = _piece_name(row, len(row.pieces), row.attempts)
    _storage().save(name, ContentFile("\n".join(lines).encode()))
    _keep_claim(row, pieces=[*row.pieces, row.attempts], rows_done=row.rows_done + len(found), reached_id=found[-1].id)
    return True


def _put_together(row: LogExport) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / f"made.{row.format}"
        _write(row, made, Path(folder) / "scratch.jsonl")
        _keep_claim(row)
        digest = sha256()
        with made.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
            file.seek(0)
            _storage().save(_file_name(row), File(file))
        _keep_claim(
            row,
            state=State.READY,
            size_bytes=made.stat().st_size,
            sha256=digest.hexdigest(),
            claimed_at=None,
            expires_at=timezone.now() + KEPT,
            rows_asked=row.rows_done,
        )


def _write(row: LogExport, into: Path, scratch: Path) -> None:
    heading: Cells = [*exports.heading()]
    match row.format:
        case Format.XLSX:
            export_files.write_xlsx(into, heading, _rows(row))
        case Format.PARQUET:
            export_files.write_parquet(into, _rows(row), scratch)
        case Format.PDF:
            export_files.write_pdf(
                into, export_words.sheet(row, sight_of_file(row)), _rows(row), sign=lambda sheet: signed(sheet)[0]
            )
        case _:
            export_files.write_csv(into, heading, _rows(row))


def _rows(row: LogExport) -> Iterator[Cells]:
    for number, attempt in enumerate(row.pieces):
        _keep_claim(row)  # a long file takes longer to put together than a claim lasts
        with _storage().open(_piece_name(row, number, attempt)) as piece:
            for line in piece.read().decode().split("\n"):
                yield json.loads(line)


def _conditions(row: LogExport) -> Conditions:
    told = dict(row.conditions)
    days: dict[str, Any] = {name: date.fromisoformat(told.pop(name)) for name in ("since", "until") if name in told}
    looks = told.pop("looks", "") == "True"
    return Conditions(**told, **days, looks=looks)


def sight_of_file(row: LogExport) -> Sight:
    """Return what stands open in a file."""
    persons = [None] if row.open_to_all else row.open_persons
    return Sight(tuple(Opening(person, row.asked_at, 0) for person in persons))


def _storage() -> Storage:
    return storages["private"]


def _folder(row: LogExport) -> str:
    return f"log_exports/{row.uuid}"


def _piece_name(row: LogExport, number: int, attempt: int) -> str:
    return f"{_folder(row)}/{number:05d}-{attempt}.jsonl"


def _file_name(row: LogExport) -> str:
    return f"{_folder(row)}/records-{row.attempts}.{row.format}"


def _delete_but(row: LogExport, kept: str) -> None:
    """Delete all that was written for a row, by whichever attempt, but for one name."""
    try:
        _, names = _storage().listdir(_folder(row))
    except FileNotFoundError:
        return
    for name in (f"{_folder(row)}/{each}" for each in names):
        if name != kept:
            _storage().delete(name)
