"""What may stand in a caption: plain text, and the four tags of WebVTT that a learner can use.

<b>, <i>, <u> and <v speaker> stay. <c>, <lang>, time stamps and SRT's <font> say only how it looks or is sung, and are
left out. Every other tag is refused, and every other < or & is a sign like any other: it is written escaped, so that
nothing in a caption can ever be read as markup of a page.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

KEPT = frozenset({"b", "i", "u", "v"})
_LEFT_OUT = frozenset({"c", "lang", "font"})
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:\.[^\s<>.&]*)*)(?:[ \t\n]([^<>]*))?/?>")
_TIME_STAMP = re.compile(r"<(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}>", re.ASCII)
_SRT_PLACE = re.compile(r"\{\\an?\d{1,2}\}", re.ASCII)
_ENTITY = re.compile(r"&(amp|lt|gt|nbsp|lrm|rlm|quot|apos|#39);")
_SIGNS = {
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "nbsp": "\u00a0",
    "lrm": "\u200e",
    "rlm": "\u200f",
    "quot": '"',
    "apos": "'",
    "#39": "'",
}


class TextFault(StrEnum):
    """What is wrong with the text of a caption."""

    EMPTY_TEXT = "empty_text"
    TAG_NOT_ALLOWED = "tag_not_allowed"
    TAG_NOT_CLOSED = "tag_not_closed"
    NO_SPEAKER = "no_speaker"


class BadText(ValueError):
    """A text that cannot be a caption. `detail` names the tag, without brackets."""

    def __init__(self, fault: TextFault, detail: str = "") -> None:
        super().__init__(fault.value, detail)
        self.fault, self.detail = fault, detail


def canonical(text: str) -> str:
    """Return the text as it is stored: lines trimmed, none empty, tags in pairs, every other sign escaped.

    What is canonical stays as it is. Raises BadText.

    >>> canonical("<v 张工>间距 < 1.2 m & <b>验收</b>")
    '<v 张工>间距 &lt; 1.2 m &amp; <b>验收</b></v>'
    """
    bare = _SRT_PLACE.sub("", _TIME_STAMP.sub("", text))
    lines = (line.strip() for line in "".join(_parts(bare)).split("\n"))
    joined = "\n".join(line for line in lines if line)
    if not _TAG.sub("", joined).strip():
        raise BadText(TextFault.EMPTY_TEXT)
    return joined


def editable(text: str) -> str:
    """Return a canonical text as a person writes it: signs unescaped, wherever they are read back as the same.

    >>> editable("a &lt; b"), editable("&lt;b&gt; 是加粗标记")
    ('a < b', '&lt;b&gt; 是加粗标记')
    """
    candidate = _unescaped(text)
    try:
        same = canonical(candidate) == text
    except BadText:
        same = False
    return candidate if same else text


def _parts(text: str) -> Iterator[str]:
    """Yield plain stretches escaped, and the tags that stay. Raises BadText."""
    opened: list[str] = []
    end = 0
    for found in _TAG.finditer(text):
        yield _escaped(text[end : found.start()])
        end = found.end()
        closing, name, annotation = found[1] == "/", found[2].lower(), (found[4] or "").strip()
        if name in _LEFT_OUT:
            continue
        if name not in KEPT or (annotation and (closing or name != "v")):
            raise BadText(TextFault.TAG_NOT_ALLOWED, found[2][:40])
        yield _closed(name, opened) if closing else _opened(name, annotation, opened)
    yield _escaped(text[end:])
    if opened[1:] or opened[:1] not in ([], ["v"]):
        raise BadText(TextFault.TAG_NOT_CLOSED, opened[-1])
    if opened:  # WebVTT lets the speaker of a whole caption stand open
        yield "</v>"


def _opened(name: str, annotation: str, opened: list[str]) -> str:
    if name == "v" and not annotation:
        raise BadText(TextFault.NO_SPEAKER)
    opened.append(name)
    return f"<v {_escaped(' '.join(annotation.split()))}>" if name == "v" else f"<{name}>"


def _closed(name: str, opened: list[str]) -> str:
    if opened[-1:] != [name]:
        raise BadText(TextFault.TAG_NOT_CLOSED, opened[-1] if opened else name)
    opened.pop()
    return f"</{name}>"


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda found: _SIGNS[found[1]], text)


def _escaped(text: str) -> str:
    return _unescaped(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
