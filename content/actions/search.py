"""Keeping the words that the course search reads. Not logged: the rows only repeat what the pages say."""

from collections.abc import Iterable

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.expressions import CombinedExpression
from django.utils.html import strip_tags

from content.domain.posts import UnknownPost
from content.domain.posts import post as post_of
from content.domain.tokens import index_tokens
from content.models import CoursePage, CourseSearch, Lesson


@transaction.atomic
def index_course(*, course_id: int) -> None:
    """Make the search know a course page as it is now: its words if it is live, nothing if it is not or is gone."""
    _index(CoursePage.objects.live().filter(pk=course_id), CourseSearch.objects.filter(course_id=course_id))


@transaction.atomic
def index_all_courses() -> int:
    """Rebuild the words of all live course pages, and return how many there are."""
    return _index(CoursePage.objects.live(), CourseSearch.objects.all())


def _index(pages: "QuerySet[CoursePage]", rows: "QuerySet[CourseSearch]") -> int:
    """Make these rows say what these live pages say: words for each page, no row for any other."""
    live = list(pages.select_related("topic"))
    lesson_words = _words_of_lessons(page.pk for page in live)
    rows.exclude(course_id__in=[page.pk for page in live]).delete()
    CourseSearch.objects.bulk_create(
        [
            CourseSearch(
                course_id=page.pk, post_code=page.topic.post_code, words=_weighted(page, lesson_words.get(page.pk, ""))
            )
            for page in live
        ],
        batch_size=200,
        update_conflicts=True,
        unique_fields=["course"],
        update_fields=["post_code", "words"],
    )
    return len(live)


def _weighted(page: CoursePage, lesson_words: str) -> CombinedExpression:
    """Return the words with their weight: title over topic over text; last the post's name and the head of the topic."""
    topic = page.topic
    return (
        _vector(f"{page.title} {page.code}", "A")
        + _vector(topic.title, "B")
        + _vector(f"{strip_tags(page.introduction)} {lesson_words}", "C")
        + _vector(f"{_name_of_post(topic.post_code)} {topic.get_group_display()}", "D")
    )


def _vector(text: str, weight: str) -> SearchVector:
    return SearchVector(Value(" ".join(index_tokens(text))), weight=weight, config="simple")


def _name_of_post(post_code: str) -> str:
    try:
        return post_of(post_code).name
    except UnknownPost:
        return ""


def _words_of_lessons(course_ids: Iterable[int]) -> dict[int, str]:
    """Return titles and key points of the lessons of open editions, by course."""
    rows = Lesson.objects.filter(
        edition__course_id__in=list(course_ids),
        edition__published_at__isnull=False,
        edition__withdrawn_at__isnull=True,
    ).values_list("edition__course_id", "title", "key_points")
    words: dict[int, str] = {}
    for course_id, title, key_points in rows:
        words[course_id] = f"{words.get(course_id, '')} {title} {key_points}"
    return words
