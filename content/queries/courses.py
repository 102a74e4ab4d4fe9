"""Courses as a learner finds them: by words, by post, by what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, Count, F, IntegerField, QuerySet, Sum, Value, When

from content.domain.outline import SECTION_OF_CATEGORY
from content.domain.tokens import least_matches, query_terms
from content.models import CourseEdition, CoursePage, SyllabusTopic
from content.queries.addresses import Addresses

_CATEGORY_OF_SECTION = {section: category for category, section in SECTION_OF_CATEGORY.items()}


@dataclass(frozen=True, slots=True)
class CourseHit:
    """A live course with its open edition, if it has one.

    hours: declared by the open edition; without one, what the syllabus foresees. post_code: None for general courses.
    edition_id, edition_uuid: None while the course cannot be watched; duration_ms and lesson_count are then 0.
    topic_position: the place of its topic in the syllabus. fictional: the syllabus is demo data and must be marked so.
    """

    course_id: int
    code: str
    title: str
    url: str
    category: str
    post_code: str | None
    topic_id: int
    topic_title: str
    topic_position: int
    group: str
    group_name: str
    hours: Decimal
    edition_id: int | None
    edition_uuid: UUID | None
    duration_ms: int
    lesson_count: int
    fictional: bool

    @property
    def is_watchable(self) -> bool:
        """Whether a learner may enrol and begin now."""
        return self.edition_id is not None


def search_courses(text: str, *, post_code: str | None = None, limit: int = 60) -> tuple[CourseHit, ...]:
    """Return the live courses that hold the asked words, best first; any text is safe, and nothing askable finds nothing.

    Order: most of the words, then where they stand (title before topic before text), then the code.
    post_code: only courses of this post and those common to all.
    """
    terms = query_terms(text)
    if not terms:
        return ()
    any_of = SearchQuery(" | ".join(terms), search_type="raw", config="simple")
    matches = sum((_holds(term) for term in terms), start=Value(0))
    rows = (
        _visible_courses()
        .filter(search_row__words=any_of)
        .annotate(matches=matches, rank=SearchRank(F("search_row__words"), any_of))
        .filter(matches__gte=least_matches(len(terms)))
        .order_by("-matches", "-rank", "code")
    )
    if post_code is not None:
        rows = rows.filter(search_row__post_code__in=[post_code, ""])
    return hits_of(rows[:limit])


def _holds(term: str) -> Case:
    one_term = SearchQuery(term, search_type="raw", config="simple")
    return Case(When(search_row__words=one_term, then=1), default=0, output_field=IntegerField())


def courses_for_gap(post_code: str | None, category: str, limit: int) -> tuple[CourseHit, ...]:
    """Return courses that count in this category, those that can be watched now first, then in the syllabus's order.

    category: "general" (post_code is then ignored) or "professional".
    """
    section = SECTION_OF_CATEGORY[category]
    hits = courses_of(section, post_code or "" if section == SyllabusTopic.Section.PROFESSIONAL else "")
    return tuple(sorted(hits, key=lambda hit: not hit.is_watchable))[:limit]


def courses_of(section: str, post_code: str) -> tuple[CourseHit, ...]:
    """Return all live courses of a section ("common", "professional") and post ("" for common), in the syllabus's order."""
    rows = _visible_courses().filter(topic__section=section, topic__post_code=post_code)
    return hits_of(rows.order_by("topic__position", "code"))


def courses_to_watch() -> tuple[CourseHit, ...]:
    """Return every live course that can be begun now, by section, post and the syllabus's order."""
    rows = _visible_courses().order_by("topic__section", "topic__post_code", "topic__position", "code")
    return tuple(hit for hit in hits_of(rows) if hit.is_watchable)


def _visible_courses() -> "QuerySet[CoursePage]":
    courses: QuerySet[CoursePage] = CoursePage.objects.live().public()
    return courses.select_related("topic__version")


def hits_of(pages: Iterable[CoursePage]) -> tuple[CourseHit, ...]:
    """Return course pages (with topic and version loaded) as hits, order kept; one query for all their editions."""
    pages = list(pages)
    editions = _open_editions([page.pk for page in pages])
    addresses = Addresses()
    return tuple(_hit(page, editions.get(page.pk), addresses) for page in pages)


@dataclass(frozen=True, slots=True)
class _OpenEdition:
    edition_id: int
    uuid: UUID
    hours: Decimal
    duration_ms: int
    lesson_count: int


def _open_editions(course_ids: list[int]) -> dict[int, _OpenEdition]:
    rows = (
        CourseEdition.objects.filter(course_id__in=course_ids, published_at__isnull=False, withdrawn_at__isnull=True)
        .annotate(total_ms=Sum("lessons__duration_ms"), lesson_count=Count("lessons"))
        .order_by("number")  # the dictionary keeps the last of each course: the highest number
        .values_list("course_id", "pk", "uuid", "declared_hours", "total_ms", "lesson_count")
    )
    return {row[0]: _OpenEdition(row[1], row[2], row[3], row[4] or 0, row[5]) for row in rows}


def _hit(page: CoursePage, edition: _OpenEdition | None, addresses: Addresses) -> CourseHit:
    topic = page.topic
    return CourseHit(
        course_id=page.pk,
        code=page.code,
        title=page.title,
        url=addresses.of(page),
        category=_CATEGORY_OF_SECTION[topic.section],
        post_code=topic.post_code or None,
        topic_id=topic.pk,
        topic_title=topic.title,
        topic_position=topic.position,
        group=topic.group,
        group_name=topic.get_group_display(),
        hours=edition.hours if edition else topic.hours,
        edition_id=edition.edition_id if edition else None,
        edition_uuid=edition.uuid if edition else None,
        duration_ms=edition.duration_ms if edition else 0,
        lesson_count=edition.lesson_count if edition else 0,
        fictional=topic.version.fictional,
    )
