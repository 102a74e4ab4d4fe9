"""Exchanging an old paper certificate: the rules answer at once, an officer checks health and record, the issuer numbers."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.accounts.actions import record_licence
from lms.accounts.domain.refusals import Taken
from lms.accounts.queries import licences_of
from lms.certificates.actions.asking import queue_request
from lms.certificates.domain.asking import Deed
from lms.certificates.models import PaperExchange
from lms.certificates.notice_kinds import PAPER_DECLINED
from lms.certificates.paper_queries import Wish, answer_to, rules_of_region
from lms.credit.domain.exchange import Answer, ExchangeDecision
from lms.notices.actions import send
from lms.organisations.domain.area import covers
from lms.organisations.queries import area_of

if TYPE_CHECKING:
    from lms.accounts.models import User


class PaperRefused(ValueError):
    """Codes: no_document, no_rules, by_rules (then `decision` says which), exchanged_before, licence_post_twice,

    not_your_area, own_case, no_reason, decided_before.
    """

    def __init__(self, code: str, decision: ExchangeDecision | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.decision = decision


@transaction.atomic
def apply_for_exchange(*, applicant: "User", wish: Wish, at: datetime) -> PaperExchange:
    """Hand in an application; what the rules refuse is not kept, and nothing is asked twice. Raises PaperRefused."""
    today = timezone.localdate(at)
    rules = rules_of_region(wish.region_code, today)
    if rules is None:
        raise PaperRefused("no_rules")
    decision = answer_to(applicant.pk, wish, today)
    if decision is None:
        raise PaperRefused("no_document")
    if decision.answer is not Answer.OK:
        raise PaperRefused("by_rules", decision)
    if any(held.post_code == wish.new_post_code and held.number for held in licences_of(applicant.pk)):
        raise PaperRefused("licence_post_twice")
    try:
        with transaction.atomic():
            row = PaperExchange.objects.create(
                applicant=applicant,
                region_code=wish.region_code,
                rule_set_code=rules.code,
                old_number=wish.old_number,
                old_post=wish.old_post,
                new_post_code=wish.new_post_code,
                says_healthy=wish.says_healthy,
                says_no_bad_record=wish.says_no_bad_record,
                decision={"answer": decision.answer.value, "flags": list(decision.flags), "rules": rules.version},
                submitted_at=at,
            )
    except IntegrityError:
        raise PaperRefused("exchanged_before") from None
    _log("certificates.exchange_submitted", row, at, applicant.pk)
    return row


@transaction.atomic
def decide_exchange_application(
    *, application_uuid: UUID, confirm: bool, remark: str, at: datetime, by: "User"
) -> PaperExchange:
    """Confirm what an applicant states, so that the issuer is asked for a number; or decline. Raises PaperRefused."""
    row = PaperExchange.objects.select_for_update(of=("self",)).select_related("applicant").get(uuid=application_uuid)
    if not covers(area_of(by, on=timezone.localdate(at)), row.region_code):
        raise PaperRefused("not_your_area")
    if row.applicant_id == by.pk:
        raise PaperRefused("own_case")
    if row.state != PaperExchange.State.SUBMITTED:
        raise PaperRefused("decided_before")
    if not remark.strip():
        raise PaperRefused("no_reason")
    row.state = PaperExchange.State.CONFIRMED if confirm else PaperExchange.State.DECLINED
    row.decided_by, row.decided_at, row.remark = by, at, remark.strip()[:300]
    if confirm:
        row.request = queue_request(
            deed=Deed.EXCHANGE,
            licence_id=_candidate(row, at),
            holder_id=row.applicant_id,
            at=at,
            old_number=row.old_number,
        )
    else:
        send(
            person_id=row.applicant_id,
            kind=PAPER_DECLINED,
            params={"number": row.old_number, "reason": row.remark},
            key=f"certificates:paper:{row.uuid}",
            at=at,
            path=reverse("certificates:paper_exchange"),
        )
    row.save(update_fields=["state", "decided_by", "decided_at", "remark", "request"])
    _log("certificates.exchange_decided", row, at, by.pk)
    return row


def _candidate(row: PaperExchange, at: datetime) -> int:
    """Return the licence without a number that the issuer's answer will fill; made unless it is there."""
    for held in licences_of(row.applicant_id):
        if held.post_code == row.new_post_code:
            if held.number:
                raise PaperRefused("licence_post_twice")
            return held.id
    try:
        licence = record_licence(
            holder=row.applicant,
            post_code=row.new_post_code,
            number="",
            issued_on=None,
            region_code=row.region_code,
            rule_set_code=row.rule_set_code,
            at=at,
            by=None,
        )
    except Taken:
        raise PaperRefused("licence_post_twice") from None
    return licence.pk


def _log(kind: str, row: PaperExchange, at: datetime, actor_id: int) -> None:
    append(
        kind=kind,
        actor_id=actor_id,
        learner_id=row.applicant_id,
        happened_at=at,
        subject=str(row.uuid),
        payload={
            "region_code": row.region_code,
            "old_post": row.old_post,
            "new_post": row.new_post_code,
            "state": row.state,
        },
    )
