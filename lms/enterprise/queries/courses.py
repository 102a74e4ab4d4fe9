"""The courses that general seats may be used for."""

from collections.abc import Iterable

from content.queries import CourseHit, courses_of


def open_courses(posts: Iterable[str]) -> tuple[CourseHit, ...]:
    """Return the courses that can be begun now: those common to all, then those of these posts. Two queries a post."""
    found = [*courses_of("common", "")]
    for post in posts:
        found += courses_of("professional", post)
    return tuple(hit for hit in found if hit.is_watchable)
