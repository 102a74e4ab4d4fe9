"""What finance does about its books beside the payment service's: compare them now, explain a difference."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from lms.accounts.roles import Role, person_of, require
from lms.commerce import actions, tasks
from lms.commerce.domain.refusals import CommerceError
from lms.commerce.forms import DifferenceForm
from lms.commerce.sentences import sentence_for


@require_POST
@require(Role.FINANCE)
def books(request: HttpRequest) -> HttpResponse:
    """Compare the books now (`now`), or say why two figures differ."""
    if "now" in request.POST:
        tasks.ring_comparison()
        messages.success(request, gettext("正在对账，通常不到一分钟。请稍后刷新本页。"))
        return redirect("commerce:finance")
    form = DifferenceForm(request.POST)
    try:
        if not form.is_valid():
            messages.error(request, gettext("没有保存：请写明原因，不超过 200 字。"))
        else:
            why = form.cleaned_data["why"]
            actions.explain_difference(difference=form.difference(), why=why, at=timezone.now(), by=person_of(request))
            messages.success(request, gettext("已记下原因。数字不再变化时，这一处不再提醒。"))
    except CommerceError as refusal:
        messages.error(request, sentence_for(refusal))
    return redirect("commerce:finance")
