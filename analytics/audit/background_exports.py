"""Files that are made while the auditor does something else: asked for, made in pieces, kept for a time, handed out.

The row is the queue. A piece is written before the row says so; a worker that dies loses the piece it was at, and whoever
takes the row up goes on after the last one that the row tells of.
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
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext

from analytics.audit import export_files, exports, queries
from analytics.audit.actions import EXPORT_ROWS, PATIENCE_MS, filed_conditions
from analytics.audit.entry import must_be_allowed
from analytics.audit.export_files import Cells
from analytics.audit.house import house
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
    if not _claim(export_id, at):
        return False
    row = LogExport.objects.get(pk=export_id)
    with translation.override(row.language):
        while _write_piece(row):
            pass
        _put_together(row)
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
        for number in range(row.parts + 1):  # one more: a piece that was begun
            _storage().delete(_piece_name(row, number))
        _storage().delete(_file_name(row))
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


def _claim(export_id: int, at: datetime) -> bool:
    mine = Q(state=State.QUEUED) | Q(state=State.RUNNING, claimed_at__lt=at - CLAIM_LASTS)
    rows = LogExport.objects.filter(mine, pk=export_id)
    return rows.update(state=State.RUNNING, claimed_at=at, attempts=F("attempts") + 1) == 1


def _write_piece(row: LogExport) -> bool:
    """Write the next piece and tell the row of it; False when there is no more."""
    left = row.rows_asked - row.rows_done
    before = row.reached_id if row.reached_id is not None else row.newest_id + 1
    wanted = queries.resolve(_conditions(row))
    found = log_queries.records(wanted, limit=min(PIECE_ROWS, left), before_id=before) if left > 0 else ()
    if not found:
        return False
    lines = [json.dumps(exports.cells(each), ensure_ascii=False) for each in queries.rows_of(found, _sight(row))]
    name = _piece_name(row, row.parts)
    _storage().delete(name)  # what a worker that died had begun
    _storage().save(name, ContentFile("\n".join(lines).encode()))
    row.parts, row.rows_done, row.reached_id = row.parts + 1, row.rows_done + len(found), found[-1].id
    row.claimed_at = timezone.now()
    row.save(update_fields=["parts", "rows_done", "reached_id", "claimed_at"])
    return True


def _put_together(row: LogExport) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / f"made.{row.format}"
        _write(row, made, Path(folder) / "scratch.jsonl")
        _storage().delete(_file_name(row))
        digest = sha256()
        with made.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
            file.seek(0)
            _storage().save(_file_name(row), File(file))
        now = timezone.now()
        LogExport.objects.filter(pk=row.pk).update(
            state=State.READY,
            size_bytes=made.stat().st_size,
            sha256=digest.hexdigest(),
            claimed_at=None,
            expires_at=now + KEPT,
            rows_asked=F("rows_done"),
        )
    for number in range(row.parts):
        _storage().delete(_piece_name(row, number))


def _write(row: LogExport, into: Path, scratch: Path) -> None:
    heading: Cells = [*exports.heading()]
    match row.format:
        case Format.XLSX:
            export_files.write_xlsx(into, heading, _rows(row))
        case Format.PARQUET:
            export_files.write_parquet(into, _rows(row), scratch)
        case Format.PDF:
            title = gettext("学习日志摘录，%(rows)d 条") % {"rows": row.rows_done}
            export_files.write_pdf(into, title, _rows(row), font=house().font(), sign=_signed)
        case _:
            export_files.write_csv(into, heading, _rows(row))


def _signed(sheet: bytes) -> bytes:
    """Return the sheet with the house's signature; as it is, where the house has no key."""
    try:
        return house().sign(sheet)
    except house().no_key:
        return sheet


def _rows(row: LogExport) -> Iterator[Cells]:
    for number in range(row.parts):
        with _storage().open(_piece_name(row, number)) as piece:
            for line in piece.read().decode().split("\n"):
                yield json.loads(line)


def _conditions(row: LogExport) -> Conditions:
    told = dict(row.conditions)
    days: dict[str, Any] = {name: date.fromisoformat(told.pop(name)) for name in ("since", "until") if name in told}
    looks = told.pop("looks", "") == "True"
    return Conditions(**told, **days, looks=looks)


def _sight(row: LogExport) -> Sight:
    persons = [None] if row.open_to_all else row.open_persons
    return Sight(tuple(Opening(person, row.asked_at, 0) for person in persons))


def _storage() -> Storage:
    return storages["private"]


def _piece_name(row: LogExport, number: int) -> str:
    return f"log_exports/{row.uuid}/{number:05d}.jsonl"


def _file_name(row: LogExport) -> str:
    return f"log_exports/{row.uuid}/records.{row.format}"
