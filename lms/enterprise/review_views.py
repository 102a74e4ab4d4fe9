"""A reviewer accepts, returns or rejects a company's training."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.accounts.roles import Role, person_of, require
from lms.enterprise import actions, queries
from lms.enterprise.domain.training import State, TrainingRefused
from lms.enterprise.forms import DecideForm
from lms.enterprise.sentences import PILLS, refusal_sentence


@require_GET
@require(Role.REVIEWER)
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Show the trainings that wait for this reviewer; `?done=1` the decided ones."""
    done = "done" in request.GET
    rows = queries.queue_of(person_of(request), on=timezone.localdate(), done=done)
    tabs = [(_("待审核"), "?", not done), (_("已办"), "?done=1", done)]
    return render(request, "enterprise/queue.html", {"rows": [(row, PILLS[row.state]) for row in rows], "tabs": tabs})


@require_http_methods(["GET", "POST"])
@require(Role.REVIEWER)
@never_cache
def review(request: HttpRequest, training_uuid: UUID) -> HttpResponse:
    """Show a training with its people and papers; on POST decide it."""
    person = person_of(request)
    page = queries.training_for_reviewer(person, training_uuid, on=timezone.localdate())
    if page is None:
        raise Http404(_("没有这次培训，或者它不在您的审核范围。"))
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_training(
                training_uuid=training_uuid,
                to=State(form.cleaned_data["to"]),
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
                by=person,
            )
        except TrainingRefused as error:
            form.add_error(None, refusal_sentence(error))
        else:
            messages.success(request, _("已办理：%(title)s。") % {"title": page.training.title})
            return redirect("enterprise:reviews")
    context = {"page": page, "form": form, "pill": PILLS[page.training.state]}
    return render(request, "enterprise/review.html", context)
