"""What the tests of the catalogue are made from: a syllabus, pages, videos that are ready, editions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

from content import actions
from content.domain.syllabus import SyllabusDraft, TopicDraft
from content.models import CourseEdition, CoursePage, SyllabusTopic, SyllabusVersion
from player.videos.models import Rendition, State, Video

AT = datetime(2026, 5, 9, 1, 30, tzinfo=UTC)
VERSION = SyllabusDraft(
    code="demo-2026",
    title="2026 年继续教育大纲",
    year=2026,
    filed_on=date(2026, 1, 5),
    note="虚构的演示大纲",
    fictional=True,
)
TOPICS = (
    TopicDraft(code="C06", group="std", title="危大工程：辨识、专项方案、论证与验收流程", hours=2),
    TopicDraft(code="C09", group="tech", title="智能建造与 BIM 入门：看懂模型、会用数据", hours=2),
    TopicDraft(code="site_civil-04", group="std", title="高支模的搭设与验收", hours=2, post_code="site_civil"),
    TopicDraft(code="site_civil-06", group="std", title="防水工程（GB 55030）", hours=2, post_code="site_civil"),
    TopicDraft(code="site_civil-09", group="tech", title="铝模与附着式升降脚手架", hours=2, post_code="site_civil"),
    TopicDraft(code="quality_civil-06", group="tech", title="模板与支架验收", hours=2, post_code="quality_civil"),
    TopicDraft(
        code="quality_civil-09", group="tech", title="防水渗漏防治与淋水试验", hours=2, post_code="quality_civil"
    ),
    TopicDraft(code="machinery-01", group="std", title="建筑机械使用安全（JGJ 33）", hours=2, post_code="machinery"),
    TopicDraft(code="machinery-02", group="tech", title="塔式起重机安拆与附着", hours=2, post_code="machinery"),
)
_POSTS = ("site_civil", "quality_civil", "machinery")


@dataclass(frozen=True)
class Shelf:
    """A catalogue with one course a topic, none published."""

    version: SyllabusVersion
    courses: dict[str, CoursePage]

    def topic(self, code: str) -> SyllabusTopic:
        return SyllabusTopic.objects.get(version=self.version, code=code)


def fill_shelf() -> Shelf:
    """Make the catalogue by the actions that loaders use."""
    version = actions.import_syllabus(version=VERSION, topics=TOPICS, at=AT, by=None)
    actions.create_catalog(at=AT, by=None)
    for code in _POSTS:
        actions.create_post_page(post_code=code, at=AT, by=None)
    courses = {
        topic.code: actions.create_course(code=topic.code, title=topic.title, topic_id=topic.pk, at=AT, by=None)
        for topic in version.topics.order_by("position")
    }
    return Shelf(version, courses)


def ready_video(*, seconds: int = 120, title: str = "影片") -> Video:
    """Return a video that can be played, without running ffmpeg."""
    video = Video.objects.create(
        title=title,
        state=State.READY,
        folder=uuid4().hex,
        master_key_encrypted=b"sealed",
        duration_ms=seconds * 1000,
        width=1280,
        height=720,
        uploaded_at=AT,
        published_at=AT,
    )
    whole, rest = divmod(seconds * 1000, 4_000)
    Rendition.objects.create(
        code="360",
        video=video,
        width=640,
        height=360,
        bandwidth=500_000,
        codecs="avc1.64001F,mp4a.40.2",
        segment_ms=[4_000] * whole + [rest] * bool(rest),
    )
    return video


def draft_edition(
    course: CoursePage, *, hours: str = "2.00", minutes_per_hour: int = 1, seconds: tuple[int, ...] = (64, 64)
) -> CourseEdition:
    """Return a draft with a lesson for each length given."""
    edition = actions.create_edition(
        course_id=course.pk,
        declared_hours=Decimal(hours),
        minutes_per_hour=minutes_per_hour,
        year=2026,
        at=AT,
        by=None,
    )
    for number, length in enumerate(seconds, start=1):
        actions.add_lesson(
            edition_id=edition.pk,
            title=f"第 {number} 节",
            video_id=ready_video(seconds=length).pk,
            key_points="垫板：位置\n\n扫地杆",
            at=AT,
            by=None,
        )
    return edition


def published_edition(course: CoursePage) -> CourseEdition:
    """Return an edition that a learner may enrol in."""
    edition = draft_edition(course)
    return actions.publish_edition(edition_id=edition.pk, at=AT, by=None)
