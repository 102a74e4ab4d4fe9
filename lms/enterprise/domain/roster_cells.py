"""One cell of a list of staff, as people and programs leave it, made into the value that was meant."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import cache, lru_cache, wraps
from typing import Any, TypeVar

from content.domain.posts import POSTS
from lms.accounts.domain.provinces import PROVINCES

Cell = str | int | float | bool | date | datetime | None
LONGEST = 200  # characters of a cell that are looked at
_EXACT_DIGITS = 15  # a spreadsheet's numbers hold no more: the rest of a longer one is lost when it is typed
_SERIAL_ZERO = date(1899, 12, 30)  # Excel's day 0, its 29 February 1900 included
_SERIALS = range(20_000, 80_000)  # 1954 to 2119: what is meant by a whole number in a column of days
_EXPONENT = re.compile(r"\d(\.\d+)?e\+?\d{1,2}", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ t]\d{1,2}:\d{2}.*)?", re.IGNORECASE)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_BLANKS = re.compile(r"\s+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{1,60}")  # as almost everybody's: nothing to clean
_PLAIN_DOCUMENT = re.compile(r"\d{17}[\dX]", re.ASCII)
_NOT_OF_NAMES = re.compile(r"[\d@=<>/\\]")
_LETTER = re.compile(r"[^\W_]")
_MARKS_OF_NUMBERS = re.compile(r"[\s\-]")
_MARKS_OF_DAYS = re.compile(r"\s*([-/.年月日])\s*")
_MARKS_OF_POSTS = re.compile(r"[\s()（）\[\]·、,\-/]")
_KEPT = 2_000  # different cells of a column whose value is remembered
_Value = TypeVar("_Value")


class BadCell(ValueError):
    """A cell that cannot be taken. code: its sentence is lms.enterprise.import_sentences'; about: fills it."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.about = about


def _remembered(read: Callable[..., _Value]) -> Callable[..., _Value]:
    """A column of posts, days or regions holds few different cells: each is read once, and its mistake found once."""

    @lru_cache(maxsize=_KEPT, typed=True)  # typed: 1, 1.0 and True are equal and not the same cell
    def answer(*given: object) -> tuple[Any, tuple[str, str] | None]:
        try:
            return read(*given), None
        except BadCell as error:
            return None, (error.code, error.about)

    @wraps(read)
    def recall(*given: object) -> _Value:
        value, fault = answer(*given)
        if fault is not None:
            raise BadCell(*fault)
        return value  # type: ignore[no-any-return]  # what `read` gave; a cast would be a call for every cell

    return recall


def text_of(cell: Cell) -> str:
    """Return a cell as text: half-width, without invisible characters, blanks at the ends, or a text's apostrophe.

    >>> text_of(13800138000.0), text_of(" ＡＢ１２ "), text_of("'5001"), text_of(None)
    ('13800138000', 'AB12', '5001', '')
    """
    if type(cell) is str and cell.isascii():  # nothing in it is full-width or invisible
        text = cell[:LONGEST].strip()
        return text[1:].strip() if text.startswith("'") else text
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**18:
        cell = int(cell)
    if isinstance(cell, bool):
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(cell)[:LONGEST])).strip()
    return text[1:].strip() if text.startswith("'") else text


def name_of(cell: Cell) -> str:
    """Return a name. Blanks inside one of Han characters are typed for looks and go; those of other names stay single.

    Raises BadCell (no_name, bad_name).

    >>> name_of("张　三"), name_of("Aliya  Memet")
    ('张三', 'Aliya Memet')
    """
    if type(cell) is str and _PLAIN_NAME.fullmatch(cell):
        return cell
    text = _BLANKS.sub(" ", text_of(cell))
    if _HAN.search(text):
        text = text.replace(" ", "")
    if not text:
        raise BadCell("no_name")
    if len(text) > 60 or _NOT_OF_NAMES.search(text) or not _LETTER.search(text):  # noqa: PLR2004 — the column of the table
        raise BadCell("bad_name")
    return text


def document_of(cell: Cell) -> str:
    """Return a document number as typed, in half-width capitals without blanks. Whether it can be real, others ask.

    Raises BadCell: no_document; document_as_number for one that was stored as a number, whose last digits are lost.
    """
    if type(cell) is str and _PLAIN_DOCUMENT.fullmatch(cell):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**_EXACT_DIGITS:
        raise BadCell("document_as_number")
    text = _MARKS_OF_NUMBERS.sub("", text_of(cell)).upper()
    if "E" in text and _EXPONENT.fullmatch(text):
        raise BadCell("document_as_number")
    if not text:
        raise BadCell("no_document")
    return text


@_remembered
def day_of(cell: Cell, code: str) -> date | None:
    """Return a day, None for an empty cell. Raises BadCell(code) for what is none.

    Five styles: a date cell, 2026-05-09 (or / or .), 2026年5月9日, 20260509, and a spreadsheet's number of a day.

    >>> day_of(46151, "x"), day_of("2026年5月9日", "x"), day_of("2026.5.9", "x")
    (datetime.date(2026, 5, 9), datetime.date(2026, 5, 9), datetime.date(2026, 5, 9))
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _MARKS_OF_DAYS.sub(r"\1", text_of(cell))
    if not text:
        return None
    if text.isdecimal() and int(text) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(text))
    parts = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    if parts is None:
        raise BadCell(code)
    try:
        return date(*(int(part) for part in parts.groups()[:3]))
    except ValueError:
        raise BadCell(code) from None


@_remembered
def post_of(cell: Cell) -> str:
    """Return the code of the post that a cell names, "" for an empty cell; 施工员（土建） is 土建施工员.

    Raises BadCell: post_of_family with the posts of a family when only the family is named; post_unknown with the nearest
    post, or "" when none is near.
    """
    text = _MARKS_OF_POSTS.sub("", text_of(cell))
    if not text:
        return ""
    if (code := _posts().get(text) or _posts().get(_letters(text))) is not None:
        return code
    family = [post.name for post in POSTS if post.family == text]
    if family:
        raise BadCell("post_of_family", "、".join(family))
    near = get_close_matches(text, [post.name for post in POSTS], n=1, cutoff=0.5)
    raise BadCell("post_unknown", near[0] if near else "")


@_remembered
def region_of(cell: Cell) -> str:
    """Return the code of the province that a cell names or begins with, "" for an empty cell. Raises BadCell (region_unknown)."""
    text = re.sub(r"\s", "", text_of(cell))
    if not text:
        return ""
    if re.fullmatch(r"\d{6}", text) and text[:2] + "0000" in PROVINCES:
        return text
    for code, name in PROVINCES.items():
        if text.startswith(re.sub(r"(省|市|自治区|壮族|回族|维吾尔|特别行政区)", "", name)):
            return code
    raise BadCell("region_unknown")


_KINDS = {
    "": "resident_id",
    "身份证": "resident_id",
    "居民身份证": "resident_id",
    "二代身份证": "resident_id",
    "港澳居民来往内地通行证": "hk_macao_permit",
    "港澳通行证": "hk_macao_permit",
    "回乡证": "hk_macao_permit",
    "台湾居民来往大陆通行证": "taiwan_permit",
    "台胞证": "taiwan_permit",
    "外国人永久居留身份证": "foreign_residence",
    "外国人永久居留证": "foreign_residence",
    "护照": "passport",
}


@_remembered
def kind_of(cell: Cell) -> str:
    """Return the kind of document that a cell names; nothing means the resident ID. Raises BadCell (kind_unknown)."""
    text = re.sub(r"\s", "", text_of(cell))
    if text not in _KINDS:
        raise BadCell("kind_unknown")
    return _KINDS[text]


@cache
def _posts() -> dict[str, str]:
    """The codes of posts by name, and by the letters of the name in order: the same letters are the same post."""
    return {**{_letters(post.name): post.code for post in POSTS}, **{post.name: post.code for post in POSTS}}


def _letters(text: str) -> str:
    return "".join(sorted(text.replace("专业", "").replace("方向", "")))
