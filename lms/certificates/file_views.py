"""Papers and credentials for their holder; the status list for everybody."""

from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_POST

from lms.accounts.limits import count_within
from lms.accounts.roles import person_of
from lms.certificates import actions
from lms.certificates.credential_key import credential_key
from lms.certificates.credentials import credential_of, status_list_of
from lms.certificates.domain.credential import LIST_BITS
from lms.certificates.pdf.fonts import GlyphsMissing
from lms.certificates.pdf.signing import NoSigningKey
from lms.certificates.queries import CertificateView, find_by_uuid
from lms.credit.queries import decisions_of

PROOFS_AN_HOUR = 20  # each is a signed file that is kept


def _own(request: HttpRequest, certificate_uuid: UUID) -> CertificateView:
    view = find_by_uuid(certificate_uuid)
    if view is None or view.holder_id != person_of(request).pk:
        raise Http404(gettext("没有这本证书，或者它不是您的。"))
    return view


@login_required
@never_cache
@require_GET
def paper(request: HttpRequest, certificate_uuid: UUID, version: int) -> HttpResponse:
    """Send the signed paper of one version to its holder."""
    view = _own(request, certificate_uuid)
    chosen = next((item for item in view.versions if item.version == version), None)
    if chosen is None:
        raise Http404(gettext("这本证书没有这一版。"))
    try:
        made = actions.paper_of(version_id=chosen.id, at=timezone.now())
    except (GlyphsMissing, NoSigningKey) as trouble:
        messages.error(request, _why_not(trouble))
        return redirect("certificates:mine")
    return _pdf(actions.stored(made.name), f"{view.number}-{version}.pdf")


@login_required
@never_cache
@require_POST
def hours_proof(request: HttpRequest, licence_uuid: UUID) -> HttpResponse:
    """Make a proof of hours of the running cycle and send it."""
    person = person_of(request)
    standings = decisions_of(person.pk, timezone.localdate())
    standing = next((one for one in standings if one.licence.uuid == licence_uuid), None)
    if standing is None:
        raise Http404(gettext("没有这本证书，或者它不是您的。"))
    if count_within(f"hours-proof:{person.pk}", seconds=3600) > PROOFS_AN_HOUR:
        return render(request, "429.html", {"seconds": 3600}, status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        made = actions.prove_hours(standing=standing, at=timezone.now(), by=person)
    except (GlyphsMissing, NoSigningKey, LookupError) as trouble:
        messages.error(request, _why_not(trouble))
        return redirect("credit:my_hours")
    return _pdf(actions.stored(made.name), f"hours-{made.code}.pdf")


@login_required
@never_cache
@require_GET
def credential(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """Send the certificate as a Verifiable Credential to its holder."""
    view, key = _own(request, certificate_uuid), credential_key()
    if key is None:
        raise Http404(gettext("这个平台没有签发数字凭证的密钥。"))
    answer = JsonResponse(credential_of(view, key), json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/vc"
    answer["Content-Disposition"] = f'attachment; filename="{view.uuid}.json"'
    return answer


@cache_control(public=True, max_age=300)
@require_GET
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """Send one list of which credentials were revoked. It names nobody."""
    key = credential_key()
    if key is None or number * LIST_BITS > 2**31:
        raise Http404
    address = settings.SITE_URL.rstrip("/") + reverse("certificates:status_list", args=[number])
    answer = JsonResponse(status_list_of(number, key, address=address))
    answer["Content-Type"] = "application/vc"
    return answer


def _pdf(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _why_not(trouble: Exception) -> str:
    if isinstance(trouble, GlyphsMissing):
        return gettext("字库里没有这些字：%(characters)s，为避免印错没有出具。请联系客服补字。") % {
            "characters": trouble.characters
        }
    if isinstance(trouble, NoSigningKey):
        return gettext("这个平台还没有配置签名密钥，不能出具带签名的文件。请联系管理员。")
    return gettext("这本证书没有适用的规则，不能出具学时证明。")
