"""What everybody sees of the catalogue."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from content import actions
from content.queries import catalogue, courses_for_gap
from tests import people
from tests.content.shelf import AT, Shelf, published_edition

pytestmark = pytest.mark.usefixtures("shelf")


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_the_catalogue_shows_all_posts_to_a_stranger(client: Client) -> None:
    page = text_of(client, "/courses/")
    assert "土建施工员" in page
    assert 'href="/courses/site-civil/"' in page
    assert page.count("地方岗位") >= 8
    assert "危大工程：辨识、专项方案、论证与验收流程" in page
    assert "演示" in page


def test_the_catalogue_without_a_syllabus_says_what_to_do(client: Client, shelf: Shelf) -> None:
    for course in shelf.courses.values():
        course.unpublish()
    assert "课程筹备中" in text_of(client, "/courses/")


def test_a_posts_page_groups_its_topics_and_says_which_can_be_learned(client: Client, shelf: Shelf) -> None:
    published_edition(shelf.courses["site_civil-04"])
    page = text_of(client, "/courses/site-civil/")
    assert page.index("新标准·新规范") < page.index("高支模的搭设与验收") < page.index("新材料·新设备")
    assert "3 个课题 · 6 学时 · 1 门可学习" in page
    assert page.count("课件制作中") == 2
    assert "2 节，共 2 分 08 秒" in page


def test_the_filter_leaves_what_can_be_learned(client: Client, shelf: Shelf) -> None:
    published_edition(shelf.courses["site_civil-04"])
    page = text_of(client, "/courses/site-civil/?show=open")
    assert "高支模的搭设与验收" in page
    assert "防水工程" not in page


def test_an_empty_filter_shows_the_way_out(client: Client) -> None:
    page = text_of(client, "/courses/site-civil/?show=open")
    assert "还没有可以学习的课程" in page
    assert "/courses/#common-topics" in page


def test_a_stranger_is_asked_to_sign_in_first(client: Client, shelf: Shelf) -> None:
    published_edition(shelf.courses["site_civil-04"])
    page = text_of(client, "/courses/site-civil/site-civil-04/")
    assert "登录后学习" in page
    assert "?next=/courses/site-civil/site-civil-04/" in page
    assert "报名并开始" not in page
    for words in (
        "网络·专业",
        "新标准·新规范",
        "2.00",
        "扫地杆",
        "1 分 04 秒",
        "2026 年，第 1 版",
        "备案日期 2026-01-05",
    ):
        assert words in page


def test_a_learner_has_one_primary_button(client: Client, shelf: Shelf) -> None:
    published_edition(shelf.courses["site_civil-04"])
    client.force_login(people.learner())
    page = text_of(client, "/courses/site-civil/site-civil-04/")
    assert "登录后学习" not in page
    assert page.count("btn-primary") == page.count("报名并开始") <= 1


def test_a_course_without_an_edition_says_so_and_offers_others(client: Client) -> None:
    page = text_of(client, "/courses/site-civil/site-civil-06/")
    assert "课件制作中" in page
    assert "btn-primary" not in page
    assert "/courses/site-civil/?show=open" in page


def test_a_common_course_counts_for_all_posts(client: Client, shelf: Shelf) -> None:
    published_edition(shelf.courses["C06"])
    page = text_of(client, "/courses/c06/")
    assert "网络·通用" in page
    assert "各岗位通用" in page


def test_a_hidden_course_is_not_found(client: Client, shelf: Shelf) -> None:
    shelf.courses["site_civil-04"].unpublish()
    assert client.get("/courses/site-civil/site-civil-04/").status_code == 404


def test_what_a_course_was_published_for_stays_on_show(client: Client, shelf: Shelf) -> None:
    course = shelf.courses["site_civil-04"]
    published_edition(course)
    course.topic = shelf.topic("site_civil-06")
    course.save(update_fields=["topic"])
    assert "<dd>高支模的搭设与验收</dd>" in text_of(client, "/courses/site-civil/site-civil-04/")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?q=支模", "高支模的搭设与验收"),
        ("?q=防水&post=quality_civil", "找到 1 门课程"),
        ("?q=量子", "没有找到含“量子”的课程"),
        ("?q=%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;"),
        ("", "输入工序、部位、标准编号都可以"),
        ("?q=支模&post=nonsense", "高支模的搭设与验收"),
        ("?q=%00%27", "没有找到"),
    ],
)
def test_the_search_page_answers_every_question(client: Client, query: str, words: str) -> None:
    assert words in text_of(client, f"/courses/search/{query}")


def test_the_search_page_only_reads(client: Client) -> None:
    assert client.post("/courses/search/").status_code == 405


def test_gaps_are_filled_by_what_can_be_watched_first(shelf: Shelf) -> None:
    published_edition(shelf.courses["site_civil-09"])
    hits = courses_for_gap("site_civil", "professional", 2)
    assert [hit.code for hit in hits] == ["site_civil-09", "site_civil-04"]
    assert [hit.is_watchable for hit in hits] == [True, False]
    assert {hit.code for hit in courses_for_gap("site_civil", "general", 9)} == {"C06", "C09"}


@pytest.mark.parametrize("path", ["/courses/", "/courses/site-civil/", "/courses/site-civil/site-civil-04/"])
def test_a_page_costs_the_same_with_few_and_with_many_editions(client: Client, shelf: Shelf, path: str) -> None:
    published_edition(shelf.courses["site_civil-04"])
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for course in shelf.courses.values():
        published_edition(course)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) <= len(few) <= 25


def test_counts_are_of_courses_and_not_of_editions(shelf: Shelf) -> None:
    course = shelf.courses["site_civil-04"]
    published_edition(course)
    second = published_edition(course)
    actions.withdraw_edition(edition_id=second.pk, at=AT, by=None)
    card = next(card for card in catalogue().national if card.post.code == "site_civil")
    assert (card.course_count, card.watchable_count) == (3, 1)


def test_english_readers_see_english_names(client: Client) -> None:
    client.cookies["django_language"] = "en"
    page = text_of(client, "/courses/")
    assert "Site engineer, civil works" in page
    assert "土建施工员" in page  # as the licence prints it
