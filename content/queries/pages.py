"""What the page of a post and the page of a course show."""

from dataclasses import dataclass
from decimal import Decimal

from content.domain.outline import GENERAL, SECTION_OF_CATEGORY, Outline
from content.domain.posts import Post
from content.domain.posts import post as post_of
from content.models import CourseEdition, CoursePage, PostPage, SyllabusTopic, SyllabusVersion
from content.queries.addresses import Addresses
from content.queries.catalogue import (
    PostCourses,
    SyllabusFacts,
    TopicEntry,
    catalogue_url,
    post_courses,
    syllabus_facts,
)
from content.queries.courses import CourseHit, courses_of
from content.queries.editions import open_edition_of
from player.videos.queries import video_facts

_CATEGORY_OF_SECTION = {section: category for category, section in SECTION_OF_CATEGORY.items()}


@dataclass(frozen=True, slots=True)
class PostView:
    """A post's page. entries: all topics, or only those that can be learned now when `only_open`."""

    courses: PostCourses
    entries: tuple[TopicEntry, ...]
    only_open: bool
    catalogue_url: str


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course's page. edition: None while nothing can be learned. hours: declared, else what the syllabus foresees.

    post: None for a course common to all posts; parent_url, catalogue_url: where the reader came from.
    poster_url: a picture of the first lesson, "" if there is none.
    siblings: other courses of the same post that can be learned now.
    """

    edition: Outline | None
    hours: Decimal
    category: str
    category_name: str
    group_name: str
    topic_title: str
    post: Post | None
    parent_url: str
    catalogue_url: str
    syllabus: SyllabusFacts
    syllabus_filed: bool
    poster_url: str
    siblings: tuple[CourseHit, ...]


def post_view(page: PostPage, *, only_open: bool) -> PostView:
    """Return a post's page in a constant number of queries."""
    courses = post_courses(post_of(page.post_code))
    entries = tuple(entry for entry in courses.entries if entry.is_watchable or not only_open)
    return PostView(courses, entries, only_open, catalogue_url())


def course_view(page: CoursePage, *, sibling_limit: int = 3) -> CourseView:
    """Return a course's page in a constant number of queries."""
    edition = open_edition_of(page.pk)
    # What is shown is what the edition was published for; the page's topic may already be next year's.
    topic = _topic_of(edition.edition_id) if edition else page.topic
    category = edition.category if edition else _CATEGORY_OF_SECTION[topic.section]
    parent = PostPage.objects.live().filter(post_code=topic.post_code).first() if topic.post_code else None
    catalogue = catalogue_url()
    others = (hit for hit in courses_of(topic.section, topic.post_code) if hit.course_id != page.pk)
    return CourseView(
        edition=edition,
        hours=edition.declared_hours if edition else topic.hours,
        category=category,
        category_name=str(CourseEdition.Category(category).label),
        group_name=topic.get_group_display(),
        topic_title=topic.title,
        post=None if category == GENERAL else post_of(topic.post_code),
        parent_url=Addresses().of(parent) if parent else catalogue,
        catalogue_url=catalogue,
        syllabus=syllabus_facts(topic.version),
        syllabus_filed=topic.version.state == SyllabusVersion.State.FILED,
        poster_url=_poster_of(edition),
        siblings=tuple(hit for hit in others if hit.is_watchable)[:sibling_limit],
    )


def _poster_of(edition: Outline | None) -> str:
    first = video_facts(edition.lessons[0].video_id) if edition and edition.lessons else None
    return first.poster_url if first else ""


def _topic_of(edition_id: int) -> SyllabusTopic:
    return CourseEdition.objects.select_related("topic__version").get(pk=edition_id).topic
