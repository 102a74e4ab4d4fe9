"""The demo's catalogue: syllabus, pages, films, editions. Each step finds what an earlier, interrupted run has made."""

import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection

from content.actions import (
    add_lesson,
    create_catalog,
    create_course,
    create_edition,
    create_post_page,
    import_syllabus,
    publish_edition,
)
from content.domain.hours import largest_declarable
from content.domain.syllabus import SyllabusDraft, TopicDraft
from content.queries import open_edition_of
from lms.accounts.queries import find_by_sign_in_name
from lms.config.demo import data
from lms.config.demo.film import make_film
from player.videos.actions import import_video, process_now
from player.videos.queries import VideoFacts, video_facts, videos_titled

MINUTES_PER_HOUR = 45
TEACHER = "jiangshi"
Say = Callable[[str], None]


def make_catalogue(at: datetime, say: Say) -> dict[str, int]:
    """Make syllabus and pages; return the id of each course page by the code of its topic."""
    topics = data.topics()
    version = import_syllabus(version=_syllabus(), topics=[_draft(topic) for topic in topics], at=at, by=None)
    create_catalog(at=at, by=None)
    for post in dict.fromkeys(topic.post for topic in topics if topic.post):
        create_post_page(post_code=post, at=at, by=None)
    ids = dict(version.topics.values_list("code", "pk"))
    courses = {}
    for n, topic in enumerate(topics, start=1):
        page = create_course(code=topic.code, title=topic.title, topic_id=ids[topic.code], at=at, by=None)
        courses[topic.code] = page.pk
        if n % 20 == 0 or n == len(topics):
            say(f"课程页 {n}/{len(topics)}")
    return courses


def _syllabus() -> SyllabusDraft:
    year = data.syllabus_year()
    return SyllabusDraft(
        code=f"demo-{year}",
        title=f"{year} 年度继续教育大纲（演示）",
        year=year,
        filed_on=date(year, 1, 15),
        note="演示大纲，虚构的备案；标准和法规名称以现行版本为准。",
        fictional=True,
    )


def _draft(topic: data.Topic) -> TopicDraft:
    return TopicDraft(
        code=topic.code, group=topic.group, title=topic.title, hours=Decimal(topic.hours), post_code=topic.post
    )


def make_videos(films: tuple[data.Film, ...], at: datetime, say: Say) -> dict[str, VideoFacts]:
    """Render, upload and package the films that are not ready yet, two at a time; return all by title."""
    titles = [video_title(film) for film in films]
    known = videos_titled(titles)
    missing = [film for film in films if video_title(film) not in known or not known[video_title(film)].is_ready]
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs = {pool.submit(_make_video, film, known.get(video_title(film)), at): film for film in missing}
        for done, job in enumerate(as_completed(jobs), start=1):
            job.result()
            say(f"演示课 {done}/{len(missing)}：{jobs[job].title}")
    return videos_titled(titles)


def video_title(film: data.Film) -> str:
    return f"{film.topic_code} · {film.title}"


def _make_video(film: data.Film, begun: VideoFacts | None, at: datetime) -> None:
    """Render and package one film, or go on with the one that an interrupted run has left."""
    try:
        with tempfile.TemporaryDirectory(prefix="film-") as folder:
            video_id = begun.id if begun else _upload(film, Path(folder), at)
        process_now(video_id, take_over=True)
        video = video_facts(video_id)
        if video is None or not video.is_ready:
            raise RuntimeError(f"{film.title}: {video.failure_sentence if video else 'gone'}")
    finally:
        connection.close()  # each thread has one of its own


def _upload(film: data.Film, folder: Path, at: datetime) -> int:
    path = folder / "film.mp4"
    make_film(film.slides, course=_course_title(film), to=path)
    return import_video(path, title=video_title(film), by=None, at=at).pk


def _course_title(film: data.Film) -> str:
    return next(topic.title for topic in data.topics() if topic.code == film.topic_code)


def publish_courses(
    films: tuple[data.Film, ...], videos: Mapping[str, VideoFacts], courses: Mapping[str, int], at: datetime
) -> dict[str, int]:
    """Publish an edition for every course with films; return the edition's id by the code of the topic."""
    editions = {}
    for code in dict.fromkeys(film.topic_code for film in films):
        outline = open_edition_of(courses[code])
        editions[code] = outline.edition_id if outline else _publish(code, films, videos, courses[code], at)
    return editions


def _publish(
    code: str, films: tuple[data.Film, ...], videos: Mapping[str, VideoFacts], course_id: int, at: datetime
) -> int:
    lessons = [film for film in films if film.topic_code == code]
    whole_ms = sum(videos[video_title(film)].duration_ms or 0 for film in lessons)
    edition = create_edition(
        course_id=course_id,
        declared_hours=largest_declarable(total_ms=whole_ms, minutes_per_hour=MINUTES_PER_HOUR),
        year=data.syllabus_year(),
        at=at,
        by=None,
    )
    for film in lessons:
        add_lesson(
            edition_id=edition.pk,
            title=film.title,
            video_id=videos[video_title(film)].id,
            key_points="\n".join(slide.heading for slide in film.slides),
            at=at,
            by=None,
        )
    # Courses of a post are the institution's of whoever publishes them; the general ones are the house's own.
    teacher = None if code.startswith("C") else find_by_sign_in_name(TEACHER)
    publish_edition(edition_id=edition.pk, at=at, by=teacher)
    return edition.pk
