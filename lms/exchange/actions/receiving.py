"""Taking in what peers send: each message is done once, and answered the same each time it comes."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import F

from analytics.learning_log.actions import append
from lms.certificates import actions as certificates
from lms.certificates import queries as certificate_queries
from lms.certificates.domain.asking import AskUnreadable, Refused, ask_from_json, snapshot_from_json
from lms.exchange.actions.gathering import ASK, CHANGED, COMPARE
from lms.exchange.domain.envelope import BadSignature, Envelope, read, sign, verify
from lms.exchange.keys import own_key
from lms.exchange.models import InboxMessage, Peer


class Stranger(PermissionError):
    """The message is of nobody we know, not signed by them, or not for us."""


class Misused(ValueError):
    """Another message came under this id before."""


def receive(data: bytes, signature: str, *, at: datetime) -> tuple[bytes, str]:
    """Do what a message asks for, once, and return the signed answer. Raises BadEnvelope, Stranger, Misused."""
    envelope = read(data)
    peer = Peer.objects.filter(code=envelope.sender, active=True).first()
    if peer is None or envelope.recipient not in _our_codes():
        raise Stranger
    try:
        verify(data, signature, bytes(peer.public_key))
    except BadSignature:
        raise Stranger from None
    body = _done(peer, envelope, at)
    answer = Envelope(
        id=uuid5(envelope.id, "answer"),
        kind=f"{envelope.kind}.answer",
        sender=envelope.recipient,
        recipient=envelope.sender,
        sent_at=at,
        body=body,
        answers=envelope.id,
    ).to_bytes()
    return answer, sign(answer, own_key())


def _our_codes() -> frozenset[str]:
    return frozenset({settings.EXCHANGE_CODE, settings.EXCHANGE_ISSUER_CODE}) - {""}


@transaction.atomic
def _done(peer: Peer, envelope: Envelope, at: datetime) -> Mapping[str, object]:
    """Return the answer's body: what was said before, or what is done now in one transaction with the inbox row.

    The same message at the same time in two processes: the second waits at the unique index, then reads the first's answer.
    """
    digest = hashlib.sha256(
        json.dumps([envelope.kind, envelope.body], ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()
    row, created = InboxMessage.objects.get_or_create(
        peer=peer,
        message_uuid=envelope.id,
        defaults={"kind": envelope.kind[:40], "digest": digest, "received_at": at},
    )
    if not created:
        if row.digest != digest:
            raise Misused
        InboxMessage.objects.filter(pk=row.pk).update(times=F("times") + 1)
        return dict(row.answer)
    row.answer = dict(_answer_of(peer, envelope, at))
    row.save(update_fields=["answer"])
    append(
        kind="exchange.message_received",
        actor_id=None,
        happened_at=at,
        subject=str(envelope.id),
        payload={"peer": peer.code, "message_kind": row.kind, "message_uuid": str(envelope.id)},
    )
    return dict(row.answer)


def _answer_of(peer: Peer, envelope: Envelope, at: datetime) -> Mapping[str, object]:
    try:
        if envelope.kind == ASK and peer.role == Peer.Role.PLATFORM:
            return _issued(peer, envelope, at)
        if envelope.kind == COMPARE and peer.role == Peer.Role.PLATFORM:
            return _compared(peer, envelope)
        if envelope.kind == CHANGED and peer.role == Peer.Role.ISSUER:
            body = envelope.body.get("certificate")
            kept = certificates.take_snapshot(snapshot_from_json(body if isinstance(body, dict) else {}), at=at)
            return {"outcome": "kept" if kept else "unknown"}
    except AskUnreadable as error:
        return {"outcome": "refused", "code": Refused.UNREADABLE.value, "field": str(error)}
    return {"outcome": "refused", "code": "unknown_kind"}


def _issued(peer: Peer, envelope: Envelope, at: datetime) -> Mapping[str, object]:
    ask = ask_from_json(envelope.body)
    try:
        with transaction.atomic():
            number = certificates.issue(ask, platform_code=peer.code, at=at).number
    except certificates.IssueRefused as error:
        return {"outcome": "refused", "code": error.code.value}
    view = certificate_queries.issued_view(number)
    return {"outcome": "issued", "certificate": certificate_queries.snapshot_of(view).as_json()}


def _compared(peer: Peer, envelope: Envelope) -> Mapping[str, object]:
    """Return every certificate that the platform knows otherwise than we, and the numbers that we do not know as its own."""
    known = envelope.body.get("known")
    rows = [row for row in known if isinstance(row, list) and len(row) == 3] if isinstance(known, list) else []  # noqa: PLR2004 — number, hash, revoked
    ours = certificate_queries.issued_snapshots((str(row[0]) for row in rows), platform_code=peer.code)
    differing = []
    for number, digest, revoked in rows:
        mine = ours.get(str(number))
        if mine and (mine.versions[-1].facts.digest != digest or (mine.revoked_at is not None) != bool(revoked)):
            differing.append(mine.as_json())
    return {
        "outcome": "compared",
        "differing": differing,
        "unknown": [str(row[0]) for row in rows if str(row[0]) not in ours],
    }
