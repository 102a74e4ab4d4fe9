"""Where other installations knock, and where an administrator sees what was carried."""

import logging

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from lms.accounts.roles import Role, require
from lms.exchange import actions, queries
from lms.exchange.domain.envelope import LARGEST_BYTES, SIGNATURE_HEADER, BadEnvelope

logger = logging.getLogger(__name__)
PER_PAGE = 30


@csrf_exempt  # signed by the sender's key, and no cookie is read
@require_POST
@never_cache
def messages(request: HttpRequest) -> HttpResponse:
    """Take one signed message and give the signed answer. 400: no message; 403: of nobody we know; 409: id used before."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if not 0 < length <= LARGEST_BYTES:
        return JsonResponse({"refused": "size"}, status=413 if length else 400)
    try:
        data, signature = actions.receive(request.body, request.headers.get(SIGNATURE_HEADER, ""), at=timezone.now())
    except BadEnvelope as error:
        return JsonResponse({"refused": str(error)}, status=400)
    except actions.Stranger:
        return JsonResponse({"refused": "stranger"}, status=403)
    except actions.Misused:
        return JsonResponse({"refused": "id"}, status=409)
    return HttpResponse(data, content_type="application/json", headers={SIGNATURE_HEADER: signature})


@require_GET
@require(Role.ADMINISTRATOR)
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """Show how the messages to each installation stand, and the latest of them."""
    context = {
        "carriages": queries.carriages(),
        "sent": Paginator(queries.outbox(), PER_PAGE).get_page(request.GET.get("page")),
        "received": queries.inbox()[:10],
    }
    return render(request, "exchange/desk.html", context)
