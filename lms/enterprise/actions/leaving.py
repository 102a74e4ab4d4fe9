"""What ends with a person's place in a company, whichever way it ended: where they worked, whom they saw, seats not used."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from analytics.learning_log.actions import append
from lms.accounts.actions import withdraw_role
from lms.accounts.roles import Role
from lms.commerce.actions import give_back_seats
from lms.enterprise.models import Posting, SiteManager
from lms.enterprise.queries.desk import desks_of
from lms.organisations.queries import managed_by

if TYPE_CHECKING:
    from lms.accounts.models import User

Place = tuple[int, int]  # organisation, person


def close_behind(person_ids: Collection[int], *, there: Collection[Place], at: datetime) -> None:
    """End the postings and the rights over sites of these persons where they have no place any more. Two queries for nothing.

    there: where they have one now. Each right that ends is filed, as withdrawn by the system.
    """
    postings = Posting.objects.filter(person_id__in=person_ids, until__isnull=True)
    over = [
        pk
        for pk, *place in postings.values_list("pk", "organisation_id", "person_id")
        if (place[0], place[1]) not in there
    ]
    if over:
        Posting.objects.filter(pk__in=over).update(until=timezone.localdate(at))
    granted = SiteManager.objects.filter(person_id__in=person_ids, revoked_at__isnull=True)
    ended = [
        pk
        for pk, *place in granted.values_list("pk", "site__organisation_id", "person_id")
        if (place[0], place[1]) not in there
    ]
    if not ended:
        return
    # Only what ends is locked: rights that stand may be revoked by somebody meanwhile, in another order.
    rows = granted.filter(pk__in=ended).select_for_update(of=["self"]).select_related("person", "site__organisation")
    for row in rows.order_by("pk"):
        revoke_site(row, at=at, by=None)
        append(
            kind="enterprise.manager_revoked",
            actor_id=None,
            learner_id=row.person_id,
            happened_at=at,
            subject=str(row.site.organisation.uuid),
            payload={"scope": "site", "site_uuid": str(row.site.uuid)},
        )


def free_seats(places: Collection[Place], *, at: datetime) -> int:
    """Give a company back the seats that persons who left it have not used; return how many."""
    return sum(
        give_back_seats(company_id=organisation_id, learner_id=person_id, at=at, by=None)
        for organisation_id, person_id in sorted(places)
    )


def revoke_site(row: SiteManager, *, at: datetime, by: "User | None") -> None:
    """End a right over a site."""
    row.revoked_at, row.revoked_by = at, by
    row.save(update_fields=["revoked_at", "revoked_by"])
    forget_role(row.person, at=at)


def forget_role(person: "User", *, at: datetime) -> None:
    """Take the role from whoever manages nothing any more, anywhere."""
    today = timezone.localdate(at)
    if not managed_by(person, on=today) and not desks_of(person, on=today):
        withdraw_role(user=person, role=Role.ENTERPRISE_MANAGER, at=at, by=None)
