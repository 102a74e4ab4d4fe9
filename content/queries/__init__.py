"""The reading door of the catalogue: frozen values, a constant number of queries each."""

from content.domain.outline import Outline, OutlineLesson
from content.queries.catalogue import (
    Catalogue,
    PostCard,
    PostCourses,
    SyllabusFacts,
    TopicEntry,
    TopicGroup,
    catalogue,
    catalogue_url,
    current_syllabus,
    group_entries,
    post_courses,
)
from content.queries.courses import CourseHit, courses_for_gap, courses_of, courses_to_watch, search_courses
from content.queries.editions import (
    LessonFacts,
    Workbench,
    edition_id_of,
    edition_outline,
    edition_outlines,
    lesson_facts,
    lessons_by_uuid,
    obstacles_to_publishing,
    open_edition_of,
    workbench_of,
)
from content.queries.points import points_taught_elsewhere

__all__ = [
    "Catalogue",
    "CourseHit",
    "LessonFacts",
    "Outline",
    "OutlineLesson",
    "PostCard",
    "PostCourses",
    "SyllabusFacts",
    "TopicEntry",
    "TopicGroup",
    "Workbench",
    "catalogue",
    "catalogue_url",
    "courses_for_gap",
    "courses_of",
    "courses_to_watch",
    "current_syllabus",
    "edition_id_of",
    "edition_outline",
    "edition_outlines",
    "group_entries",
    "lesson_facts",
    "lessons_by_uuid",
    "obstacles_to_publishing",
    "open_edition_of",
    "points_taught_elsewhere",
    "post_courses",
    "search_courses",
    "workbench_of",
]
