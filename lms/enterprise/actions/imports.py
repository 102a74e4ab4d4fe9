"""Taking in a list of staff: receive, map its columns, check every row. Nothing of it takes effect before it is confirmed."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from analytics.learning_log.actions import as_jsonb, copy_rows
from lms.accounts import field_encryption
from lms.enterprise.actions import batches
from lms.enterprise.actions.batches import Planned, collector_resting
from lms.enterprise.domain.roster_cells import Cell
from lms.enterprise.domain.roster_columns import FIELDS, NEEDED, Head, find_head, recognise
from lms.enterprise.domain.roster_file import MOST_ROWS, ListRefused
from lms.enterprise.domain.roster_outcome import Outcome
from lms.enterprise.domain.roster_people import Fault, ListReader, Staff
from lms.enterprise.imports import reader_gateway
from lms.enterprise.imports.reader_gateway import SheetLook
from lms.enterprise.models import ColumnMemory, ImportBatch, ImportRow, RosterImport
from lms.enterprise.queries.list_people import Judged, judged
from lms.enterprise.queries.training import may_run

if TYPE_CHECKING:
    from lms.accounts.models import User

State = RosterImport.State
Read = tuple[int, str, Staff | None, tuple[Fault, ...]]  # number, name, the person or what is wrong
_LONG_NUMBER = re.compile(r"\w*\d{5,}\w*")
_AS_ROWS = "rows:"  # before what is sealed; a colon stands in no base64
_ROWS = {"run_id": "int8", "number": "int4", "outcome": "varchar", "faults": "jsonb", "name": "varchar"}
_NO_FAULTS = as_jsonb("[]")


def demand_importer(by: "User", organisation_id: int, at: datetime) -> None:
    """Raise ListRefused (not_your_company) unless a person manages the whole company now."""
    if not may_run(by, organisation_id, on=timezone.localdate(at)):
        raise ListRefused("not_your_company")


def own_import(uuid: UUID, by: "User", at: datetime) -> RosterImport:
    """Return an import, locked, for a manager of its company. Raises ListRefused (not_your_import)."""
    row = RosterImport.objects.select_for_update(of=["self"]).select_related("organisation").filter(uuid=uuid).first()
    if row is None or not may_run(by, row.organisation_id, on=timezone.localdate(at)):
        raise ListRefused("not_your_import")
    return row


@transaction.atomic
def receive_list(*, organisation_id: int, name: str, content: bytes, at: datetime, by: "User") -> RosterImport:
    """Read a file, guess which sheet and columns are meant, and keep its rows sealed until somebody has said so.

    The file itself is not kept. Headings are kept beside the rows for the mapping step, of no person. Raises ListRefused.
    """
    demand_importer(by, organisation_id, at)
    taken = reader_gateway.take_in(content)
    remembered = _remembered(organisation_id)
    described = [_described(sheet, remembered) for sheet in taken.sheets]
    best = max(described, key=_fitness)
    uuid = uuid4()
    sealed = field_encryption.seal(_AS_ROWS + b64encode(taken.rows).decode(), context=f"list:{uuid}")
    row = RosterImport(
        uuid=uuid,
        organisation_id=organisation_id,
        name=_shown(name),
        form=taken.form.value,
        sheets=described,
        sheet=best["name"],
        columns=best["columns"],
        head_row=best["head_row"],
        uploaded_at=at,
        by=by,
    )
    row.file.save(uuid.hex, ContentFile(sealed), save=False)
    row.save(force_insert=True)
    return row


@transaction.atomic
def choose_columns(
    *, import_uuid: UUID, sheet: str, columns: Mapping[str, int], at: datetime, by: "User", has_head: bool = True
) -> RosterImport:
    """Say which sheet is meant and which column is which, remember it for the company, and have the rows checked.

    has_head: False when the first row, of which no heading was known, is already a person.
    May be said again until the import is confirmed. Raises ListRefused (not_your_import, not_now, no_such_sheet,
    columns_missing, column_twice).
    """
    row = own_import(import_uuid, by, at)
    if row.state not in {State.MAPPING, State.CHECKING, State.CHECKED}:
        raise ListRefused("not_now")
    chosen = next((one for one in row.sheets if one["name"] == sheet), None)
    if chosen is None:
        raise ListRefused("no_such_sheet")
    width = len(chosen["headings"])
    kept = {field: at for field, at in columns.items() if field in FIELDS and 0 <= at < width}
    if any(field not in kept for field in NEEDED):
        raise ListRefused("columns_missing")
    if len(set(kept.values())) < len(kept):
        raise ListRefused("column_twice")
    headings = {field: chosen["headings"][at] for field, at in kept.items() if chosen["headings"][at]}
    if has_head:
        ColumnMemory.objects.update_or_create(
            organisation_id=row.organisation_id, defaults={"headings": headings, "remembered_at": at}
        )
    head_row = chosen["head_row"] if has_head else 0
    _set(row, state=State.CHECKING, sheet=sheet, columns=kept, head_row=head_row, claimed_at=None, trouble="")
    return row


@transaction.atomic
def check_list(*, import_id: int, at: datetime) -> RosterImport | None:
    """Read every row and note what would become of it; None when it is not to be checked (any more).

    A whole, or nothing: a worker that dies leaves no row behind. A file that cannot be read ends the import as refused.
    """
    row = RosterImport.objects.select_for_update().filter(pk=import_id, state=State.CHECKING).first()
    if row is None:
        return None
    ImportRow.objects.filter(run=row).delete()
    ImportBatch.objects.filter(run=row).delete()
    try:
        with transaction.atomic(), collector_resting():
            counts = _stage(row, at)
    except ListRefused as error:
        _set(row, state=State.REFUSED, trouble=error.code, ended_at=at)
        return row
    _set(row, state=State.CHECKED, counts=counts, rows_total=sum(counts.values()), rows_done=0)
    return row


def rows_kept(row: RosterImport) -> bytes:
    """Return the rows of an import, for `reader_gateway.rows_of`. Raises ListRefused (file_forgotten) once they are removed."""
    if not row.file:
        raise ListRefused("file_forgotten")
    with row.file.open("rb") as file:
        text = field_encryption.unseal(file.read(), context=f"list:{row.uuid}")
    if text.startswith(_AS_ROWS):
        return b64decode(text.removeprefix(_AS_ROWS))
    return reader_gateway.take_in(b64decode(text)).rows  # taken in when files were kept as they came


def _stage(row: RosterImport, at: datetime) -> dict[str, int]:
    """Check the rows a chunk at a time and copy them into the table of rows; return how many have which outcome."""
    counts: dict[str, int] = dict.fromkeys(Outcome, 0)
    reader = ListReader(row.columns, timezone.localdate(at), row.organisation.region_id, settings.DEMO)
    rows = reader_gateway.rows_of(rows_kept(row), row.sheet)
    below = (_read(reader, number, cells) for number, cells in rows if number > row.head_row)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="list") as ahead:
        # The next chunk is read while the database is busy with this one.
        chunk = _next(below)
        while chunk:
            coming = ahead.submit(_next, below)
            _copy(row, chunk, counts, at)
            chunk = coming.result()
    total = sum(counts.values())
    if total == 0:
        raise ListRefused("no_rows")
    if total > MOST_ROWS:
        raise ListRefused("too_many_rows")
    return {outcome: count for outcome, count in counts.items() if count}


def _read(reader: ListReader, number: int, cells: Sequence[Cell]) -> Read:
    staff, faults = reader.read(number, cells)
    return number, staff.name if staff else reader.name_in(cells), staff, faults


def _next(rows: Iterator[Read]) -> list[Read]:
    return list(islice(rows, batches.BATCH))


def _copy(
    row: RosterImport,
    chunk: Sequence[Read],
    counts: dict[str, int],
    at: datetime,
) -> None:
    people = [staff for _number, _name, staff, _faults in chunk if staff is not None]
    on = timezone.localdate(at)
    answers = iter(judged(people, organisation_id=row.organisation_id, columns=row.columns, on=on))
    planned: list[Planned] = []
    rows: list[tuple[int, int, str, bytes, str]] = []
    for number, name, staff, faults in chunk:
        one = next(answers) if staff is not None else None
        outcome = one.outcome if one is not None else Outcome.REFUSED
        counts[outcome] += 1
        told = one.faults if one is not None else faults
        rows.append((row.pk, number, outcome.value, as_jsonb(written(told)) if told else _NO_FAULTS, name))
        if one is not None and outcome not in {Outcome.REFUSED, Outcome.SAME}:
            planned.append(_planned(number, one))
    copy_rows("enterprise_importrow", _ROWS, rows)
    batches.keep_batch(row, planned)


def _planned(number: int, one: Judged) -> Planned:
    """A person for the run. Who has an account keeps their own phone and e-mail: the list's are not handed on."""
    staff = one.staff if one.outcome is Outcome.NEW else replace(one.staff, phone="", email="")
    return Planned(number, one.outcome, one.index, staff)


def written(faults: tuple[Fault, ...]) -> str:
    """Return faults as the table keeps them."""
    return json.dumps([[fault.column, fault.code, fault.about] for fault in faults], ensure_ascii=False)


def _remembered(organisation_id: int) -> Mapping[str, str]:
    found = ColumnMemory.objects.filter(organisation_id=organisation_id).values_list("headings", flat=True).first()
    return found or {}


def _described(sheet: SheetLook, remembered: Mapping[str, str]) -> dict[str, Any]:
    """A sheet for the mapping step. Without a head its first row stands in, for a person to decide."""
    head = find_head(sheet.rows, remembered)
    known = head is not None
    if head is None:
        number, cells = sheet.rows[0]
        # It may be somebody's row: long numbers of persons are not kept in clear.
        head = Head(number, number, tuple(_LONG_NUMBER.sub("…", cell) for cell in cells))
    return {
        "head_known": known,
        "name": sheet.name,
        "rows": sheet.height,
        "headings": [heading[:60] for heading in head.headings],
        "head_row": head.last,
        "columns": recognise(head.headings, remembered),
    }


def _fitness(sheet: Mapping[str, Any]) -> tuple[int, int]:
    return len(sheet["columns"]), sheet["rows"]


def _shown(name: str) -> str:
    """The uploader's name of the file, cut and without what a page could be led astray by."""
    bare = PurePath(name.replace("\\", "/")).name
    return "".join(c for c in bare if c.isprintable())[-100:] or "list"


def _set(row: RosterImport, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


@transaction.atomic
def open_list(*, import_uuid: UUID, at: datetime, by: "User") -> bytes:
    """Return the rows of one's own company's import. Raises ListRefused (not_your_import, file_forgotten)."""
    return rows_kept(own_import(import_uuid, by, at))
