"""What the pages of the catalogue show. Wagtail serves (and previews) pages itself, so they ask for their values here."""

import re

from django import template
from django.http import QueryDict
from django.utils.translation import get_language, gettext

from content.domain.posts import Post, is_post
from content.domain.posts import post as post_of
from content.models import CoursePage, PostPage
from content.queries import Catalogue, TopicGroup, catalogue, group_entries
from content.queries.pages import CourseView, PostView, course_view, post_view

register = template.Library()

_TWO_PARTS = re.compile(r"^(.{2,}?)(?:[：:](.{2,})|[（(]([^（）()]{2,})[）)])$")


@register.simple_tag
def catalogue_page() -> Catalogue:
    """Return what the first page of the catalogue shows."""
    return catalogue()


@register.simple_tag
def post_page(page: PostPage, query: QueryDict) -> PostView:
    """Return what a post's page shows; `?show=open` leaves only what can be learned now."""
    return post_view(page, only_open=query.get("show") == "open")


@register.simple_tag
def course_page(page: CoursePage) -> CourseView:
    """Return what a course's page shows."""
    return course_view(page)


@register.filter
def groups(entries: tuple[object, ...]) -> tuple[TopicGroup, ...]:
    """Return topic entries under their heads."""
    return group_entries(entries)  # type: ignore[arg-type]  # a filter takes what the template has


@register.filter
def post_name(value: Post | str | None) -> str:
    """Return a post's name in the reader's language; "" for none, the code itself for one no longer listed."""
    if not value:
        return ""
    if isinstance(value, str):
        if not is_post(value):
            return value
        value = post_of(value)
    return value.english_name if (get_language() or "").startswith("en") else value.name


@register.filter
def post_kicker(post: Post) -> str:
    """Return what stands above a post's name: 地方岗位, or its family; in English the Chinese name, as licences print it."""
    if (get_language() or "").startswith("en"):
        return post.name
    if not post.is_national:
        return gettext("地方岗位")
    return post.family if post.family != post.name else ""


@register.filter
def picture_lines(title: str) -> tuple[str, ...]:
    """Cut a course title into the one or two lines of its picture: at the colon, or before a closing bracket's words."""
    found = _TWO_PARTS.match(title)
    return (found[1], found[2] or found[3]) if found else (title,)
