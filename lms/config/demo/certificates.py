"""The demo's certificates: its issuer knows those that the learners hold, and its platform keeps them; one is revoked.

Issuer and platform are one installation under two codes, and speak over HTTP as two would.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from lms.accounts.queries import find_by_sign_in_name
from lms.certificates import actions, queries
from lms.certificates.domain.numbering import NoPostNumber, post_number
from lms.certificates.domain.periods import valid_until
from lms.credit.queries import LicenceDecision, decisions_of
from lms.exchange.actions import name_peer
from lms.exchange.keys import own_public_key

if TYPE_CHECKING:
    from lms.accounts.models import User

REVOKED = "xie"
OFFICERS = ("zhuguan", "fuzhuguan")
LONG_AGO = timedelta(days=30)


def register(members: "Mapping[str, User]", at: datetime) -> None:
    """Let issuer and platform know each other, and every certificate whose post has a number. In the caller's transaction."""
    for code, role in ((settings.EXCHANGE_ISSUER_CODE, "issuer"), (settings.EXCHANGE_CODE, "platform")):
        name_peer(code=code, role=role, url="", public_key=own_public_key())
    for user in members.values():
        for standing in decisions_of(user.pk, timezone.localdate(at)):
            _register(user, standing, at - LONG_AGO)


def revoke(at: datetime) -> None:
    """Let two officers revoke one certificate; both sides know. In the caller's transaction."""
    holder = find_by_sign_in_name(REVOKED)
    proposer, other = (find_by_sign_in_name(name) for name in OFFICERS)
    if holder is None or proposer is None or other is None:
        return
    for kept in queries.certificates_of(holder.pk):
        if kept.revoked_at is not None:
            continue
        proposal = actions.propose_change(
            certificate_uuid=queries.issued_view(kept.number).uuid,
            kind="revoke",
            changes={},
            reason="演示：以虚假材料取得证书（虚构）",
            at=at - timedelta(days=3),
            by=proposer,
        )
        actions.decide_change(
            proposal_uuid=proposal.uuid, agree=True, remark="核对属实，同意注销", at=at - timedelta(days=2), by=other
        )
        actions.take_snapshot(queries.snapshot_of(queries.issued_view(kept.number)), at=at)


def _register(user: "User", standing: LicenceDecision, at: datetime) -> None:
    licence, decision = standing.licence, standing.current
    ask = actions.described(standing)
    if ask is None or not licence.number or licence.issued_on is None or decision is None or decision.window is None:
        return
    try:
        post_number(licence.post_code)
    except NoPostNumber:
        return
    assert standing.rules is not None  # noqa: S101 — a decision has rules
    until = valid_until(licence.issued_on, decision.window.number, standing.rules, exchanged=False)
    row = actions.register_existing(ask, platform_code=settings.EXCHANGE_CODE, valid_to=until, at=at)
    snapshot = queries.snapshot_of(queries.issued_view(row.number))
    actions.adopt_snapshot(snapshot, holder_id=user.pk, licence_id=licence.id, at=at)
