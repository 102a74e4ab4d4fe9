"""What the course search reads: one row a course, its words already cut."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from content.models.catalog import CoursePage


class CourseSearch(models.Model):
    """A row for the words of one live course page, cut by content.domain.tokens and weighted A title, B topic, C text.

    Written by actions.index_course only; can be thrown away and rebuilt (`manage.py index_courses`).
    """

    # pii: none
    course = models.OneToOneField(CoursePage, on_delete=models.CASCADE, primary_key=True, related_name="search_row")
    post_code = models.CharField(max_length=40, blank=True)
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="course_search_words")]

    def __str__(self) -> str:
        return str(self.course_id)
