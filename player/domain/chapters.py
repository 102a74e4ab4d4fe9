"""The chapters of a video: where each begins, and what it is called. A chapter lasts until the next one begins."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from player.domain import clock_text

MOST_CHAPTERS = 200
MOST_CHARACTERS = 100  # of a title


class ChapterFault(StrEnum):
    """What is wrong; the sentences that people read are in `player.videos.captions_reasons`."""

    TOO_MANY = "too_many"
    BAD_START = "bad_start"
    BEYOND_END = "beyond_end"
    SAME_START = "same_start"
    NO_TITLE = "no_title"
    TITLE_TOO_LONG = "title_too_long"
    BAD_CHARACTER = "bad_character"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter begins at start_ms of media."""

    start_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class TypedChapter:
    """A row as somebody typed it; one with nothing in it is no chapter."""

    start: str
    title: str

    @property
    def is_blank(self) -> bool:
        return not self.start.strip() and not self.title.strip()


@dataclass(frozen=True, slots=True)
class ChapterProblem:
    """One fault. row counts the typed rows from 1, blank ones too; 0 = the whole list. field: start, title or empty."""

    fault: ChapterFault
    row: int = 0
    field: str = ""


class ChaptersRefused(ValueError):
    """The chapters cannot be taken. `problems`: all of them, in the order of rows."""

    def __init__(self, *problems: ChapterProblem) -> None:
        super().__init__(problems)
        self.problems = problems


def read(rows: Sequence[TypedChapter], *, length_ms: int) -> tuple[Chapter, ...]:
    """Return the chapters of a video of that length, sorted by their start; none is right too.

    Rows may come in any order. Raises ChaptersRefused.
    """
    if sum(not row.is_blank for row in rows) > MOST_CHAPTERS:
        raise ChaptersRefused(ChapterProblem(ChapterFault.TOO_MANY))
    chapters: dict[int, Chapter] = {}
    problems = []
    for number, row in enumerate(rows, start=1):
        if row.is_blank:
            continue
        start_ms = clock_text.ms_of(row.start)
        start_fault = _start_fault(start_ms, chapters, length_ms)
        title_fault = _title_fault(row.title.strip())
        problems += [
            ChapterProblem(fault, number, field)
            for fault, field in ((start_fault, "start"), (title_fault, "title"))
            if fault is not None
        ]
        if start_ms is not None:
            chapters.setdefault(start_ms, Chapter(start_ms, row.title.strip()))
    if problems:
        raise ChaptersRefused(*problems)
    return tuple(chapters[start_ms] for start_ms in sorted(chapters))


def _start_fault(start_ms: int | None, before: dict[int, Chapter], length_ms: int) -> ChapterFault | None:
    if start_ms is None:
        return ChapterFault.BAD_START
    if start_ms >= length_ms:
        return ChapterFault.BEYOND_END
    return ChapterFault.SAME_START if start_ms in before else None


def _title_fault(title: str) -> ChapterFault | None:
    if not title:
        return ChapterFault.NO_TITLE
    if len(title) > MOST_CHARACTERS:
        return ChapterFault.TITLE_TOO_LONG
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in title):
        return ChapterFault.BAD_CHARACTER
    return None
