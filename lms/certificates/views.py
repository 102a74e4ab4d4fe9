"""A person's own certificates, and what lies before them. Nobody sees another person's here."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from lms.accounts.roles import person_of
from lms.certificates import actions
from lms.certificates.models import CertificateRequest
from lms.certificates.pages import mine_context, outlook_of
from lms.certificates.sentences import AGAIN_REFUSALS


@login_required
@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show the person's certificates: state, versions, the paper, and how renewals stand."""
    return render(request, "certificates/mine.html", mine_context(person_of(request).pk, timezone.localdate()))


@login_required
@never_cache
@require_GET
def outlook(request: HttpRequest) -> HttpResponse:
    """Show by which day each certificate needs which hours."""
    context = {"deadlines": outlook_of(person_of(request).pk, timezone.localdate())}
    return render(request, "certificates/outlook.html", context)


@login_required
@never_cache
@require_POST
def ask_again(request: HttpRequest, request_uuid: UUID) -> HttpResponse:
    """Ask the issuer once more for what it refused; somebody else's request is not found."""
    try:
        actions.ask_again(request_uuid=request_uuid, at=timezone.now(), by=person_of(request))
    except CertificateRequest.DoesNotExist:
        raise Http404(_("没有这项可以再次提交的申请。")) from None
    except actions.AskRefused as error:
        messages.error(request, AGAIN_REFUSALS[error.code])
    else:
        messages.success(request, _("已再次提交发证系统，结果会用通知告诉您。"))
    return redirect("certificates:mine")
