"""Telling a person something, once; and sending what waits."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from analytics.learning_log.actions import append
from lms.accounts import field_encryption
from lms.accounts.domain.phone import mask_phone
from lms.accounts.queries import contact_of
from lms.notices import email_gateway, sms_gateway
from lms.notices.domain.channels import Channel
from lms.notices.domain.timing import after_quiet_hours, wait_after
from lms.notices.kinds import BadNotice, NoticeKind, kind_of
from lms.notices.models import Delivery, Notice
from lms.notices.queries import count_key
from lms.notices.sms_gateway import Undelivered

if TYPE_CHECKING:
    from lms.accounts.models import User

QUEUED = "notices.notice_queued"
CLAIM_LASTS = timedelta(minutes=5)  # a worker that has not come back by then is dead
SWEEP_BATCH = 500


@transaction.atomic
def send(
    *, person_id: int, kind: str, params: Mapping[str, str | int], key: str, at: datetime, path: str = ""
) -> Notice | None:
    """Tell a person something in every way its kind has; None if this person was told under this key before.

    Leaves rows; a worker sends them after the commit. What is not urgent waits for the end of the quiet hours. path: where
    the notice leads, within the site. Raises UnknownNotice, BadNotice.
    """
    meant = kind_of(kind)
    _fills(meant, params)
    notice_uuid = uuid4()
    rows = Notice.objects.bulk_create(
        [
            Notice(
                uuid=notice_uuid,
                person_id=person_id,
                kind=kind,
                params={} if meant.secret else dict(params),
                sealed=field_encryption.seal(json.dumps(dict(params)), context=f"notice:{notice_uuid}")
                if meant.secret
                else b"",
                key=key,
                path=path,
                in_centre=Channel.IN_APP in meant.channels,
                created_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    notice = Notice.objects.filter(uuid=rows[0].uuid).first()
    if notice is None:
        return None
    due_at = at if meant.urgent else _after_quiet_hours(at)
    Delivery.objects.bulk_create(
        Delivery(notice=notice, channel=channel, due_at=due_at)
        for channel in meant.channels
        if channel is not Channel.IN_APP
    )
    append(
        kind=QUEUED,
        actor_id=None,
        learner_id=person_id,
        happened_at=at,
        subject=str(notice.uuid),
        payload={"notice_kind": kind},
    )
    transaction.on_commit(partial(cache.delete, count_key(person_id)))
    return notice


def waiting(*, at: datetime, notice_uuid: str | None = None) -> tuple[int, ...]:
    """Return the ids of deliveries that are due, the longest waiting first; those of a dead worker are queued again."""
    Delivery.objects.filter(state=Delivery.State.SENDING, claimed_at__lt=at - CLAIM_LASTS).update(
        state=Delivery.State.QUEUED, due_at=at
    )
    rows = Delivery.objects.filter(state=Delivery.State.QUEUED, due_at__lte=at)
    if notice_uuid is not None:
        rows = rows.filter(notice__uuid=notice_uuid)
    return tuple(rows.order_by("due_at", "id").values_list("id", flat=True)[:SWEEP_BATCH])


def deliver(delivery_id: int, *, at: datetime) -> Delivery | None:
    """Send one delivery that is due; None if another worker has it, or it is over. A failure waits longer each time.

    Sent twice only if a worker dies between sending and writing it down; the gateway sees the same key.
    """
    mine = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.QUEUED, due_at__lte=at).update(
        state=Delivery.State.SENDING, claimed_at=at, attempts=F("attempts") + 1
    )
    if not mine:
        return None
    row = Delivery.objects.select_related("notice").get(pk=delivery_id)
    try:
        state, address, receipt = _handed_over(row)
    except Undelivered as error:
        _failed(row, str(error), at)
    else:
        _settle(row, state, at, address_masked=address, receipt=receipt, trouble="" if address else receipt)
    return row


def mark_read(*, person: "User", at: datetime, notice_uuid: UUID | None = None) -> int:
    """Mark one notice of a person as read, or all of them; return how many were unread."""
    rows = Notice.objects.filter(person=person, read_at__isnull=True)
    if notice_uuid is not None:
        rows = rows.filter(uuid=notice_uuid)
    changed = rows.update(read_at=at)
    transaction.on_commit(partial(cache.delete, count_key(person.pk)))
    return changed


def params_of(notice: Notice) -> dict[str, str | int]:
    """Return what fills the text of a notice; {} for a secret that has been forgotten."""
    if not kind_of(notice.kind).secret:
        return dict(notice.params)
    if not notice.sealed:
        return {}
    opened = json.loads(field_encryption.unseal(notice.sealed, context=f"notice:{notice.uuid}"))
    return {str(name): value for name, value in opened.items()}


def _fills(kind: NoticeKind, params: Mapping[str, str | int]) -> None:
    try:
        assert kind.title % params is not None and kind.text % params is not None  # noqa: S101 — % raises or fills
    except (KeyError, TypeError, ValueError) as error:
        raise BadNotice(f"{kind.name}: {type(error).__name__}") from None


def _after_quiet_hours(at: datetime) -> datetime:
    begin, end = settings.NOTICE_QUIET_HOURS
    return after_quiet_hours(timezone.localtime(at), quiet_from=begin, quiet_until=end)


def _handed_over(row: Delivery) -> tuple[Delivery.State, str, str]:
    """Return what became of it, the masked address ("" = skipped) and the receipt, or why it was skipped."""
    contact = contact_of(row.notice.person_id)
    kind, params = kind_of(row.notice.kind), params_of(row.notice)
    key = f"{row.notice.uuid}-{row.channel}"
    with translation.override(settings.LANGUAGE_CODE):
        title, text = kind.title_for(params), kind.text_for(params)
    if row.channel == Channel.SMS:
        sms = sms_gateway.gateway()
        if not contact.phone or sms is None:
            return Delivery.State.SKIPPED, "", "no_phone" if sms else "no_gateway"
        return Delivery.State.SENT, mask_phone(contact.phone), sms.send(phone=contact.phone, text=text, key=key)
    if not contact.email or not email_gateway.can_send():
        return Delivery.State.SKIPPED, "", "no_address" if email_gateway.can_send() else "no_gateway"
    masked = f"{contact.email[:1]}***@{contact.email.rpartition('@')[2]}"
    return Delivery.State.SENT, masked, email_gateway.send(address=contact.email, title=title, text=text, key=key)


def _failed(row: Delivery, why: str, at: datetime) -> None:
    wait = wait_after(row.attempts)
    if wait is None:
        _settle(row, Delivery.State.FAILED, at, trouble=why)
        return
    Delivery.objects.filter(pk=row.pk, state=Delivery.State.SENDING).update(
        state=Delivery.State.QUEUED, due_at=at + wait, trouble=why[:120]
    )


@transaction.atomic
def _settle(
    row: Delivery,
    state: Delivery.State,
    at: datetime,
    *,
    address_masked: str = "",
    receipt: str = "",
    trouble: str = "",
) -> None:
    sent = state is Delivery.State.SENT
    Delivery.objects.filter(pk=row.pk).update(
        state=state,
        sent_at=at if sent else None,
        address_masked=address_masked,
        receipt=receipt if sent else "",
        trouble=trouble[:120],
    )
    if state is not Delivery.State.SKIPPED:
        append(
            kind="notices.notice_delivered" if sent else "notices.delivery_failed",
            actor_id=None,
            learner_id=row.notice.person_id,
            happened_at=at,
            subject=str(row.notice.uuid),
            payload={"channel": row.channel, "attempts": row.attempts, "notice_kind": row.notice.kind},
        )
    over = ~Q(deliveries__state__in=[Delivery.State.QUEUED, Delivery.State.SENDING])
    if not settings.DEMO:  # the demo's outbox shows what was sent, codes too
        Notice.objects.filter(over, pk=row.notice_id).exclude(sealed=b"").update(sealed=b"")
