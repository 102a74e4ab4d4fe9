"""Where the catalogue meets Wagtail's admin: its lists, its looks, and what must happen after a page was changed there."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail import hooks

from analytics.learning_log.actions import append
from content.actions import index_course
from content.editing.viewsets import TeachingGroup
from content.models import CatalogPage, CourseEdition, CoursePage, PostPage

_OURS = (CatalogPage, PostPage, CoursePage)


def teaching_group() -> TeachingGroup:
    """Put editions and syllabuses into the admin's menu."""
    return TeachingGroup()


def admin_looks() -> SafeString:
    """Dress the admin in our colours."""
    return format_html('<link rel="stylesheet" href="{}">', static("content/admin.css"))


def note(page: Any, deed: str, request: HttpRequest) -> None:
    """Make search and log know what an editor did to a page. Drafts are not logged: nobody else sees them.

    Any: Wagtail's page, which may or may not be one of ours.
    """
    page = page.specific
    if not isinstance(page, _OURS):
        return
    with transaction.atomic():
        if isinstance(page, CoursePage):
            index_course(course_id=page.pk)
        append(
            kind="content.page_edited",
            actor_id=request.user.pk,
            happened_at=timezone.now(),
            subject=f"page:{page.pk}",
            payload={"page_id": page.pk, "title": page.title, "deed": deed},
        )


def after_publish(request: HttpRequest, page: Any) -> None:
    """The page is live with these words from now on."""
    note(page, "publish", request)


def after_unpublish(request: HttpRequest, page: Any) -> None:
    """The page is gone from the catalogue."""
    note(page, "unpublish", request)


def after_copy(request: HttpRequest, page: Any, new_page: Any) -> None:
    """A copy may have gone live at once."""
    note(new_page, "copy", request)


def after_move(request: HttpRequest, page: Any) -> None:
    """The page has another address."""
    note(page, "move", request)


def after_delete(request: HttpRequest, page: Any) -> None:
    """The page's words went with it; the log keeps its title."""
    if isinstance(page.specific_deferred, _OURS):
        with transaction.atomic():
            append(
                kind="content.page_edited",
                actor_id=request.user.pk,
                happened_at=timezone.now(),
                subject=f"page:{page.pk}",
                payload={"page_id": page.pk or 0, "title": page.title, "deed": "delete"},
            )


def after_bulk(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:
    """Publishing, unpublishing and moving many at once."""
    for page in objects:
        if action_type in {"publish", "unpublish", "move"} and hasattr(page, "specific"):
            page.refresh_from_db()
            note(page, action_type, request)


def before_delete(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Refuse to delete a course that has editions: hours already earned point at them."""
    if not _has_editions([page]):
        return None
    _refuse_deletion(request)
    return redirect("wagtailadmin_explore", page.get_parent().pk)


def before_bulk(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> HttpResponse | None:
    """The same for many at once."""
    pages = [row for row in objects if hasattr(row, "get_descendants")]
    if action_type != "delete" or not _has_editions(pages):
        return None
    _refuse_deletion(request)
    return redirect("wagtailadmin_explore_root")


def _has_editions(pages: Iterable[Any]) -> bool:
    return any(
        CourseEdition.objects.filter(course__path__startswith=page.path, course__depth__gte=page.depth).exists()
        for page in pages
    )


def _refuse_deletion(request: HttpRequest) -> None:
    messages.error(
        request, gettext("没有删除：其中有课程已建版次，学员的学时记录要能查到它。请改为“取消发布”，学员就看不到了。")
    )


# Registered by calls: Wagtail has no types, and its decorator would take ours away.
for _name, _hook in (
    ("register_admin_viewset", teaching_group),
    ("insert_global_admin_css", admin_looks),
    ("after_publish_page", after_publish),
    ("after_unpublish_page", after_unpublish),
    ("after_copy_page", after_copy),
    ("after_move_page", after_move),
    ("after_delete_page", after_delete),
    ("after_bulk_action", after_bulk),
    ("before_delete_page", before_delete),
    ("before_bulk_action", before_bulk),
):
    hooks.register(_name, _hook)
