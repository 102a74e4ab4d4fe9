"""How text is cut for the search."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.domain.tokens import index_tokens, least_matches, query_terms


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ()),
        ("模", ("模",)),
        ("高支模", ("高支", "支模", "模")),
        ("防水（GB 55030）", ("防水", "水", "gb", "55030")),
        ("GB55030", ("gb", "55030")),
        ("ＧＢ　５５０３０", ("gb", "55030")),
        ("BIM入门", ("bim", "入门", "门")),
        ("JGJ/T 250-2011", ("jgj", "t", "250", "2011")),
        ("C30 混凝土", ("c", "30", "混凝", "凝土", "土")),
        ("※★——，。", ()),
    ],
)
def test_text_is_cut_into_pairs_words_and_numbers(text: str, tokens: tuple[str, ...]) -> None:
    assert index_tokens(text) == tokens


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("支模", ("支模",)),
        ("模", ("模:*",)),
        ("gb 55", ("gb:*", "55:*")),
        ("支模 支模", ("支模",)),
        ("'); DROP TABLE x; --", ("drop:*", "table:*", "x:*")),
        ("支模 & !防水 | (a:*)", ("支模", "防水", "a:*")),
        ("<-> :* \\ '", ()),
        ("\x00支\x00模", ("支:*", "模:*")),
    ],
)
def test_a_question_becomes_harmless_terms(text: str, terms: tuple[str, ...]) -> None:
    assert query_terms(text) == terms


@given(st.text(max_size=300))
def test_no_question_makes_an_operator(text: str) -> None:
    terms = query_terms(text)
    assert len(terms) <= 24
    assert all(re.fullmatch(r"[^\s'\"&|!()<>:*\\-]+(:\*)?", term) for term in terms)


@given(st.text(alphabet="高支模的搭设与验收防水工程", min_size=1, max_size=12))
def test_a_text_is_found_by_each_of_its_pairs_and_characters(text: str) -> None:
    stored = index_tokens(text)
    assert set(query_terms(text)) <= set(stored) or len(text) == 1
    assert all(any(token.startswith(character) for token in stored) for character in text)


@pytest.mark.parametrize(("asked", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (10, 6)])
def test_longer_questions_may_miss_a_little(asked: int, needed: int) -> None:
    assert least_matches(asked) == needed
