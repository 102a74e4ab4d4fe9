"""Recording organisations, and who belongs to them. `by` None means the system. Every deed appends a log record."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from analytics.domain.record import Payload
from analytics.learning_log import actions as learning_log
from lms.accounts import actions as accounts
from lms.accounts.domain.refusals import NotAllowed as PersonNotAllowed
from lms.accounts.roles import Role, roles_of
from lms.organisations.domain.credit_code import check_credit_code
from lms.organisations.domain.notice_reading import written
from lms.organisations.domain.refusals import BadMembership, BadOrganisation, NotActivated, NotAllowed, NoticeRefused
from lms.organisations.domain.working_days import Notice
from lms.organisations.models import Membership, Organisation, Region, WorkingDayNotice
from lms.organisations.working_day_notices import shipped_notices

if TYPE_CHECKING:
    from lms.accounts.models import User

_NOTICES = 0x6E6F  # "no": keeps these locks apart from other advisory locks of the house
_STAFF = """
INSERT INTO organisations_membership (user_id, organisation_id, role, valid_from)
SELECT user_id, %s, 'staff', valid_from FROM unnest(%s::bigint[], %s::date[]) AS new (user_id, valid_from)
ON CONFLICT (user_id, organisation_id, role) WHERE valid_until IS NULL DO NOTHING
RETURNING user_id
"""
_PLACES = {"user_id": "int8", "organisation_id": "int8", "role": "varchar", "valid_from": "date"}
_NEEDS_CREDIT_CODE = (Organisation.Kind.ENTERPRISE, Organisation.Kind.INSTITUTION)


@transaction.atomic
def create_organisation(
    *,
    kind: str,
    name: str,
    credit_code: str = "",
    region_code: str,
    fictional: bool = False,
    at: datetime,
    by: "User | None",
) -> Organisation:
    """Record an organisation. credit_code in whatever form it was typed; authorities and venues may have none.

    Raises NotAllowed unless by an administrator, BadCreditCode, BadOrganisation (name_missing, credit_code_missing,
    credit_code_taken, region_unknown).
    """
    _demand_administrator(by)
    if not name.strip():
        raise BadOrganisation("name_missing")
    if credit_code:
        credit_code = check_credit_code(credit_code, fictional_allowed=settings.DEMO or by is None)
    elif kind in _NEEDS_CREDIT_CODE:
        raise BadOrganisation("credit_code_missing")
    if not Region.objects.filter(code=region_code).exists():
        raise BadOrganisation("region_unknown")
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                kind=Organisation.Kind(kind),
                name=name.strip(),
                credit_code=credit_code,
                region_id=region_code,
                fictional=fictional,
                created_at=at,
            )
    except IntegrityError:
        raise BadOrganisation("credit_code_taken") from None
    learning_log.put_labels(kind="organisation", texts={str(organisation.uuid): organisation.name})
    facts = {
        "organisation_uuid": str(organisation.uuid),
        "organisation_kind": str(organisation.kind),
        "region_code": region_code,
    }
    _log("organisations.organisation_created", None, organisation, by, at, facts)
    return organisation


@transaction.atomic
def add_member(
    *,
    user: "User",
    organisation: Organisation,
    role: str = Membership.Role.STAFF,
    from_day: date,
    until: date | None = None,
    at: datetime,
    by: "User | None",
) -> Membership:
    """Give a person a place in an organisation, from a day until before another (None: until further notice).

    Managers of the organisation add staff; administrators and the system add everybody. Officers are of authorities,
    and of no other kind.

    Raises NotAllowed, BadMembership (already_member, ends_before_it_begins, role_not_of_this_kind).
    """
    role = Membership.Role(role)
    if not _may_change_members(by, organisation, role, on=timezone.localdate(at)):
        raise NotAllowed
    if (role is Membership.Role.OFFICER) != (organisation.kind == Organisation.Kind.AUTHORITY):
        raise BadMembership("role_not_of_this_kind")
    if until is not None and until <= from_day:
        raise BadMembership("ends_before_it_begins")
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=user, organisation=organisation, role=role, valid_from=from_day, valid_until=until
            )
    except IntegrityError:
        raise BadMembership("already_member") from None
    facts = {
        "organisation_uuid": str(organisation.uuid),
        "membership_role": role.value,
        "valid_from": from_day.isoformat(),
    }
    if until is not None:
        facts["valid_until"] = until.isoformat()
    _log("organisations.member_added", user.pk, organisation, by, at, facts)
    return membership


@transaction.atomic
def add_staff(*, people: Iterable[tuple[int, date]], organisation_id: int) -> frozenset[int]:
    """Give many persons a place as staff of an organisation, each from a day until further notice; return who was new there.

    For imports: whether they may be added the caller has asked, and the caller files one record for each of them.
    """
    rows = list(people)
    with connection.cursor() as cursor:
        # As texts: the driver takes longer over each element of a list than the database does.
        ids, days = (",".join(str(row[at]) for row in rows) for at in (0, 1))
        cursor.execute(_STAFF, [organisation_id, f"{{{ids}}}", f"{{{days}}}"])
        return frozenset(row[0] for row in cursor.fetchall())


def add_new_staff(*, people: Iterable[tuple[int, date]], organisation_id: int) -> int:
    """Give persons who have no place anywhere yet one as staff, as `add_staff`; return how many.

    In the transaction of the deed that made them. Raises IntegrityError for one who has such a place.
    """
    rows = ((person_id, organisation_id, "staff", day) for person_id, day in people)
    return learning_log.copy_rows("organisations_membership", _PLACES, rows)


@transaction.atomic
def end_membership(*, membership_id: int, until: date, at: datetime, by: "User | None") -> Membership:
    """End a place in an organisation; `until` is the first day without it. Serialised by a row lock.

    Raises Membership.DoesNotExist, NotAllowed, BadMembership (ends_before_it_begins).
    """
    membership = Membership.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=membership_id)
    role = Membership.Role(membership.role)
    if not _may_change_members(by, membership.organisation, role, on=timezone.localdate(at)):
        raise NotAllowed
    if until <= membership.valid_from:
        raise BadMembership("ends_before_it_begins")
    membership.valid_until = until
    membership.save(update_fields=["valid_until"])
    facts = {
        "organisation_uuid": str(membership.organisation.uuid),
        "membership_role": role.value,
        "valid_until": until.isoformat(),
    }
    _log("organisations.membership_ended", membership.user_id, membership.organisation, by, at, facts)
    return membership


@transaction.atomic
def leave_places(
    *, organisation: Organisation, person_id: int, roles: Iterable[str], until: date, at: datetime, by: "User"
) -> int:
    """End the places of a person in an organisation that are in force; who may ask is the caller's question.

    A place that began on the day it ends was in force on no day: its row goes, the log keeps it. Returns how many ended.
    """
    rows = organisation.memberships.select_for_update().filter(user_id=person_id, role__in=list(roles))
    ended = 0
    for row in rows.exclude(valid_until__lte=until):
        if until <= row.valid_from:
            row.delete()
        else:
            row.valid_until = until
            row.save(update_fields=["valid_until"])
        facts = {
            "organisation_uuid": str(organisation.uuid),
            "membership_role": str(row.role),
            "valid_until": until.isoformat(),
        }
        _log("organisations.membership_ended", person_id, organisation, by, at, facts)
        ended += 1
    return ended


@transaction.atomic
def reset_member_password(*, organisation: Organisation, person_id: int, at: datetime, by: "User") -> str:
    """Give a learner of an organisation that `by` manages a temporary password, and return it.

    Raises NotAllowed for who manages another organisation, or for a person who is not (or no longer) of this one, or
    who has more to answer for than learning; NotActivated for an account without a password yet: its owner's own word, by the
    invitation, comes before any other.
    """
    today = timezone.localdate(at)
    theirs = organisation.memberships.filter(user_id=person_id, valid_from__lte=today).exclude(valid_until__lte=today)
    place = theirs.select_related("user").first()
    if place is None or by.pk == person_id:
        raise NotAllowed
    if not _may_change_members(by, organisation, Membership.Role.STAFF, on=today):
        raise NotAllowed
    if not place.user.has_usable_password():
        raise NotActivated
    try:
        return accounts.issue_temporary_password(user=place.user, at=at, by=by)
    except PersonNotAllowed:
        raise NotAllowed from None


@transaction.atomic
def load_notice(*, notice: Notice, at: datetime, by: "User") -> WorkingDayNotice:
    """Load a year's notice of days off as a new version; from now on every period is counted by it.

    Serialised by a lock on the table's year. Raises NotAllowed unless by an administrator, NoticeRefused
    (notice_unchanged) when these days already count.
    """
    _demand_administrator(by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NOTICES, notice.year])
    standing = WorkingDayNotice.objects.filter(year=notice.year).first()
    shipped = {each.year: written(each) for each in shipped_notices()}.get(notice.year)
    data = written(notice)
    if data == (standing.data if standing else shipped):
        raise NoticeRefused("notice_unchanged")
    row = WorkingDayNotice.objects.create(
        year=notice.year,
        version=standing.version + 1 if standing else 1,
        number=notice.number,
        data=data,
        loaded_at=at,
        by=by,
    )
    learning_log.append(
        kind="organisations.notice_loaded",
        actor_id=by.pk,
        happened_at=at,
        subject=str(notice.year),
        payload={
            "year": notice.year,
            "version": row.version,
            "number": notice.number,
            "days_off": len(notice.off),
            "days_worked": len(notice.worked),
        },
    )
    return row


def _may_change_members(by: "User | None", organisation: Organisation, role: Membership.Role, *, on: date) -> bool:
    if by is None or Role.ADMINISTRATOR in roles_of(by):
        return True
    manages = organisation.memberships.filter(user=by, role=Membership.Role.MANAGER, valid_from__lte=on).exclude(
        valid_until__lte=on
    )
    return role is Membership.Role.STAFF and manages.exists()


def _demand_administrator(by: "User | None") -> None:
    if by is not None and Role.ADMINISTRATOR not in roles_of(by):
        raise NotAllowed


def _log(  # noqa: PLR0917 — the order of the columns of the log
    kind: str,
    learner_id: int | None,
    organisation: Organisation,
    by: "User | None",
    at: datetime,
    payload: Mapping[str, Payload],
) -> None:
    learning_log.append(
        kind=kind,
        actor_id=by.pk if by else None,
        happened_at=at,
        learner_id=learner_id,
        subject=str(organisation.uuid),
        payload=payload,
    )
