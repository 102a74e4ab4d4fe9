"""Whose names stand in a text that somebody wrote freely. Asked of the names beside the log, whatever the text is about."""

import re
from collections.abc import Iterable, Iterator

from django.db import connection

SHORTEST, LONGEST = 2, 4  # characters of a name of the Han
LONGEST_JOINED = 24  # of one with a dot in it: 阿卜杜拉·买买提
MOST_WORDS = 4  # of one in letters
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
_RUN = re.compile(rf"{_HAN}+(?:[·•‧・]{_HAN}+)*")
_DOT = re.compile(r"[·•‧・]")
_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
NAMED = "SELECT key, text FROM analytics_label WHERE kind = %s AND text = ANY(%s) ORDER BY key"


def names_in(texts: Iterable[str], *, kind: str) -> tuple[tuple[str, str], ...]:
    """Return (key, name) of every label of this kind whose name stands somewhere in the texts. One query.

    Chinese has no blanks between words: each two to four characters that follow each other may be a name.
    """
    pieces = {piece for text in texts for piece in _pieces(text)}
    if not pieces:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [kind, sorted(pieces)])
        return tuple(cursor.fetchall())


def _pieces(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        joined = _DOT.search(run) is not None
        for start in range(len(run)):
            for end in range(start + SHORTEST, min(start + (LONGEST_JOINED if joined else LONGEST), len(run)) + 1):
                piece = run[start:end]
                if len(piece) <= LONGEST or _DOT.search(piece):
                    yield piece
    for phrase in _WORDS.findall(text):
        words = phrase.split(" ")
        for start in range(len(words)):
            for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1):
                yield " ".join(words[start:end])
