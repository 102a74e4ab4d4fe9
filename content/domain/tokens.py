"""Cuts text into the words that the course search stores and asks for.

Postgres has no Chinese word list here, so Chinese is cut into pairs of neighbouring characters: 高支模 → 高支, 支模.
"""

import re
import unicodedata

# Longer questions than this are not asked by people; each token costs the database one condition.
MAX_QUERY_CHARACTERS = 64
_MAX_QUERY_TOKENS = 24

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Letters and digits part company, so that GB55030 and GB 55030 are the same two words.
_RUN = re.compile(rf"([{_CJK}]+)|([a-z]+)|([0-9]+)")


def fold(text: str) -> str:
    """Return the text with full-width forms and ligatures made plain (NFKC), in lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def index_tokens(text: str) -> tuple[str, ...]:
    """Return the words to be stored for a text, in its order, repeats kept (they weigh).

    A Chinese run gives its pairs, and its last character alone: every character then begins some word, which is how
    one-character questions find it. Everything that is neither Chinese, a-z nor 0-9 separates.

    >>> index_tokens("高支模（GB55030）")
    ('高支', '支模', '模', 'gb', '55030')
    """
    tokens: list[str] = []
    for chinese, latin, digits in _RUN.findall(fold(text)):
        if chinese:
            tokens += [chinese[i : i + 2] for i in range(len(chinese))]
        else:
            tokens.append(latin or digits)
    return tuple(tokens)


def query_terms(text: str) -> tuple[str, ...]:
    """Return what to ask for, as tsquery terms in order and without repeats; empty when nothing can be asked.

    Cases: a Chinese run gives its pairs; a single Chinese character, a Latin word or a number asks by prefix (`55:*`).
    Each term holds only Chinese characters, a-z and 0-9 (and the `:*` put here), so nothing in it can be an operator.

    >>> query_terms("支模 GB")
    ('支模', 'gb:*')
    """
    terms: list[str] = []
    for chinese, latin, digits in _RUN.findall(fold(text[:MAX_QUERY_CHARACTERS])):
        if len(chinese) > 1:
            terms += [chinese[i : i + 2] for i in range(len(chinese) - 1)]
        else:
            terms.append(f"{chinese or latin or digits}:*")
    return tuple(dict.fromkeys(terms))[:_MAX_QUERY_TOKENS]


def least_matches(term_count: int) -> int:
    """Return how many of the asked terms a text must hold to be shown.

    All of one or two; of more, three in five rounded up: 高支模验收 must find 高支模的搭设与验收, which lacks the pair 模验.
    """
    all_of = 2
    return term_count if term_count <= all_of else -(-term_count * 3 // 5)
