"""The tables of the catalogue, gathered for Django."""

from content.models.catalog import CatalogPage, CoursePage, PostPage
from content.models.editions import CourseEdition, Lesson
from content.models.search import CourseSearch
from content.models.syllabus import SyllabusTopic, SyllabusVersion

__all__ = [
    "CatalogPage",
    "CourseEdition",
    "CoursePage",
    "CourseSearch",
    "Lesson",
    "PostPage",
    "SyllabusTopic",
    "SyllabusVersion",
]
