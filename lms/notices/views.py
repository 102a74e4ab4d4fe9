"""A person's message centre, and what went out by SMS and e-mail. Nobody reads another person's notices."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.accounts.roles import Role, person_of, roles_of
from lms.notices import actions, queries
from lms.notices.kinds import kind_of

PER_PAGE = 30


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def centre(request: HttpRequest) -> HttpResponse:
    """Show what the person was told; POST marks all of it as read."""
    person = person_of(request)
    if request.method == "POST":
        actions.mark_read(person=person, at=timezone.now())
        return redirect("notices:centre")
    page = Paginator(queries.notices_of(person.pk), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "notices": [queries.shown(row) for row in page],
        "unread": queries.unread_count(person.pk),
        "may_see_outbox": settings.DEMO or Role.ADMINISTRATOR in roles_of(person),
    }
    return render(request, "notices/centre.html", context)


@login_required
@never_cache
@require_GET
def open_notice(request: HttpRequest, notice_uuid: UUID) -> HttpResponse:
    """Mark a notice of the person as read, and go where it leads."""
    person = person_of(request)
    row = queries.notices_of(person.pk).filter(uuid=notice_uuid).first()
    if row is None:
        raise Http404(_("没有这条通知。"))
    actions.mark_read(person=person, at=timezone.now(), notice_uuid=notice_uuid)
    return redirect(row.path or "notices:centre")


@login_required
@never_cache
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what went out by SMS and e-mail: all of it to an administrator, in the demo one's own to everybody.

    What a secret said is shown in the demo alone, where no message reaches a real phone.
    """
    person = person_of(request)
    is_administrator = Role.ADMINISTRATOR in roles_of(person)
    if not (is_administrator or settings.DEMO):
        raise PermissionDenied(_("只有系统管理员能看发件箱。"))
    rows = queries.deliveries(person_id=None if is_administrator else person.pk)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [
        queries.delivered(
            row, actions.params_of(row.notice) if settings.DEMO or not kind_of(row.notice.kind).secret else {}
        )
        for row in page
    ]
    return render(request, "notices/outbox.html", {"page": page, "rows": shown, "everybody": is_administrator})
