"""What an officer must know of renewals: those that only they can decide, and those whose hours were taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from lms.accounts.queries import names_of
from lms.certificates.domain.asking import Deed
from lms.certificates.models import CertificateRequest
from lms.certificates.queries import post_label
from lms.credit.domain.decision import Decision
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import Status
from lms.credit.queries import decisions_held, rule_versions

LIMIT = 200
_State = CertificateRequest.State


@dataclass(frozen=True, slots=True)
class WaitingRenewal:
    """A renewal that waits because the rules of its region are a draft. decision: of its cycle, by the draft."""

    uuid: UUID
    holder_id: int
    holder_name: str
    post: str
    number: str
    cycle: int
    started_at: datetime
    decision: Decision
    rules: RuleSet


@dataclass(frozen=True, slots=True)
class DoubtedRenewal:
    """A renewal whose hours were taken back. doubted_at: when that was noticed."""

    uuid: UUID
    holder_name: str
    post: str
    number: str
    cycle: int
    doubted_at: datetime


def waiting_in(area: Iterable[str], *, on: date, only: UUID | None = None) -> tuple[WaitingRenewal, ...]:
    """Return the renewals of an area that only a decision can free, the rules being a draft; the oldest first. Six queries.

    only: this one or none. A cycle on hold waits as well, but for another decision: it takes no place of the LIMIT.
    """
    waiting = _in_area(area).filter(state=_State.WAITING_AUTHORITY)
    if only is not None:
        waiting = waiting.filter(uuid=only)
    codes = waiting.order_by().values_list("licence__rule_set_code", flat=True).distinct()
    drafts = [
        code for code, versions in rule_versions(codes).items() if versions.any_draft
    ]  # which judges, is asked below
    rows = list(waiting.filter(licence__rule_set_code__in=drafts).order_by("id")[:LIMIT])
    held = decisions_held({row.holder_id for row in rows}, on)
    names = names_of({row.holder_id for row in rows})
    found = []
    for row in rows:
        standing = next((item for item in held.get(row.holder_id, ()) if item.licence.id == row.licence_id), None)
        decision = standing.in_cycle(row.cycle, on) if standing else None
        if standing is None or standing.rules is None or decision is None or decision.rule_status is not Status.DRAFT:
            continue
        judged_by = standing.versions.of_cycle(row.cycle, standing.holding, on) if standing.versions else None
        found.append(
            WaitingRenewal(
                uuid=row.uuid,
                holder_id=row.holder_id,
                holder_name=names.get(row.holder_id, ""),
                post=post_label(row.licence.post_code),
                number=row.licence.number,
                cycle=row.cycle,
                started_at=row.started_at,
                decision=decision,
                rules=judged_by or standing.rules,
            )
        )
    return tuple(found)


def doubted_in(area: Iterable[str]) -> tuple[DoubtedRenewal, ...]:
    """Return the renewals of an area whose hours were taken back, the newest first. Two queries."""
    doubted = _in_area(area).filter(doubted_at__isnull=False).exclude(certificate__revoked_at__isnull=False)
    rows = list(doubted.order_by("-doubted_at")[:LIMIT])
    names = names_of({row.holder_id for row in rows})
    return tuple(
        DoubtedRenewal(
            uuid=row.uuid,
            holder_name=names.get(row.holder_id, ""),
            post=post_label(row.licence.post_code),
            number=row.licence.number,
            cycle=row.cycle,
            doubted_at=row.doubted_at,
        )
        for row in rows
        if row.doubted_at is not None
    )


def _in_area(area: Iterable[str]) -> QuerySet[CertificateRequest]:
    where = Q(pk__in=[])
    for prefix in area:
        where |= Q(licence__region_code__startswith=prefix)
    rows = CertificateRequest.objects.filter(where, kind=Deed.RENEWAL.value, licence__withdrawn_on__isnull=True)
    return rows.select_related("licence")
