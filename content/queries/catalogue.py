"""The catalogue as it is shown: posts, and the topics of a post by group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from content.domain.posts import POSTS
from content.domain.posts import Post as KnownPost
from content.models import CatalogPage, CoursePage, PostPage, SyllabusTopic, SyllabusVersion
from content.queries.addresses import Addresses
from content.queries.courses import CourseHit, courses_of


@dataclass(frozen=True, slots=True)
class SyllabusFacts:
    """A syllabus version as a page names it. `filed_on`: None while it is a draft."""

    version_id: int
    title: str
    year: int
    filed_on: date | None
    note: str
    fictional: bool


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """One topic as a learner sees it; `course` is None while nobody has made a page for it."""

    title: str
    hours: Decimal
    group: str
    position: int
    course: CourseHit | None

    @property
    def is_watchable(self) -> bool:
        """Whether it can be learned now."""
        return self.course is not None and self.course.is_watchable


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """The topics under one of the four heads (新法律·新法规 …), in the syllabus's order."""

    code: str
    name: str
    entries: tuple[TopicEntry, ...]

    @property
    def hours(self) -> Decimal:
        """The hours of all its topics."""
        return sum((entry.hours for entry in self.entries), start=Decimal(0))


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post in the catalogue. `url`: None while it has no live page. Counts are of live course pages."""

    post: KnownPost
    url: str | None
    course_count: int
    watchable_count: int
    topic_hours: Decimal


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the first page of the catalogue shows; posts in the regulator's order, the 13 national ones apart."""

    national: tuple[PostCard, ...]
    local: tuple[PostCard, ...]
    common: tuple[TopicEntry, ...]
    syllabus: SyllabusFacts | None


@dataclass(frozen=True, slots=True)
class PostCourses:
    """The professional topics of one post."""

    post: KnownPost
    entries: tuple[TopicEntry, ...]
    syllabus: SyllabusFacts | None

    @property
    def hours(self) -> Decimal:
        """The hours of all topics."""
        return sum((entry.hours for entry in self.entries), start=Decimal(0))

    @property
    def watchable_count(self) -> int:
        """How many topics can be learned now."""
        return sum(entry.is_watchable for entry in self.entries)


def catalogue() -> Catalogue:
    """Return the whole first page in a constant number of queries."""
    syllabus = current_syllabus()
    cards = _post_cards(syllabus)
    return Catalogue(
        national=tuple(card for card in cards if card.post.is_national),
        local=tuple(card for card in cards if not card.post.is_national),
        common=_entries(SyllabusTopic.Section.COMMON, "", syllabus),
        syllabus=syllabus,
    )


def post_courses(post: KnownPost) -> PostCourses:
    """Return the professional topics of a post: those of the current syllabus, and courses kept from earlier ones."""
    syllabus = current_syllabus()
    return PostCourses(post, _entries(SyllabusTopic.Section.PROFESSIONAL, post.code, syllabus), syllabus)


def group_entries(entries: Iterable[TopicEntry]) -> tuple[TopicGroup, ...]:
    """Return the entries under their heads, in the ministry's order of heads; empty heads are left out."""
    entries = tuple(entries)
    groups = (
        TopicGroup(group.value, str(group.label), tuple(entry for entry in entries if entry.group == group.value))
        for group in SyllabusTopic.Group
    )
    return tuple(group for group in groups if group.entries)


def current_syllabus() -> SyllabusFacts | None:
    """Return the newest filed syllabus; None before the first is filed."""
    filed = SyllabusVersion.objects.filter(state=SyllabusVersion.State.FILED)
    version = filed.order_by("-year", "-filed_on", "-pk").first()
    return syllabus_facts(version) if version else None


def syllabus_facts(version: SyllabusVersion) -> SyllabusFacts:
    """Return a version row as plain values."""
    return SyllabusFacts(version.pk, version.title, version.year, version.filed_on, version.note, version.fictional)


def _entries(section: str, post_code: str, syllabus: SyllabusFacts | None) -> tuple[TopicEntry, ...]:
    hits = courses_of(section, post_code)
    entries = [TopicEntry(hit.title, hit.hours, hit.group, hit.topic_position, hit) for hit in hits]
    if syllabus:
        made = {hit.topic_id for hit in hits}
        topics = SyllabusTopic.objects.filter(
            version_id=syllabus.version_id, section=section, post_code=post_code
        ).exclude(pk__in=made)
        entries += [TopicEntry(topic.title, topic.hours, topic.group, topic.position, None) for topic in topics]
    return tuple(sorted(entries, key=lambda entry: entry.position))


def _post_cards(syllabus: SyllabusFacts | None) -> list[PostCard]:
    addresses = Addresses()
    urls = {page.post_code: addresses.of(page) for page in PostPage.objects.live()}
    courses = _course_counts()
    hours = _topic_hours(syllabus)
    return [
        PostCard(post, urls.get(post.code), *courses.get(post.code, (0, 0)), hours.get(post.code, Decimal(0)))
        for post in POSTS
    ]


def _course_counts() -> dict[str, tuple[int, int]]:
    """Return by post: live courses, and those of them that can be watched."""
    is_open = Q(editions__published_at__isnull=False, editions__withdrawn_at__isnull=True)
    rows = (
        CoursePage.objects.live()
        .filter(topic__section=SyllabusTopic.Section.PROFESSIONAL)
        .order_by()
        .values("topic__post_code")
        .annotate(courses=Count("pk", distinct=True), watchable=Count("pk", filter=is_open, distinct=True))
    )
    return {row["topic__post_code"]: (row["courses"], row["watchable"]) for row in rows}


def _topic_hours(syllabus: SyllabusFacts | None) -> dict[str, Decimal]:
    if syllabus is None:
        return {}
    rows = (
        SyllabusTopic.objects.filter(version_id=syllabus.version_id)
        .order_by()
        .values_list("post_code")
        .annotate(total=Sum("hours"))
    )
    return {post_code: total or Decimal(0) for post_code, total in rows}


def catalogue_url() -> str:
    """Return where the catalogue stands; "/" before it has been made."""
    page = CatalogPage.objects.live().first()
    return (Addresses().of(page) if page else "") or "/"
