"""Learners find courses by the words of their trade."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content import actions
from content.models import CourseSearch
from content.queries import search_courses
from tests.content.shelf import AT, Shelf, published_edition

# One shelf for all questions: making it costs more than asking.
QUESTIONS: list[tuple[str, str | None]] = [
    ("支模", "site_civil-04"),
    ("高支模", "site_civil-04"),
    ("高支模验收", "site_civil-04"),
    ("模板", "quality_civil-06"),
    ("GB 55030", "site_civil-06"),
    ("gb55030", "site_civil-06"),
    ("ＧＢ５５０３０", "site_civil-06"),
    ("55", "site_civil-06"),
    ("JGJ 33", "machinery-01"),
    ("bim", "C09"),
    ("BIM 入门", "C09"),
    ("塔吊", None),
    ("塔", "machinery-02"),
    ("附", "machinery-02"),
    ("渗漏", "quality_civil-09"),
    ("防水渗漏", "quality_civil-09"),
    ("危大工程", "C06"),
    ("site_civil-09", "site_civil-09"),
    ("高支模 塔式起重机", "machinery-02"),
    ("量子力学", None),
    ("", None),
    ("!!! '", None),
]


def test_a_question_finds_the_course_meant(shelf: Shelf, subtests: pytest.Subtests) -> None:
    for question, first in QUESTIONS:
        with subtests.test(question=question):
            hits = search_courses(question)
            assert (hits[0].code if hits else None) == first


def test_the_title_weighs_more_than_the_text(shelf: Shelf) -> None:
    other = shelf.courses["machinery-02"]
    other.introduction = "<p>高支模旁的塔机要注意支模架。支模，支模，支模。</p>"
    other.save(update_fields=["introduction"])
    actions.index_course(course_id=other.pk)
    assert [hit.code for hit in search_courses("支模")] == ["site_civil-04", "machinery-02"]


def test_the_tags_of_the_text_are_no_words(shelf: Shelf) -> None:
    other = shelf.courses["machinery-02"]
    other.introduction = '<p class="hidden">文字</p>'
    other.save(update_fields=["introduction"])
    actions.index_course(course_id=other.pk)
    assert search_courses("hidden") == ()


def test_key_points_of_published_lessons_are_found(shelf: Shelf) -> None:
    assert search_courses("扫地杆") == ()
    edition = published_edition(shelf.courses["site_civil-04"])
    assert [hit.code for hit in search_courses("扫地杆")] == ["site_civil-04"]
    actions.withdraw_edition(edition_id=edition.pk, at=AT, by=None)
    assert search_courses("扫地杆") == ()


def test_a_post_narrows_to_its_own_and_the_common_courses(shelf: Shelf) -> None:
    assert {hit.code for hit in search_courses("工程", post_code="site_civil")} == {"site_civil-06", "C06"}
    assert {hit.code for hit in search_courses("验收", post_code="site_civil")} == {"site_civil-04", "C06"}


def test_the_name_of_the_post_finds_its_courses(shelf: Shelf) -> None:
    assert {hit.post_code for hit in search_courses("机械员")} == {"machinery"}


def test_an_unpublished_page_is_not_found_even_before_it_is_indexed_again(shelf: Shelf) -> None:
    page = shelf.courses["site_civil-04"]
    page.unpublish()
    assert search_courses("支模") == ()
    actions.index_course(course_id=page.pk)
    assert not CourseSearch.objects.filter(course_id=page.pk).exists()


def test_everything_can_be_indexed_anew(shelf: Shelf) -> None:
    CourseSearch.objects.all().delete()
    assert actions.index_all_courses() == len(shelf.courses)
    assert search_courses("支模")[0].code == "site_civil-04"


def test_no_question_breaks_the_database(shelf: Shelf) -> None:
    for question in ["'", "\\", "a' | 'b", "支模:*", "& | !", "%", "\x00", "支" * 5000, "<->" * 50]:
        search_courses(question)


def test_searching_costs_the_same_for_one_hit_and_for_many(shelf: Shelf) -> None:
    search_courses("支模")
    with CaptureQueriesContext(connection) as one:
        assert len(search_courses("支模")) == 1
    with CaptureQueriesContext(connection) as many:
        assert len(search_courses("工")) >= 3
    assert len(one) == len(many) <= 3
