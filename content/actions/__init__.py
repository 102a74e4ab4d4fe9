"""The writing door of the catalogue. Each deed appends to the learning log in its own transaction."""

from content.actions.catalogue import create_catalog, create_course, create_post_page
from content.actions.editions import add_lesson, begin_next_edition, create_edition, publish_edition, withdraw_edition
from content.actions.search import index_all_courses, index_course
from content.actions.syllabus import file_syllabus, import_syllabus

__all__ = [
    "add_lesson",
    "begin_next_edition",
    "create_catalog",
    "create_course",
    "create_edition",
    "create_post_page",
    "file_syllabus",
    "import_syllabus",
    "index_all_courses",
    "index_course",
    "publish_edition",
    "withdraw_edition",
]
