"""A syllabus comes in whole, once, and is frozen when it is filed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from analytics.learning_log.models import LogRecord
from content import actions
from content.domain.refusals import PublishRefused, SyllabusRefused
from content.domain.syllabus import TopicDraft
from content.models import CoursePage, SyllabusTopic, SyllabusVersion
from tests.content.shelf import AT, TOPICS, VERSION, Shelf, draft_edition

pytestmark = pytest.mark.django_db
DRAFT = replace(VERSION, code="draft-2027", year=2027, filed_on=None)


def test_importing_the_same_again_changes_and_logs_nothing() -> None:
    first = actions.import_syllabus(version=VERSION, topics=TOPICS, at=AT, by=None)
    again = actions.import_syllabus(version=VERSION, topics=TOPICS, at=AT, by=None)
    assert first == again
    assert SyllabusTopic.objects.count() == len(TOPICS)
    assert sorted(LogRecord.objects.values_list("kind", flat=True)) == [
        "content.syllabus_filed",
        "content.syllabus_imported",
    ]


def test_a_filed_syllabus_takes_no_other_words() -> None:
    actions.import_syllabus(version=VERSION, topics=TOPICS, at=AT, by=None)
    with pytest.raises(SyllabusRefused, match="已经备案"):
        actions.import_syllabus(version=VERSION, topics=TOPICS[:-1], at=AT, by=None)


def test_a_draft_becomes_what_is_handed_in() -> None:
    actions.import_syllabus(version=DRAFT, topics=TOPICS, at=AT, by=None)
    changed = (replace(TOPICS[1], title="智能建造"), TOPICS[0], *TOPICS[3:])
    version = actions.import_syllabus(version=DRAFT, topics=changed, at=AT, by=None)
    rows = list(version.topics.order_by("position").values_list("code", "title"))
    assert rows == [(topic.code, topic.title) for topic in changed]


def test_a_topic_in_use_is_not_taken_away() -> None:
    version = actions.import_syllabus(version=DRAFT, topics=TOPICS, at=AT, by=None)
    actions.create_catalog(at=AT, by=None)
    topic = version.topics.get(code="C06")
    actions.create_course(code="C06", title=topic.title, topic_id=topic.pk, at=AT, by=None)
    with pytest.raises(SyllabusRefused, match="课题 C06 已有课程对应"):
        actions.import_syllabus(version=DRAFT, topics=TOPICS[1:], at=AT, by=None)


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        (TopicDraft(code="", group="law", title="无代码", hours=2), "缺少代码或题目"),
        (TopicDraft(code="X", group="law", title="  ", hours=2), "缺少代码或题目"),
        (TopicDraft(code="X", group="math", title="x", hours=2), "类别 math"),
        (TopicDraft(code="X", group="law", title="x", hours=0), "大于零"),
        (TopicDraft(code="X", group="law", title="x", hours=2, post_code="king"), "岗位 king"),
        (TOPICS[0], "出现了 2 次"),
    ],
)
def test_a_faulty_topic_is_named(topic: TopicDraft, words: str) -> None:
    with pytest.raises(SyllabusRefused, match=words):
        actions.import_syllabus(version=DRAFT, topics=(*TOPICS, topic), at=AT, by=None)
    assert not SyllabusVersion.objects.exists()


def test_an_empty_syllabus_is_refused() -> None:
    with pytest.raises(SyllabusRefused, match="没有课题"):
        actions.import_syllabus(version=DRAFT, topics=(), at=AT, by=None)


def test_filing_freezes_and_publishing_waits_for_it() -> None:
    version = actions.import_syllabus(version=DRAFT, topics=TOPICS, at=AT, by=None)
    actions.create_catalog(at=AT, by=None)
    topic = version.topics.get(code="C06")
    course = actions.create_course(code="C06", title=topic.title, topic_id=topic.pk, at=AT, by=None)
    edition = draft_edition(course)
    with pytest.raises(PublishRefused, match="没有备案"):
        actions.publish_edition(edition_id=edition.pk, at=AT, by=None)
    actions.file_syllabus(version_id=version.pk, filed_on=date(2027, 1, 4), at=AT, by=None)
    assert actions.publish_edition(edition_id=edition.pk, at=AT, by=None).published_at == AT
    with pytest.raises(SyllabusRefused, match="已经备案"):
        actions.file_syllabus(version_id=version.pk, filed_on=date(2027, 1, 4), at=AT, by=None)


def test_the_catalogue_is_made_once(shelf: Shelf) -> None:
    before = CoursePage.objects.count()
    assert actions.create_catalog(at=AT, by=None) == actions.create_catalog(at=AT, by=None)
    page = actions.create_post_page(post_code="site_civil", at=AT, by=None)
    assert page.url == "/courses/site-civil/"
    topic = shelf.topic("C06")
    assert (
        actions.create_course(code="C06", title=topic.title, topic_id=topic.pk, at=AT, by=None) == shelf.courses["C06"]
    )
    assert CoursePage.objects.count() == before
    assert topic.hours == Decimal("2.00")
