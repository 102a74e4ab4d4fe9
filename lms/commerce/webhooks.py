"""The door at which the payment service rings: check the signature, store the event once, answer, work later."""

import logging
from functools import partial

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lms.commerce import actions, tasks
from lms.commerce.stripe_gateway import verified_event

LARGEST_BYTES = 512 * 1024
logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Take one event. Cases: wrong or old signature → 400; stored, new or known → 200."""
    if len(request.body) > LARGEST_BYTES:
        return HttpResponse(status=413)
    event = verified_event(request.body, request.headers.get("Stripe-Signature", ""))
    if event is None:
        logger.warning("an event of the payment service with a wrong signature was refused")
        return HttpResponse(status=400)
    with transaction.atomic():
        row = actions.store_event(event, at=timezone.now())
        if row is not None:
            transaction.on_commit(partial(tasks.ring, row))
    return HttpResponse(status=200)
