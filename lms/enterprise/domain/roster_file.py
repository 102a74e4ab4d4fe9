"""What an uploaded list may be, judged by its bytes before any reader opens it: sizes come from the directory of the zip."""

import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED_BYTES = 400 * 1024 * 1024
MOST_RATIO = 150  # unpacked to packed, of a part larger than LEAST_BOMB_BYTES: real sheets stay below 60
LEAST_BOMB_BYTES = 4 * 1024 * 1024
MOST_PARTS = 2_000
MOST_ROWS = 100_000
MOST_SHEET_ROWS = 105_000  # with letter-heads and empty rows between
MOST_COLUMNS = 200
_HEAD_BYTES = 8 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension[^>]*\bref=[\"']([A-Z]{1,3}\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?[\"']")
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_XML_PART = re.compile(r".*\.(xml|rels)", re.IGNORECASE)
# Ends of Excel's grid: a program that writes the dimension of the whole grid means that it does not know.
_GRID_ROWS = 1_048_576


class Format(StrEnum):
    """How a list is read."""

    XLSX = "xlsx"
    CSV = "csv"


class ListRefused(ValueError):
    """A list, or a deed with it, is refused. code: its sentence is lms.enterprise.import_sentences'."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CsvFacts:
    """How the text of a CSV file is read."""

    encoding: str
    delimiter: str


def format_of(content: bytes) -> Format:
    """Return how a file is to be read, by its bytes; its name says nothing.

    Reads a few kilobytes of each part of a workbook and unpacks none. Raises ListRefused: empty_file, file_too_large,
    zip_bomb, too_many_parts, old_xls, locked_file, macros, not_a_workbook, has_entities, too_many_rows, too_many_columns.
    """
    if not content.strip(b"\0 \r\n\t"):
        raise ListRefused("empty_file")
    if len(content) > MOST_BYTES:
        raise ListRefused("file_too_large")
    if content.startswith(_OLE):
        raise ListRefused("locked_file" if "EncryptedPackage".encode("utf-16-le") in content else "old_xls")
    if content.startswith(_ZIP):
        _check_workbook(content)
        return Format.XLSX
    csv_facts(content[: 256 * 1024], whole=len(content) <= 256 * 1024)
    return Format.CSV


def csv_facts(head: bytes, *, whole: bool = True) -> CsvFacts:
    """Return encoding and delimiter of a text file. whole: the head is all of it, so its last character is complete.

    Raises ListRefused (not_a_workbook) for what is no text.
    """
    for encoding in _encodings(head):
        try:
            text = head.decode(encoding)
        except UnicodeDecodeError as error:
            if whole or error.start < len(head) - 4:
                continue
            text = head[: error.start].decode(encoding)
        if _control(text):
            continue
        lines = [line for line in text.splitlines()[:40] if line.strip()]
        counted = {mark: sum(line.count(mark) for line in lines) for mark in ",\t;，"}
        return CsvFacts(encoding, max(counted, key=lambda mark: counted[mark]))
    raise ListRefused("not_a_workbook")


def _encodings(head: bytes) -> tuple[str, ...]:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "gb18030")


def _control(text: str) -> bool:
    return any(ord(c) < 32 and c not in "\t\r\n\x0b\x0c" for c in text)  # noqa: PLR2004 — the control characters


def _check_workbook(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as book:
            parts = book.infolist()
            if len(parts) > MOST_PARTS:
                raise ListRefused("too_many_parts")
            _check_sizes(parts)
            names = {part.filename.lower() for part in parts}
            if any(name.endswith(("vbaproject.bin", "macrosheets")) or "/macrosheets/" in name for name in names):
                raise ListRefused("macros")
            if "xl/workbook.xml" not in names:
                raise ListRefused("not_a_workbook")
            for part in parts:
                if _XML_PART.fullmatch(part.filename):
                    _check_part(book, part)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        # RuntimeError: a part that is encrypted by the zip's own means.
        if isinstance(error, ListRefused):
            raise
        raise ListRefused("not_a_workbook") from None
    except Exception as error:
        if type(error).__module__.startswith(("zlib", "lzma", "_lzma")):  # a part whose packing is broken
            raise ListRefused("not_a_workbook") from None
        raise


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise ListRefused("zip_bomb")
    for part in parts:
        if part.file_size > LEAST_BOMB_BYTES and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise ListRefused("zip_bomb")


def _check_part(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with book.open(part) as opened:
        head = opened.read(_HEAD_BYTES)
    if _DOCTYPE.search(head):
        raise ListRefused("has_entities")
    if not _SHEET_PART.fullmatch(part.filename):
        return
    found = _DIMENSION.search(head)
    if found is None or found[3] is None:
        return
    if MOST_SHEET_ROWS < int(found[3]) < _GRID_ROWS or int(found[3]) > _GRID_ROWS:
        raise ListRefused("too_many_rows")
    if int(found[3]) == _GRID_ROWS:
        raise ListRefused("far_cell")
    if _column_number(found[2].decode()) > MOST_COLUMNS:
        raise ListRefused("too_many_columns")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
