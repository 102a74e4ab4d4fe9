"""Sending what waits, and acting on the answers."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from analytics.learning_log.actions import append
from lms.certificates import actions as certificates
from lms.certificates.domain.asking import AskUnreadable, snapshot_from_json
from lms.exchange.actions.gathering import ASK, CHANGED, COMPARE
from lms.exchange.domain.envelope import BadEnvelope, BadSignature, Envelope, read, sign, verify
from lms.exchange.domain.waiting import CLAIM_LASTS, wait_after
from lms.exchange.keys import own_key
from lms.exchange.ministry_gateway import Unreachable, post
from lms.exchange.models import OutboxMessage, Peer

SWEEP_BATCH = 200


def waiting(*, at: datetime) -> tuple[int, ...]:
    """Return the ids of messages that are due, the longest waiting first; those of a dead worker are queued again."""
    OutboxMessage.objects.filter(state=OutboxMessage.State.SENDING, claimed_at__lt=at - CLAIM_LASTS).update(
        state=OutboxMessage.State.QUEUED, due_at=at
    )
    rows = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED, due_at__lte=at, peer__active=True)
    return tuple(rows.order_by("due_at", "id").values_list("id", flat=True)[:SWEEP_BATCH])


def send_message(message_id: int, *, at: datetime) -> bool:
    """Send one message that is due and act on its answer; say whether it was answered. Sent again, it has the same id.

    The network is asked outside of any transaction; answer and deed are one. A failure waits longer each time and never
    gives up.
    """
    mine = OutboxMessage.objects.filter(pk=message_id, state=OutboxMessage.State.QUEUED, due_at__lte=at).update(
        state=OutboxMessage.State.SENDING, claimed_at=at, attempts=F("attempts") + 1
    )
    if not mine:
        return False
    row = OutboxMessage.objects.select_related("peer").get(pk=message_id)
    try:
        answer = _answered(row, at)
        _act(row, answer, at)
    except (Unreachable, BadSignature, BadEnvelope, AskUnreadable) as error:
        trouble = f"{type(error).__name__} {error}".strip()[:120]
        OutboxMessage.objects.filter(pk=row.pk, state=OutboxMessage.State.SENDING).update(
            state=OutboxMessage.State.QUEUED, due_at=at + wait_after(row.attempts), trouble=trouble
        )
        return False
    return True


def _answered(row: OutboxMessage, at: datetime) -> Envelope:
    """Return the peer's answer, checked: signed by it, to us, and to this message."""
    data = Envelope(
        id=row.uuid, kind=row.kind, sender=_own_code(row.peer), recipient=row.peer.code, sent_at=at, body=row.body
    ).to_bytes()
    got = post(row.peer.url or settings.SITE_URL, data, sign(data, own_key()))
    verify(got.data, got.signature, bytes(row.peer.public_key))
    answer = read(got.data)
    if answer.answers != row.uuid:
        raise BadEnvelope("answers")
    if (answer.sender, answer.recipient) != (row.peer.code, _own_code(row.peer)):
        raise BadEnvelope("to")
    return answer


def _own_code(peer: Peer) -> str:
    """Return the name by which a peer knows us: where one installation is both, issuer and platform have each their own."""
    return settings.EXCHANGE_ISSUER_CODE if peer.role == Peer.Role.PLATFORM else settings.EXCHANGE_CODE


@transaction.atomic
def _act(row: OutboxMessage, answer: Envelope, at: datetime) -> None:
    """Do what the answer asks for and settle the message, together."""
    settled = OutboxMessage.objects.filter(pk=row.pk).exclude(state=OutboxMessage.State.ANSWERED)
    if not settled.update(state=OutboxMessage.State.ANSWERED, answered_at=at, answer=dict(answer.body), trouble=""):
        return
    if row.kind == ASK:
        certificates.take_answer(request_uuid=UUID(row.body["request_uuid"]), answer=answer.body, at=at)
    elif row.kind == CHANGED:
        certificates.mark_told(proposal_uuid=UUID(row.body["proposal"]), at=at)
    elif row.kind == COMPARE:
        _bring_up_to(answer, at)
    append(
        kind="exchange.message_answered",
        actor_id=None,
        happened_at=at,
        subject=str(row.uuid),
        payload={
            "peer": row.peer.code,
            "message_kind": row.kind,
            "message_uuid": str(row.uuid),
            "attempts": row.attempts,
        },
    )


def _bring_up_to(answer: Envelope, at: datetime) -> None:
    differing = answer.body.get("differing")
    for body in differing if isinstance(differing, list) else ():
        certificates.take_snapshot(snapshot_from_json(body if isinstance(body, dict) else {}), at=at)
