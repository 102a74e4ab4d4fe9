"""Certificate numbers: a template of named parts ↔ a number, with a check digit.

The official coding rule (annex 1 of 建办人函〔2019〕384号) was never published; EXAMPLE is ours, and every number that it
makes begins with 例 (example). An operator who has the official rule writes it as another template, without a change of code.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from content.domain.posts import POSTS

EXAMPLE = "例{region:6}{post:2}{year:4}{serial:6}{check}"

_PART = re.compile(r"\{(region|post|year|serial|check)(?::(\d))?\}")
_NEEDED = ("region", "post", "year", "serial")
_LITERAL = re.compile(r"[\u4e00-\u9fffA-Z0-9\-]*")


class BadTemplate(ValueError):
    """The template could not give unique numbers, or none that can be read back."""


class NoPostNumber(ValueError):
    """The coding rule has no number for this post: 安全员 and other local posts cannot be issued (requirement R-072)."""


class SeriesExhausted(ValueError):
    """The serial has more digits than the template leaves room for."""


class BadNumber(ValueError):
    """The text is no number of this template: shape, or check."""


@dataclass(frozen=True, slots=True)
class NumberParts:
    """What a number says. region: GB/T 2260 code; post: national post number; serial counts from 1 within the other three."""

    region: str
    post: str
    year: int
    serial: int


@dataclass(frozen=True)
class Template:
    """A checked template of named parts, each with its width in digits. Literals: Han characters, capitals, digits, hyphens."""

    text: str

    def __post_init__(self) -> None:
        names = [match[1] for match in _PART.finditer(self.text)]
        if missing := [name for name in _NEEDED if names.count(name) != 1] or names.count("check") > 1:
            raise BadTemplate(f"each part once: {missing}")
        if any(match[2] is None and match[1] != "check" for match in _PART.finditer(self.text)):
            raise BadTemplate("each part but check needs its width")
        if any(match[2] is not None and int(match[2]) == 0 for match in _PART.finditer(self.text)):
            raise BadTemplate("a part of no width")
        if any(not _LITERAL.fullmatch(literal) for literal in _PART.sub("\n", self.text).split("\n")):
            raise BadTemplate("literals are Han characters, capitals, digits and hyphens")

    @property
    def is_example(self) -> bool:
        return self.text == EXAMPLE

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        pieces, end = [], 0
        for match in _PART.finditer(self.text):
            pieces.append(re.escape(self.text[end : match.start()]))
            pieces.append(f"(?P<{match[1]}>[0-9]{{{int(match[2] or 1)}}})")
            end = match.end()
        return re.compile("".join(pieces) + re.escape(self.text[end:]), re.ASCII)

    def format(self, parts: NumberParts) -> str:
        """Return the number of these parts. Raises SeriesExhausted, BadNumber for a part that does not fit."""
        values = {
            "region": parts.region,
            "post": parts.post,
            "year": str(parts.year),
            "serial": str(parts.serial),
        }
        check = check_digit("".join(self._padded(name, values[name]) for name in _NEEDED))

        def fill(match: re.Match[str]) -> str:
            return check if match[1] == "check" else self._padded(match[1], values[match[1]])

        return _PART.sub(fill, self.text)

    def parse(self, number: str) -> NumberParts:
        """Return what a number says. Raises BadNumber.

        >>> Template(EXAMPLE).parse("例500000012026000017" + check_digit("500000" "01" "2026" "000017")).serial
        17
        """
        found = self._pattern.fullmatch(number)
        if found is None:
            raise BadNumber("shape")
        parts = found.groupdict()
        if "check" in parts and parts["check"] != check_digit("".join(parts[name] for name in _NEEDED)):
            raise BadNumber("check")
        return NumberParts(parts["region"], parts["post"], int(parts["year"]), int(parts["serial"]))

    def _padded(self, name: str, value: str) -> str:
        width = next(int(match[2]) for match in _PART.finditer(self.text) if match[1] == name)
        if not re.fullmatch(r"[0-9]+", value, re.ASCII):
            raise BadNumber(name)
        if len(value) > width:
            raise SeriesExhausted(name) if name == "serial" else BadNumber(name)
        return value.zfill(width)


def check_digit(digits: str) -> str:
    """Return the check digit of ISO/IEC 7064, MOD 11,10: every single wrong digit is found, and nearly every swap.

    >>> check_digit("0794")
    '5'
    """
    product = 10
    for digit in digits:
        product = (product + int(digit)) % 10 or 10
        product = product * 2 % 11
    return str((11 - product) % 10)


def post_number(post_code: str) -> str:
    """Return the two digits of a post in the national list. Raises NoPostNumber."""
    found = next((post.national_number for post in POSTS if post.code == post_code), None)
    if found is None:
        raise NoPostNumber(post_code)
    return found.rpartition("-")[2]
