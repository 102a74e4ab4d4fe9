"""Rows of a list of staff as persons, and each mistake with the place it stands in. Nobody is looked up here."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lms.accounts.domain.id_document import check_document
from lms.accounts.domain.licence import check_licence, normalise_number
from lms.accounts.domain.phone import normalise_phone
from lms.accounts.domain.refusals import BadDocument, BadLicence, BadPhone
from lms.enterprise.domain import roster_cells as cells
from lms.enterprise.domain.roster_cells import BadCell, Cell
from lms.enterprise.domain.rows import column_letter

_EMAIL = re.compile(r"[^@\s\"',;<>]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_FIELD_OF_LICENCE_FAULT = {
    "number_shape": "number",
    "number_without_day": "issued_on",
    "day_in_future": "issued_on",
    "day_too_early": "issued_on",
    "region_unknown": "region",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell. column: its letter, "" for the row; about: fills the sentence of the code."""

    column: str
    code: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    """One person as a row says. document: in its one written form. post_code "": no certificate is told of.

    issued_on None with a post: a candidate for it. joined_on None: since today.
    """

    name: str
    kind: str
    document: str = field(repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    post_code: str = ""
    number: str = field(default="", repr=False)
    issued_on: date | None = None
    region_code: str = ""
    joined_on: date | None = None


@dataclass(slots=True)
class ListReader:
    """Reads the rows of one list, one after another, and remembers what it saw: a person twice is a mistake of the second row.

    columns: field → column from 0. region_code: of the company, for certificates without a region of their own.
    """

    columns: Mapping[str, int]
    today: date
    region_code: str
    fictional_allowed: bool
    _seen: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def read(self, number: int, row: Sequence[Cell]) -> tuple[Staff | None, tuple[Fault, ...]]:
        """Return the person of a row, or None and everything that is wrong with it. number: the row as people count it."""
        faults: list[Fault] = []
        given = self._row(row, faults)
        name = given.take("name", cells.name_of)
        kind = given.take("kind", cells.kind_of)
        document = self._document(given, kind)
        phone = self._phone(given)
        email = given.take("email", _email) or ""
        post_code = given.take("post", cells.post_of) or ""
        licence = self._licence(given, post_code)
        joined_on = given.day("joined_on", "bad_joined_on")
        if joined_on is not None and joined_on > self.today:
            given.fault("joined_on", "joined_in_future")
        if name and document and kind and not faults:
            self._twice(given, number, f"{kind} {document}", phone, licence[0])
        if faults or not (name and kind and document):
            return None, tuple(faults)
        return Staff(name, kind, document, phone, email, post_code, *licence, joined_on), ()

    def name_in(self, row: Sequence[Cell]) -> str:
        """Return the name of a row, whatever else is wrong with it; "" where it has none that can be read."""
        return self._row(row, []).take("name", cells.name_of) or ""

    def _row(self, row: Sequence[Cell], faults: list[Fault]) -> "_Row":
        width = len(row)
        return _Row(self.columns, {field: row[at] for field, at in self.columns.items() if at < width}, faults)

    def _document(self, given: "_Row", kind: str | None) -> str | None:
        typed = given.take("document", cells.document_of)
        if typed is None or kind is None:
            return None
        try:
            return check_document(kind, typed, today=self.today, fictional_allowed=self.fictional_allowed)
        except BadDocument as error:
            given.fault("document", error.code)
            return None

    def _phone(self, given: "_Row") -> str:
        typed = given.text("phone")
        if not typed:
            return ""
        try:
            return normalise_phone(typed, fictional_allowed=self.fictional_allowed)
        except BadPhone as error:
            given.fault("phone", error.code)
            return ""

    def _licence(self, given: "_Row", post_code: str) -> tuple[str, date | None, str]:
        number = normalise_number(given.text("number"))
        issued_on = given.day("issued_on", "bad_issued_on")
        region = given.take("region", cells.region_of) or self.region_code
        if not post_code:
            if number and not given.text("post"):
                given.fault("post", "number_without_post")
            return "", None, ""
        try:
            check_licence(number, issued_on, region, today=self.today, fictional_allowed=self.fictional_allowed)
        except BadLicence as error:
            at = _FIELD_OF_LICENCE_FAULT.get(error.code, "number")
            if not given.has_fault(at):
                given.fault(at, error.code)
        return number, issued_on, region

    def _twice(self, given: "_Row", number: int, document: str, phone: str, licence: str) -> None:
        told = (("document", document), ("phone", phone), ("number", licence))
        for at, value in told:
            if value in self._seen[at]:
                given.fault(at, f"{at}_twice", str(self._seen[at][value]))
        if not given.faults:
            for at, value in told:
                if value:
                    self._seen[at][value] = number


@dataclass(slots=True)
class _Row:
    """The cells of a row by field, and where each fault is noted."""

    columns: Mapping[str, int]
    cells: Mapping[str, Cell]
    faults: list[Fault]

    def text(self, name: str) -> str:
        return cells.text_of(self.cells.get(name))

    def take(self, name: str, read: Callable[[Cell], str]) -> str | None:
        try:
            return read(self.cells.get(name))
        except BadCell as error:
            self.fault(name, error.code, error.about)
            return None

    def day(self, name: str, code: str) -> date | None:
        try:
            return cells.day_of(self.cells.get(name), code)
        except BadCell as error:
            self.fault(name, error.code)
            return None

    def fault(self, name: str, code: str, about: str = "") -> None:
        at = self.columns.get(name)
        self.faults.append(Fault(column_letter(at) if at is not None else "", code, about))

    def has_fault(self, name: str) -> bool:
        at = self.columns.get(name)
        return at is not None and any(fault.column == column_letter(at) for fault in self.faults)


def _email(cell: Cell) -> str:
    if cell is None:
        return ""
    text = cells.text_of(cell)
    if text and not _EMAIL.fullmatch(text):
        raise BadCell("bad_email")
    return text.lower()
