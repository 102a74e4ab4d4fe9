"""The only file that has lists of staff read: by a confined child, which is given memory, processor time and a wall clock."""

import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
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
_TOO_MANY, _UNREADABLE, _LOCKED = 3, 4, 5


@dataclass(frozen=True, slots=True)
class SheetLook:
    """The beginning of a sheet. rows: (number as people count it, cells as texts)."""

    name: str
    height: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def look(content: bytes) -> tuple[Format, tuple[SheetLook, ...]]:
    """Return how a list is to be read and the first rows of each visible sheet. Raises ListRefused."""
    form = format_of(content)
    with _asked("look", content, form) as lines:
        sheets = [json.loads(line) for line in lines]
    found = tuple(
        SheetLook(name, height, tuple((number, tuple(text_of(_cell(cell)) for cell in row)) for number, row in rows))
        for name, height, rows in sheets
        if rows
    )
    if not found:
        raise ListRefused("empty_file")
    return form, found


@contextmanager
def rows_of(content: bytes, form: Format, sheet: str) -> Iterator[Iterator[tuple[int, list[Cell]]]]:
    """Open a sheet: an iterator over its rows that are not empty, with their numbers. Only a few rows are in memory at once.

    Raises ListRefused (too_many_rows, unreadable, locked_file, too_slow).
    """
    with _asked("rows", content, form, sheet, str(MOST_ROWS + 1), str(MOST_COLUMNS)) as lines:
        yield ((number, [_cell(cell) for cell in row]) for number, row in map(json.loads, lines))


@contextmanager
def _asked(deed: str, content: bytes, form: Format, *rest: str) -> Iterator[Iterator[str]]:
    with tempfile.TemporaryDirectory(prefix="list-") as name:
        folder = Path(name)
        source, out = folder / "list", folder / "rows"
        source.write_bytes(content)
        facts = csv_facts(content) if form is Format.CSV else CsvFacts("", "")
        ended = run_confined(
            [
                sys.executable,
                "-I",
                str(_SCRIPT),
                deed,
                str(source),
                str(out),
                form,
                facts.encoding,
                facts.delimiter,
                *rest,
            ],
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
        with out.open(encoding="ascii") as lines:
            yield lines


def _demand(ended: Ended) -> None:
    if ended.exit_code == 0:
        return
    codes = {_TOO_MANY: "too_many_rows", _UNREADABLE: "unreadable", _LOCKED: "locked_file"}
    if ended.exit_code not in codes:
        # Killed, or out of the memory it may have: a file that unfolds into more than a list of staff ever does.
        logger.warning("reader of a list ended with %s after %.1f s", ended.exit_code, ended.seconds)
    raise ListRefused("too_slow" if ended.timed_out else codes.get(ended.exit_code, "too_heavy"))


def _cell(value: Any) -> Cell:
    return date.fromisoformat(value["d"]) if isinstance(value, dict) else value
