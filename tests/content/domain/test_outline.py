"""What stands in the way of publishing."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from content.domain.outline import MappedTo, Outline, OutlineLesson, reasons_against_publishing

LESSONS = tuple(OutlineLesson(uuid4(), n, f"第 {n} 节", (), n, 64_000) for n in (1, 2, 3))
FIT = Outline(
    edition_id=1,
    edition_uuid=uuid4(),
    number=1,
    year=2026,
    course_title="高支模的搭设与验收",
    course_code="site_civil-04",
    course_url="/courses/site-civil/site-civil-04/",
    category="professional",
    post_code="site_civil",
    topic_title="高支模的搭设与验收",
    topic_group="std",
    declared_hours=Decimal("2.00"),
    minutes_per_hour=1,
    is_published=False,
    is_open=False,
    lessons=LESSONS,
)
MAPPED = MappedTo(section="professional", post_code="site_civil", syllabus_filed=True, course_live=True)


def test_a_fit_edition_has_nothing_in_its_way() -> None:
    assert reasons_against_publishing(FIT, MAPPED) == ()


@pytest.mark.parametrize(
    ("outline", "mapped", "words"),
    [
        (replace(FIT, lessons=()), MAPPED, "还没有课时"),
        (replace(FIT, lessons=(replace(LESSONS[0], duration_ms=0),)), MAPPED, "第 1 课时"),
        (replace(FIT, declared_hours=Decimal(4)), MAPPED, "最多申报 3.20 学时"),
        (replace(FIT, category="general", post_code=None), MAPPED, "与大纲课题不一致"),
        (replace(FIT, post_code="survey"), MAPPED, "与大纲课题不一致"),
        (FIT, replace(MAPPED, syllabus_filed=False), "没有备案"),
        (FIT, replace(MAPPED, course_live=False), "课程页还没有发布"),
        (replace(FIT, is_published=True), MAPPED, "已经发布"),
    ],
)
def test_each_obstacle_is_named(outline: Outline, mapped: MappedTo, words: str) -> None:
    reasons = reasons_against_publishing(outline, mapped)
    assert len(reasons) == 1
    assert words in reasons[0].message % reasons[0].figures


def test_all_obstacles_are_named_at_once() -> None:
    reasons = reasons_against_publishing(
        replace(FIT, lessons=()), replace(MAPPED, syllabus_filed=False, course_live=False)
    )
    assert len(reasons) == 3


def test_the_lesson_after_the_last_is_none() -> None:
    assert FIT.after(LESSONS[0].uuid) == LESSONS[1]
    assert FIT.after(LESSONS[2].uuid) is None
    assert FIT.after(uuid4()) is None
    assert FIT.total_ms == 192_000
