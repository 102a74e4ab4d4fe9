"""Pages on which an editor publishes, withdraws, renews an edition, or files a syllabus: what will happen, then one button."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from content.actions import begin_next_edition, file_syllabus, publish_edition, withdraw_edition
from content.domain.refusals import CatalogueRefusal, NotPermitted, Reason
from content.editing.forms import FilingForm
from content.models import CourseEdition, SyllabusVersion
from content.queries import edition_outline, obstacles_to_publishing

either = require_http_methods(["GET", "POST"])


def sentence(reason: Reason) -> str:
    """Return a reason in the reader's language."""
    return gettext(reason.message) % reason.figures


@either
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would be published, or everything in the way; on POST publish."""
    _demand(request, "content.publish_courseedition")
    edition = get_object_or_404(CourseEdition, pk=pk)
    if request.method == "POST" and _done(
        request, lambda: publish_edition(edition_id=pk, at=timezone.now(), by=_editor(request))
    ):
        messages.success(request, gettext("已发布，学员现在可以报名。"))
        return redirect("editions:inspect", pk)
    obstacles = [sentence(reason) for reason in obstacles_to_publishing(pk)]
    return render(
        request,
        "content/editing/publish.html",
        {"edition": edition, "outline": edition_outline(pk), "obstacles": obstacles, "header_icon": "upload"},
        status=409 if request.method == "POST" else 200,
    )


@either
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what withdrawing means; on POST withdraw."""
    _demand(request, "content.publish_courseedition")
    edition = get_object_or_404(CourseEdition, pk=pk)
    if request.method == "POST" and _done(
        request, lambda: withdraw_edition(edition_id=pk, at=timezone.now(), by=_editor(request))
    ):
        messages.success(request, gettext("已停用：不再接受报名，已报名的学员可以学完。"))
        return redirect("editions:inspect", pk)
    return render(request, "content/editing/withdraw.html", {"edition": edition, "header_icon": "download"})


@either
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """On POST begin the next edition as a draft that repeats this one's lessons, and open it."""
    _demand(request, "content.add_courseedition")
    edition = get_object_or_404(CourseEdition, pk=pk)
    if request.method == "POST":
        fresh = begin_next_edition(edition_id=pk, at=timezone.now(), by=_editor(request))
        messages.success(request, gettext("已新建下一版草稿，课时照抄过来，可以修改。"))
        return redirect("editions:edit", fresh.pk)
    return render(request, "content/editing/renew.html", {"edition": edition, "header_icon": "copy"})


@either
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the filing day; on POST file the syllabus and freeze it."""
    _demand(request, "content.file_syllabusversion")
    version = get_object_or_404(SyllabusVersion, pk=pk)
    form = FilingForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(
            request,
            lambda: file_syllabus(
                version_id=pk,
                filed_on=form.cleaned_data["filed_on"],
                at=timezone.now(),
                by=_editor(request),
            ),
        )
    ):
        messages.success(request, gettext("已备案。大纲和课题从现在起不能再改。"))
        return redirect("syllabus_versions:inspect", pk)
    return render(
        request, "content/editing/file.html", {"version": version, "form": form, "header_icon": "clipboard-list"}
    )


def _editor(request: HttpRequest) -> AbstractUser:
    """Return who asks; Wagtail's admin lets nobody in who is signed out."""
    if not isinstance(request.user, AbstractUser):
        raise PermissionDenied
    return request.user


def _demand(request: HttpRequest, permission: str) -> None:
    if not _editor(request).has_perm(permission):
        raise PermissionDenied


def _done(request: HttpRequest, deed: Callable[[], object]) -> bool:
    """Do it, and say whether it was done; a refusal becomes messages in words."""
    try:
        deed()
    except NotPermitted as refusal:
        raise PermissionDenied from refusal
    except CatalogueRefusal as refusal:
        for reason in refusal.reasons:
            messages.error(request, sentence(reason))
        return False
    return True
