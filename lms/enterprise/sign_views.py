"""A learner signs in and out where the training is."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.accounts.roles import person_of
from lms.enterprise import actions, queries
from lms.enterprise.domain.training import TrainingRefused
from lms.enterprise.forms import SignForm
from lms.enterprise.sentences import refusal_sentence
from lms.reviews.domain.evidence import BadFile
from lms.reviews.sentences import refusal_sentence as file_sentence


@login_required
@require_GET
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """Show the trainings of one's company that are open or come soon."""
    now = timezone.now()
    rows = queries.trainings_to_join(person_of(request), at=now, on=timezone.localdate(now))
    return render(request, "enterprise/mine.html", {"rows": [(row, row.is_open_for_signing(now)) for row in rows]})


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def sign(request: HttpRequest, training_uuid: UUID) -> HttpResponse:
    """Show where one stands in a training; on POST sign in, or out."""
    person, now = person_of(request), timezone.now()
    found = queries.training_for_learner(person, training_uuid, on=timezone.localdate(now))
    if found is None:
        raise Http404(_("没有这次培训，或者您不是这家单位的员工。"))
    training, own = found
    form = SignForm(request.POST or None, request.FILES or None, initial={"code": request.GET.get("code", "")[:6]})
    if request.method == "POST" and form.is_valid():
        code, fix = form.cleaned_data["code"], form.fix()
        try:
            if "out" in request.POST:
                actions.sign_out(training_uuid=training_uuid, code=code, fix=fix, at=now, by=person)
            else:
                photo = form.cleaned_data["photo"]
                actions.sign_in(training_uuid=training_uuid, code=code, fix=fix, at=now, by=person, photo=photo)
        except TrainingRefused as error:
            form.add_error(None, refusal_sentence(error))
        except BadFile as error:
            form.add_error("photo", file_sentence(error))
        else:
            said = (
                _("已签退。") if "out" in request.POST else _("已签到。结束时请再来签退，签到到签退之间的时间才计入。")
            )
            messages.success(request, said)
            return redirect("enterprise:sign", training_uuid)
    context = {"training": training, "own": own, "form": form, "is_open": training.is_open_for_signing(now)}
    return render(request, "enterprise/sign.html", context)
