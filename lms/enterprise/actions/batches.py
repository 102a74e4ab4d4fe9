"""What a check hands on to the run: rows that are done together, sealed together."""

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from lms.accounts import field_encryption
from lms.enterprise.domain.roster_outcome import Outcome
from lms.enterprise.domain.roster_people import Staff
from lms.enterprise.models import ImportBatch, RosterImport

BATCH = 2_500  # rows; the pages hear after each, and imports of other companies wait for the end of one


class Planned(NamedTuple):
    """A person of a list and what is to become of them."""

    number: int
    outcome: Outcome
    document_index: bytes
    staff: Staff


def keep_batch(run: RosterImport, rows: Sequence[Planned]) -> None:
    """Keep rows for the run; none keeps nothing."""
    if not rows:
        return
    first, last = rows[0].number, rows[-1].number
    text = json.dumps([_written(row) for row in rows], ensure_ascii=False, separators=(",", ":"))
    sealed = field_encryption.seal(text, context=_context(run, first))
    ImportBatch.objects.create(run=run, first=first, last=last, sealed=sealed)


def next_batch(run: RosterImport) -> tuple[ImportBatch, list[Planned]] | None:
    """Return the next rows of a run that nobody is at work on, and have them; None when there are none left."""
    free = ImportBatch.objects.select_for_update(skip_locked=True).filter(run=run)
    batch = free.order_by("first").first()
    if batch is None:
        return None
    text = field_encryption.unseal(batch.sealed, context=_context(run, batch.first))
    return batch, [_read(row) for row in json.loads(text)]


@contextmanager
def collector_resting() -> Iterator[None]:
    """Spare the garbage collector thousands of rows that are all alive: it looks at each again and again, and finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _context(run: RosterImport, first: int) -> str:
    return f"list:{run.uuid}:{first}"


def _written(row: Planned) -> list[object]:
    staff = row.staff
    return [
        row.number, row.outcome, row.document_index.hex(), staff.name, staff.kind, staff.document, staff.phone, staff.email,
        staff.post_code, staff.number, _day_text(staff.issued_on), staff.region_code, _day_text(staff.joined_on),
    ]  # fmt: skip


def _read(row: list[str]) -> Planned:
    number, outcome, index, name, kind, document, phone, email, post, licence, issued_on, region, joined_on = row
    staff = Staff(name, kind, document, phone, email, post, licence, _day(issued_on), region, _day(joined_on))
    return Planned(int(number), Outcome(outcome), bytes.fromhex(index), staff)


def _day_text(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
