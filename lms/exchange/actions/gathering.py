"""What other rooms have left to be said becomes messages."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from analytics.learning_log.actions import append
from lms.certificates import queries as certificates
from lms.exchange.models import OutboxMessage, Peer

ASK = "certificates.ask"
CHANGED = "certificates.changed"
COMPARE = "certificates.compare"
COMPARE_BATCH = 500


@transaction.atomic
def gather(*, at: datetime) -> int:
    """Make a message of every request of this platform and every change of this issuer that has none; return how many.

    Running it again makes none: each has a key of its own.
    """
    made = 0
    issuer = Peer.objects.filter(role=Peer.Role.ISSUER, active=True).first()
    if issuer is not None:
        for request_uuid, body in certificates.queued_requests():
            made += _message(issuer, ASK, f"ask:{request_uuid}", body, at)
    platforms = {peer.code: peer for peer in Peer.objects.filter(role=Peer.Role.PLATFORM, active=True)}
    for proposal_uuid, platform_code, view in certificates.untold_changes():
        if platform_code in platforms:
            body = {"proposal": str(proposal_uuid), "certificate": certificates.snapshot_of(view).as_json()}
            made += _message(platforms[platform_code], CHANGED, f"changed:{proposal_uuid}", body, at)
    return made


@transaction.atomic
def gather_comparison(*, at: datetime) -> int:
    """Make messages that ask the issuer what differs from what this platform keeps; return how many. Once a day is enough."""
    issuer = Peer.objects.filter(role=Peer.Role.ISSUER, active=True).first()
    made = after = 0
    while issuer is not None and (found := certificates.known_here(after=after, limit=COMPARE_BATCH)):
        body = {"known": [[number, digest, revoked] for _, number, digest, revoked in found]}
        made += _message(issuer, COMPARE, f"compare:{at.date().isoformat()}:{after}", body, at)
        after = found[-1][0]
    return made


@transaction.atomic
def name_peer(*, code: str, role: str, url: str, public_key: bytes) -> Peer:
    """Record another installation, or bring what is known of it up to date."""
    peer, _ = Peer.objects.update_or_create(
        code=code, defaults={"role": role, "url": url, "public_key": public_key, "active": True}
    )
    return peer


def _message(peer: Peer, kind: str, key: str, body: Mapping[str, object], at: datetime) -> int:
    """Queue a message in the caller's transaction; 0 if its key has one."""
    row, created = OutboxMessage.objects.get_or_create(
        peer=peer, key=key, defaults={"kind": kind, "body": body, "due_at": at, "created_at": at}
    )
    if created:
        append(
            kind="exchange.message_queued",
            actor_id=None,
            happened_at=at,
            subject=str(row.uuid),
            payload={"peer": peer.code, "message_kind": kind, "message_uuid": str(row.uuid)},
        )
    return int(created)
