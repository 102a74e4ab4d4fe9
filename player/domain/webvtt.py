"""Captions as WebVTT (W3C, https://www.w3.org/TR/webvtt1/): read strictly, from three sides, and written in one form.

Libraries read what they can and pass over the rest in silence; an editor must hear of every caption that would be lost.
So nothing is guessed here: each fault names its line or caption. Places of captions on the picture (cue settings) are
left out, since the player decides; comments (NOTE) too.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from player.domain import clock_text
from player.domain.cue_text import BadText, TextFault, canonical

MOST_BYTES = 1024 * 1024
MOST_CUES = 20_000
MOST_CHARACTERS = 1_000  # of one caption
MOST_PROBLEMS = 20  # told at a time
# A caption may end this long after the video and is cut there: editing programs and encoders round differently.
OVERHANG_MS = 1_000
_TIME = r"(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMES = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t]+(.*))?", re.ASCII)
_SETTING = re.compile(r"(?:vertical|line|position|size|align|region):[\w.,%-]+|[XY][12]:\d+", re.ASCII)
_SRT_BEGINS = re.compile(r"(?:\d+[ \t]*\n)?[ \t]*(?:\d+:)?\d+:\d+[.,]\d+[ \t]*-->", re.ASCII)
_ARROW = "-->"


class Fault(StrEnum):
    """What is wrong; the sentences that people read are in `player.videos.captions_reasons`."""

    TOO_LARGE = "too_large"
    NOT_TEXT = "not_text"
    NO_HEADER = "no_header"
    NO_CUES = "no_cues"
    TOO_MANY = "too_many"
    TIME_MAP = "time_map"
    BLOCK_NOT_ALLOWED = "block_not_allowed"
    NO_TIMES = "no_times"
    BAD_TIMES = "bad_times"
    BAD_SETTING = "bad_setting"
    ARROW_IN_TEXT = "arrow_in_text"
    TEXT_TOO_LONG = "text_too_long"
    BAD_CHARACTER = "bad_character"
    BAD_START = "bad_start"
    BAD_END = "bad_end"
    ENDS_BEFORE_START = "ends_before_start"
    OUT_OF_ORDER = "out_of_order"
    BEYOND_END = "beyond_end"


class Field(StrEnum):
    """The part of a caption that a problem is about."""

    START = "start"
    END = "end"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault and its place. line and cue count from 1; 0 = none. detail: the offending word, where there is one."""

    fault: Fault | TextFault
    line: int = 0
    cue: int = 0
    field: Field | None = None
    detail: str = ""


class CaptionsRefused(ValueError):
    """The captions cannot be taken. `problems`: the first MOST_PROBLEMS, in order, at least one."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption, `[start_ms, end_ms)` of media; text in the form of `cue_text.canonical`."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class TypedCue:
    """One caption as somebody typed it into a table."""

    start: str
    end: str
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A caption as it was found, not yet judged. Positions: None = unreadable. line: that of its times."""

    start_ms: int | None
    end_ms: int | None
    text: str
    line: int = 0
    text_line: int = 0


Source = bytes | str | Sequence[TypedCue]


def read(source: Source, *, length_ms: int) -> tuple[Cue, ...]:
    """Return the captions of a video of that length, in order; they may overlap.

    source: a file (WebVTT or SRT; UTF-8 with or without BOM, or GB18030), the same as text, or the rows of a table.
    A position is read to the millisecond. Raises CaptionsRefused.
    """
    if isinstance(source, bytes | str):
        text = decoded(source)
        found, problems = _blocks(text)
    else:
        found, problems = _typed(source)
    if len(found) > MOST_CUES:
        raise CaptionsRefused(Problem(Fault.TOO_MANY))
    cues = _judged(found, length_ms, problems)
    if problems:
        raise CaptionsRefused(*sorted(problems, key=lambda each: (each.line, each.cue))[:MOST_PROBLEMS])
    if not cues:
        raise CaptionsRefused(Problem(Fault.NO_CUES))
    return cues


def write(cues: Sequence[Cue]) -> str:
    """Return captions as WebVTT text, which `read` gives back as they are."""
    blocks = (
        f"{clock_text.text_of(cue.start_ms)} {_ARROW} {clock_text.text_of(cue.end_ms)}\n{cue.text}\n" for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


def decoded(source: bytes | str) -> str:
    """Return a file's text with its lines ended by \\n and without a BOM.

    Raises CaptionsRefused for what is too large, in another encoding, or no text.
    """
    if len(source) > MOST_BYTES:
        raise CaptionsRefused(Problem(Fault.TOO_LARGE))
    try:
        text = source if isinstance(source, str) else _from_bytes(source)
        length = len(text.encode())
    except UnicodeError:
        raise CaptionsRefused(Problem(Fault.NOT_TEXT)) from None
    if length > MOST_BYTES:
        raise CaptionsRefused(Problem(Fault.TOO_LARGE))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if _bad_character(text):
        raise CaptionsRefused(Problem(Fault.NOT_TEXT))
    return text


def _from_bytes(data: bytes) -> str:
    """Return a file's text. UTF-8 that is damaged in places is not taken for GB18030, or it would turn into nonsense.

    Two or three Chinese signs alone can be read either way; then it is UTF-8. Raises UnicodeDecodeError.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        lenient = data.decode("utf-8", "replace")
        broken = lenient.count("\ufffd")
        if sum(not sign.isascii() for sign in lenient) > 2 * broken:
            raise
        return data.decode("gb18030")


def _bad_character(text: str) -> bool:
    """Whether a sign is no text: a control character (but tab and line end), or half of a surrogate pair."""
    return any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\t\n" for sign in set(text))


def _blocks(text: str) -> tuple[list[_Found], list[Problem]]:
    """Cut a text into its blocks: header, comments, captions."""
    lines = text.split("\n")  # not splitlines(), for which more signs end a line than WebVTT knows
    found: list[_Found] = []
    problems: list[Problem] = []
    if re.match(r"WEBVTT(?:[ \t\n]|\Z)", text):
        first = _after_header(lines, problems)
    elif _SRT_BEGINS.match(text.lstrip()):
        first = 0
    else:
        raise CaptionsRefused(Problem(Fault.NO_HEADER, line=1))
    for start, block in _paragraphs(lines, first):
        if len(found) > MOST_CUES or len(problems) >= MOST_PROBLEMS:
            break
        if re.match(r"NOTE(?:[ \t]|\Z)", block[0]):
            continue
        if re.fullmatch(r"(?:STYLE|REGION)[ \t]*", block[0]):
            problems.append(Problem(Fault.BLOCK_NOT_ALLOWED, line=start, detail=block[0].strip()))
            continue
        _caption(start, block, found, problems)
    return found, problems


def _after_header(lines: list[str], problems: list[Problem]) -> int:
    """Return the index of the first line behind the header, which ends at an empty line."""
    for index, line in enumerate(lines[1:], start=1):
        if not line.strip() or _ARROW in line:
            return index
        if line.startswith("X-TIMESTAMP-MAP"):
            problems.append(Problem(Fault.TIME_MAP, line=index + 1))
    return len(lines)


def _paragraphs(lines: list[str], first: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each run of lines that are not empty, with the number of its first line, from 1."""
    block: list[str] = []
    for index in range(first, len(lines)):
        if lines[index].strip():
            block.append(lines[index])
        elif block:
            yield index - len(block) + 1, block
            block = []
    if block:
        yield len(lines) - len(block) + 1, block


def _caption(start: int, block: list[str], found: list[_Found], problems: list[Problem]) -> None:
    at = next((n for n, line in enumerate(block[:2]) if _ARROW in line), None)
    if at is None:
        problems.append(Problem(Fault.NO_TIMES, line=start, cue=len(found) + 1))
        return
    line = start + at
    times = _TIMES.fullmatch(block[at].strip())
    if times is None:
        problems.append(Problem(Fault.BAD_TIMES, line=line, cue=len(found) + 1))
        return
    for word in (times[9] or "").split():
        if not _SETTING.fullmatch(word):
            problems.append(Problem(Fault.BAD_SETTING, line=line, cue=len(found) + 1, detail=word[:40]))
    for n, text in enumerate(block[at + 1 :], start=line + 1):
        if _ARROW in text:
            problems.append(Problem(Fault.ARROW_IN_TEXT, line=n, cue=len(found) + 1, field=Field.TEXT))
            return
    groups = times.groups()
    text = "\n".join(block[at + 1 :])
    found.append(_Found(_ms(groups[:4]), _ms(groups[4:8]), text, line=line, text_line=line + 1))


def _ms(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _typed(rows: Sequence[TypedCue]) -> tuple[list[_Found], list[Problem]]:
    if sum(len(row.text) for row in rows) > MOST_BYTES:
        raise CaptionsRefused(Problem(Fault.TOO_LARGE))
    found = []
    problems = []
    for number, row in enumerate(rows[: MOST_CUES + 1], start=1):
        text = row.text.replace("\r\n", "\n").replace("\r", "\n")
        if _bad_character(text):
            problems.append(Problem(Fault.BAD_CHARACTER, cue=number, field=Field.TEXT))
            text = "?"
        elif _ARROW in text:
            problems.append(Problem(Fault.ARROW_IN_TEXT, cue=number, field=Field.TEXT))
        found.append(_Found(clock_text.ms_of(row.start), clock_text.ms_of(row.end), text))
    return found, problems


def _judged(found: Sequence[_Found], length_ms: int, problems: list[Problem]) -> tuple[Cue, ...]:
    """Return those that are right, and add what is wrong with the others."""
    cues = []
    latest = 0
    for number, each in enumerate(found, start=1):
        if len(problems) >= MOST_PROBLEMS:
            break
        begun = len(problems)
        text = _text(each, number, problems)
        problems.extend(
            replace(problem, line=each.line, cue=number) for problem in _time_problems(each, latest, length_ms)
        )
        latest = max(latest, each.start_ms or 0)
        if len(problems) == begun and each.start_ms is not None and each.end_ms is not None:
            cues.append(Cue(each.start_ms, min(each.end_ms, length_ms), text))
    return tuple(cues)


def _text(each: _Found, number: int, problems: list[Problem]) -> str:
    place = Problem(TextFault.EMPTY_TEXT, line=each.text_line, cue=number, field=Field.TEXT)
    if len(each.text) > MOST_CHARACTERS:
        problems.append(replace(place, fault=Fault.TEXT_TOO_LONG))
        return ""
    try:
        return canonical(each.text)
    except BadText as bad:
        problems.append(replace(place, fault=bad.fault, detail=bad.detail))
        return ""


def _time_problems(each: _Found, latest: int, length_ms: int) -> Iterator[Problem]:
    if each.start_ms is None:
        yield Problem(Fault.BAD_START, field=Field.START)
    if each.end_ms is None:
        yield Problem(Fault.BAD_END, field=Field.END)
    if each.start_ms is None or each.end_ms is None:
        return
    if each.start_ms < latest:
        yield Problem(Fault.OUT_OF_ORDER, field=Field.START, detail=clock_text.text_of(latest))
    if each.end_ms <= each.start_ms:
        yield Problem(Fault.ENDS_BEFORE_START, field=Field.END)
    if each.start_ms >= length_ms or each.end_ms > length_ms + OVERHANG_MS:
        yield Problem(
            Fault.BEYOND_END,
            field=Field.START if each.start_ms >= length_ms else Field.END,
            detail=clock_text.text_of(length_ms),
        )
