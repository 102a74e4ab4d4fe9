"""The only file that has lists of staff read: by a confined child, which is given memory, processor time and a wall clock."""

import gzip
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

from lms.enterprise.domain.roster_cells import Cell, text_of
from lms.enterprise.domain.roster_file import (
    MOST_COLUMNS,
    MOST_ROWS,
    CsvFacts,
    Format,
    ListRefused,
    csv_facts,
    format_of,
)
from player.videos.child_process import Allowance, Ended, run_confined

logger = logging.getLogger(__name__)
_SCRIPT = Path(__file__).with_name("reader_child.py")
_WALL_SECONDS = 60.0
_CPU_SECONDS = 40
_MEMORY_BYTES = 1024 * 1024 * 1024
_OUT_BYTES = 256 * 1024 * 1024
_UNREADABLE, _LOCKED = 4, 5
_HEAD_ROWS = 40
_READ_AT_ONCE = 64 * 1024  # characters of rows
_QUICK = 1  # of gzip: a third of the time, a fifth more bytes


@dataclass(frozen=True, slots=True)
class SheetLook:
    """The beginning of a sheet. rows: (number as people count it, cells as texts)."""

    name: str
    height: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A list as it was read, once and for all. sheets: that hold anything; rows: of all of them, for `rows_of`."""

    form: Format
    sheets: tuple[SheetLook, ...]
    rows: bytes = field(repr=False)


def take_in(content: bytes) -> Taken:
    """Read a file that a stranger sent. Raises ListRefused (…, unreadable, locked_file, too_slow, too_heavy)."""
    form = format_of(content)
    facts = csv_facts(content) if form is Format.CSV else CsvFacts("", "")
    with tempfile.TemporaryDirectory(prefix="list-") as name:
        folder = Path(name)
        source, out = folder / "list", folder / "rows"
        source.write_bytes(content)
        arguments = (
            str(source),
            str(out),
            form,
            facts.encoding,
            facts.delimiter,
            str(MOST_ROWS + 1),
            str(MOST_COLUMNS),
        )
        ended = run_confined(
            [sys.executable, "-I", str(_SCRIPT), *arguments],
            Allowance(
                wall_seconds=_WALL_SECONDS,
                cpu_seconds=_CPU_SECONDS,
                memory_bytes=_MEMORY_BYTES,
                file_bytes=_OUT_BYTES,
                readable=(str(source), sys.prefix, sys.base_prefix, str(_SCRIPT)),
                writable=(name,),
            ),
            folder=folder,
        )
        source.unlink()
        _demand(ended)
        sheets = tuple(_looks(out))
        if not sheets:
            raise ListRefused("empty_file")
        return Taken(form, sheets, _packed(out))


def rows_of(rows: bytes, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows of a sheet that are not empty, with their numbers. Only a few are in memory at once.

    rows: as `take_in` gives them. Raises ListRefused (too_many_rows) after the last of those that may be.
    """
    inside = False
    with gzip.open(BytesIO(rows), "rt", encoding="ascii") as lines:
        while some := lines.readlines(_READ_AT_ONCE):
            # Read as one: a call for each line would take longer than the reading.
            for value in json.loads(f"[{','.join(some)}]", object_hook=_day_or_head):
                if isinstance(value, dict):
                    if inside and value.get("more"):
                        raise ListRefused("too_many_rows")
                    inside = value.get("name") == sheet
                elif inside:
                    number, cells = value
                    yield number, cells


def _looks(path: Path) -> Iterator[SheetLook]:
    """The beginning of each sheet that holds anything."""
    name, height = "", 0
    rows: list[tuple[int, tuple[str, ...]]] = []
    with path.open(encoding="ascii") as lines:
        for line in chain(lines, ('{"name":"","height":0}',)):
            if line.startswith("{"):
                if rows:
                    yield SheetLook(name, height, tuple(rows))
                said = json.loads(line)
                name, height, rows = said.get("name", name), said.get("height", height), []
            elif len(rows) < _HEAD_ROWS:
                number, cells = json.loads(line, object_hook=_day_or_head)
                rows.append((number, tuple(text_of(cell) for cell in cells)))


def _packed(path: Path) -> bytes:
    packed = BytesIO()
    with path.open("rb") as lines, gzip.open(packed, "wb", compresslevel=_QUICK) as out:
        shutil.copyfileobj(lines, out, 1024 * 1024)
    return packed.getvalue()


def _demand(ended: Ended) -> None:
    if ended.exit_code == 0:
        return
    codes = {_UNREADABLE: "unreadable", _LOCKED: "locked_file"}
    if ended.exit_code not in codes:
        # Killed, or out of the memory it may have: a file that unfolds into more than a list of staff ever does.
        logger.warning("reader of a list ended with %s after %.1f s", ended.exit_code, ended.seconds)
    raise ListRefused("too_slow" if ended.timed_out else codes.get(ended.exit_code, "too_heavy"))


def _day_or_head(value: dict[str, Any]) -> date | dict[str, Any]:
    """A day, as the child writes one in a row; or a line about a sheet."""
    return date.fromisoformat(value["d"]) if "d" in value else value
