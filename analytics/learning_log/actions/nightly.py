"""What the log does for itself once a day: verify everything, and send a head out of the house."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from time import monotonic
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils.translation import gettext as _

from analytics.domain.evidence import Wrong
from analytics.domain.note import VerifierKey
from analytics.domain.record import Payload
from analytics.domain.spoken import spoken
from analytics.learning_log.actions.filing import append
from analytics.learning_log.log_kinds import FAULT_FOUND, HEAD_SENT, VERIFIED
from analytics.learning_log.models import LogRecord
from analytics.learning_log.queries import tree, whole

DAYS_OF = ZoneInfo("Asia/Shanghai")


def verify_everything(*, at: datetime, keys: Sequence[VerifierKey] = (), brought: Sequence[str] = ()) -> LogRecord:
    """Verify the whole log and file what was found: audit.log_verified, or audit.fault_found with the first fault.

    keys: by which heads must be signed, none = those they name. brought: heads that left the house, as signed notes.
    Reads in short transactions; only the filing of the result is a deed.
    """
    began = monotonic()
    try:
        good = whole.verify_whole(keys=keys, brought=brought, start=0, run=map, tell=lambda *_: None)
    except Wrong as wrong:
        with transaction.atomic():
            return append(
                kind=FAULT_FOUND,
                actor_id=None,
                happened_at=at,
                payload={"fault": str(wrong), "took_ms": _ms_since(began)},
            )
    with transaction.atomic():
        return append(
            kind=VERIFIED,
            actor_id=None,
            happened_at=at,
            payload={
                "records": good.records,
                "heads": good.heads,
                "brought": good.brought,
                "size": good.size,
                "took_ms": _ms_since(began),
            },
        )


@transaction.atomic
def send_daily_head(*, at: datetime) -> int:
    """Send the newest head to every subscriber of this installation, once a day; return to how many.

    Who keeps these letters can prove, without us, that nothing under the head was changed since. Cases: no subscriber, no
    head yet, or sent today already → 0. The letters leave after the commit.
    """
    subscribers: list[str] = settings.LOG_HEAD_SUBSCRIBERS
    head, day = tree.latest_head(), at.astimezone(DAYS_OF).date().isoformat()
    if head is None or not subscribers or LogRecord.objects.filter(kind=HEAD_SENT, subject=day).exists():
        return 0
    payload: dict[str, Payload] = {
        "day": day,
        "size": head.size,
        "root": head.root.hex(),
        "recipients": len(subscribers),
    }
    append(kind=HEAD_SENT, actor_id=None, happened_at=at, subject=day, payload=payload)
    letters = [
        EmailMessage(
            subject=_("学习日志检查点 %(day)s") % {"day": day},
            body=_letter(head, day),
            to=[address],
            attachments=[(f"checkpoint-{day}.txt", head.published, "text/plain")],
        )
        for address in subscribers
    ]
    transaction.on_commit(partial(_send, letters))
    return len(letters)


def _letter(head: tree.Head, day: str) -> str:
    return _(
        "%(day)s，学习日志 %(origin)s 共有 %(size)d 条记录。\n"
        "树根（十六进制）：%(root)s\n"
        "树根（汉字，一字一字节）：%(words)s\n\n"
        "请保存这封信和附件。以后任何人改动其中一条记录，都与这份检查点对不上：\n"
        "python3 verify.py 证据包.zip --checkpoint checkpoint-%(day)s.txt\n\n%(note)s"
    ) % {
        "day": day,
        "origin": settings.LOG_ORIGIN,
        "size": head.size,
        "root": head.root.hex(),
        "words": " ".join(spoken(head.root)),
        "note": head.published,
    }


def _send(letters: list[EmailMessage]) -> None:
    get_connection().send_messages(letters)


def _ms_since(began: float) -> int:
    return round((monotonic() - began) * 1000)
