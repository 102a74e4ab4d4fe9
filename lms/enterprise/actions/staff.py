"""Sites, who works at them, who may see them, and who leaves."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.accounts.actions import grant_role
from lms.accounts.roles import Role
from lms.commerce.actions import give_back_seats
from lms.enterprise.actions.leaving import forget_role, revoke_site
from lms.enterprise.actions.roster import refresh_people
from lms.enterprise.domain.desk import DeskRefused
from lms.enterprise.models import Posting, RosterLine, Site, SiteManager
from lms.enterprise.queries.desk import Desk, desk_of
from lms.organisations.actions import add_member, leave_places
from lms.organisations.domain.refusals import BadMembership
from lms.organisations.queries import employments_in_force

if TYPE_CHECKING:
    from analytics.domain.record import Payload
    from lms.accounts.models import User
    from lms.organisations.models import Membership

NAME_LENGTH = 60
_LOCK = 0x7374  # "st": keeps these locks apart from other advisory locks of the house


def demand_desk(by: "User", organisation_uuid: UUID, *, whole: bool, at: datetime) -> Desk:
    """Return the desk of `by`. Raises DeskRefused (not_your_company, whole_company_only)."""
    desk = desk_of(by, organisation_uuid, on=timezone.localdate(at))
    if desk is None:
        raise DeskRefused("not_your_company")
    if whole and not desk.is_whole:
        raise DeskRefused("whole_company_only")
    return desk


@transaction.atomic
def open_site(*, organisation_uuid: UUID, name: str, at: datetime, by: "User") -> Site:
    """Open a site of one's company. Raises DeskRefused (…, site_name_missing, site_name_taken)."""
    desk = demand_desk(by, organisation_uuid, whole=True, at=at)
    name = " ".join(name.split())[:NAME_LENGTH]
    if not name:
        raise DeskRefused("site_name_missing")
    try:
        with transaction.atomic():
            site = Site.objects.create(organisation_id=desk.organisation.id, name=name, opened_at=at)
    except IntegrityError:
        raise DeskRefused("site_name_taken") from None
    _log("enterprise.site_opened", desk, at, by, site_uuid=str(site.uuid), site_name=name)
    return site


@transaction.atomic
def close_site(*, organisation_uuid: UUID, site_uuid: UUID, at: datetime, by: "User") -> Site:
    """Close a site: its people stay in the company without one, its managers see nothing more. Raises DeskRefused."""
    _lock_company(organisation_uuid)
    desk = demand_desk(by, organisation_uuid, whole=True, at=at)
    site = _site(desk, site_uuid)
    site.closed_at = at
    site.save(update_fields=["closed_at"])
    people = list(site.postings.filter(until__isnull=True).values_list("person_id", flat=True))
    site.postings.filter(until__isnull=True).update(until=timezone.localdate(at))
    for row in site.managers.filter(revoked_at__isnull=True).select_related("person"):
        revoke_site(row, at=at, by=by)
    _log("enterprise.site_closed", desk, at, by, site_uuid=str(site.uuid), site_name=site.name)
    transaction.on_commit(partial(refresh_people, people, at=at))
    return site


@transaction.atomic
def move_people(
    *, organisation_uuid: UUID, people: Iterable[int], site_uuid: UUID | None, at: datetime, by: "User"
) -> int:
    """Move people of one's company to a site, or to none; return how many moved. Who is there already stays.

    Raises DeskRefused (…, no_such_site, not_your_people).
    """
    _lock_company(organisation_uuid)
    desk = demand_desk(by, organisation_uuid, whole=True, at=at)
    site = _site(desk, site_uuid) if site_uuid is not None else None
    today = timezone.localdate(at)
    wanted = set(people)
    own = employments_in_force(today).filter(organisation_id=desk.organisation.id, user_id__in=wanted)
    if wanted - set(own.values_list("user_id", flat=True)):
        raise DeskRefused("not_your_people")
    standing = Posting.objects.filter(organisation_id=desk.organisation.id, person_id__in=wanted, until__isnull=True)
    there = set(standing.filter(site=site).values_list("person_id", flat=True)) if site else set()
    moved = wanted - there if site else set(standing.values_list("person_id", flat=True))
    standing.filter(person_id__in=moved).update(until=today)
    if site is not None:
        Posting.objects.bulk_create(
            Posting(organisation_id=desk.organisation.id, site=site, person_id=person, since=today, by=by)
            for person in sorted(moved)
        )
    if moved:
        name = site.name if site else ""
        _log("enterprise.people_moved", desk, at, by, people=len(moved), site_name=name)
    transaction.on_commit(partial(refresh_people, moved, at=at))
    return len(moved)


@transaction.atomic
def grant_manager(
    *, organisation_uuid: UUID, person_uuid: UUID, site_uuid: UUID | None, at: datetime, by: "User"
) -> None:
    """Let one of the company's people manage it, or one of its sites. Raises DeskRefused (…, manages_already)."""
    _lock_company(organisation_uuid)
    desk = demand_desk(by, organisation_uuid, whole=True, at=at)
    place = _own_place(desk, person_uuid, at)
    person, company = place.user, place.organisation
    try:
        with transaction.atomic():
            if site_uuid is None:
                add_member(
                    user=person, organisation=company, role="manager", from_day=timezone.localdate(at), at=at, by=None
                )
            else:
                SiteManager.objects.create(site=_site(desk, site_uuid), person=person, granted_at=at, granted_by=by)
    except (IntegrityError, BadMembership):
        raise DeskRefused("manages_already") from None
    grant_role(user=person, role=Role.ENTERPRISE_MANAGER, at=at, by=None)
    scope = "company" if site_uuid is None else "site"
    _log("enterprise.manager_granted", desk, at, by, person=person.pk, scope=scope, site_uuid=str(site_uuid or ""))
    transaction.on_commit(partial(refresh_people, [person.pk], at=at))


@transaction.atomic
def revoke_manager(
    *, organisation_uuid: UUID, person_uuid: UUID, site_uuid: UUID | None, at: datetime, by: "User"
) -> None:
    """Take the right to manage the company, or one of its sites, from somebody; at once.

    Raises DeskRefused (…, not_yourself, manages_nothing): nobody takes it from themselves, so one always remains.
    """
    _lock_company(organisation_uuid)
    desk = demand_desk(by, organisation_uuid, whole=True, at=at)
    person = get_user_model().objects.filter(uuid=person_uuid).first()
    if person is None:
        raise DeskRefused("manages_nothing")
    if person.pk == by.pk:
        raise DeskRefused("not_yourself")
    if site_uuid is not None:
        row = SiteManager.objects.filter(site=_site(desk, site_uuid), person=person, revoked_at__isnull=True).first()
        if row is None:
            raise DeskRefused("manages_nothing")
        revoke_site(row, at=at, by=by)
    else:
        today = timezone.localdate(at)
        place = _own_place(desk, person_uuid, at)
        ended = leave_places(
            organisation=place.organisation, person_id=person.pk, roles=["manager"], until=today, at=at, by=by
        )
        if not ended:
            raise DeskRefused("manages_nothing")
        forget_role(person, at=at)
    scope = "company" if site_uuid is None else "site"
    _log("enterprise.manager_revoked", desk, at, by, person=person.pk, scope=scope, site_uuid=str(site_uuid or ""))
    transaction.on_commit(partial(refresh_people, [person.pk], at=at))


@transaction.atomic
def let_go(*, organisation_uuid: UUID, people: Iterable[int], at: datetime, by: "User") -> tuple[int, int]:
    """Record that people have left the company today; return how many left, and how many seats came free.

    Their hours and certificates are theirs and stay. Seats that were not used go back to the company's pools; what was used
    stays used. The company sees them no more. Raises DeskRefused (…, not_yourself, not_your_people).
    """
    _lock_company(organisation_uuid)
    desk = demand_desk(by, organisation_uuid, whole=True, at=at)
    wanted = sorted(set(people))
    if by.pk in wanted:
        raise DeskRefused("not_yourself")
    today = timezone.localdate(at)
    own = employments_in_force(today).filter(organisation_id=desk.organisation.id, user_id__in=wanted)
    places = {row.user_id: row for row in own.select_related("user", "organisation")}
    if set(wanted) - set(places):
        raise DeskRefused("not_your_people")
    seats = 0
    for place in places.values():
        person, company = place.user, place.organisation
        leave_places(organisation=company, person_id=person.pk, roles=["staff", "manager"], until=today, at=at, by=by)
        seats += give_back_seats(company_id=company.pk, learner_id=person.pk, at=at, by=by)
        for row in SiteManager.objects.filter(
            person=person, site__organisation=company, revoked_at__isnull=True
        ).select_related("person"):
            revoke_site(row, at=at, by=by)
        forget_role(person, at=at)
    company_id = desk.organisation.id
    Posting.objects.filter(organisation_id=company_id, person_id__in=wanted, until__isnull=True).update(until=today)
    RosterLine.objects.filter(organisation_id=company_id, person_id__in=wanted).delete()
    _log("enterprise.departure_recorded", desk, at, by, people=len(wanted), seats=seats)
    return len(wanted), seats


@transaction.atomic
def note_export(*, desk: Desk, people: int, at: datetime, by: "User") -> None:
    """Write down that a roster left the house as a file."""
    _log("enterprise.roster_exported", desk, at, by, people=people)


@transaction.atomic
def note_list_export(*, desk: Desk, name: str, at: datetime, by: "User") -> None:
    """Write down that a list of the desk left the house as a file."""
    _log("enterprise.list_exported", desk, at, by, list=name)


def _site(desk: Desk, site_uuid: UUID) -> Site:
    site = (
        Site.objects.select_for_update()
        .filter(organisation_id=desk.organisation.id, uuid=site_uuid, closed_at__isnull=True)
        .first()
    )
    if site is None:
        raise DeskRefused("no_such_site")
    return site


def _own_place(desk: Desk, person_uuid: UUID, at: datetime) -> "Membership":
    own = employments_in_force(timezone.localdate(at)).filter(
        organisation_id=desk.organisation.id, user__uuid=person_uuid
    )
    row = own.select_related("user", "organisation").first()
    if row is None:
        raise DeskRefused("not_your_people")
    return row


def _lock_company(organisation_uuid: UUID) -> None:
    """One deed of a company's managers after another, each asked whether they may when it is their turn.

    Without it two who take the right from each other at once would both succeed, and nobody would be left.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, str(organisation_uuid)])


def _log(kind: str, desk: Desk, at: datetime, by: "User", *, person: int | None = None, **payload: "Payload") -> None:
    append(
        kind=kind,
        actor_id=by.pk,
        learner_id=person,
        happened_at=at,
        subject=str(desk.organisation.uuid),
        payload=payload,
    )
