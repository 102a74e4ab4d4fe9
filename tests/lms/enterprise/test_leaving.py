"""Whichever way somebody leaves, nothing of the company stays with them; and a company is never left without a manager."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.accounts.roles import Role, roles_of
from lms.commerce.actions import assign_seats, give_back_seats, release_seat
from lms.commerce.models import Assignment, Seat
from lms.enterprise import actions, queries
from lms.enterprise.domain.desk import DeskRefused
from lms.enterprise.models import Posting, RosterLine, Site, SiteManager, TransferRequest
from lms.organisations.actions import end_membership
from lms.organisations.models import Membership
from tests import people
from tests.lms.commerce.conftest import AT, open_shop
from tests.lms.enterprise.conftest import Firm


def _site_chief(firm: Firm, now: datetime) -> tuple[User, Site]:
    """Somebody who works at a site of the firm and manages it."""
    chief = people.learner("工地长")
    people.join(chief, firm.place)
    site = actions.open_site(organisation_uuid=firm.place.uuid, name="一号地块", at=now, by=firm.manager)
    deed = {"organisation_uuid": firm.place.uuid, "site_uuid": site.uuid, "at": now, "by": firm.manager}
    actions.move_people(people=[chief.pk], **deed)  # type: ignore[arg-type]  # one deed, twice
    actions.grant_manager(person_uuid=chief.uuid, **deed)  # type: ignore[arg-type]  # as above
    actions.refresh_company(firm.place.pk, at=now)
    return chief, site


def _nothing_left(chief: User, firm: Firm, now: datetime) -> None:
    assert not RosterLine.objects.filter(person=chief, organisation=firm.place).exists()
    assert Posting.objects.get(person=chief).until == timezone.localdate(now)
    row = SiteManager.objects.get(person=chief)
    assert row.revoked_at is not None and row.revoked_by is None
    chief = User.objects.get(pk=chief.pk)
    assert Role.ENTERPRISE_MANAGER not in roles_of(chief)
    assert queries.desk_of(chief, firm.place.uuid, on=timezone.localdate(now)) is None
    record = LogRecord.objects.get(kind="enterprise.manager_revoked", learner_id=chief.pk)
    assert record.actor_id is None and record.payload["scope"] == "site"


def test_who_moves_by_their_own_word_takes_no_site_along(firm: Firm, now: datetime) -> None:
    chief, _site = _site_chief(firm, now)
    other = people.organisation("enterprise")
    request = TransferRequest.objects.create(
        person=chief, organisation=other, asked_at=now, by=firm.other, expires_at=now + timedelta(days=9)
    )
    actions.answer_move(request_uuid=request.uuid, accepted=True, at=now, by=chief)
    actions.refresh_people([chief.pk], at=now)
    _nothing_left(chief, firm, now)
    assert RosterLine.objects.get(person=chief).organisation_id == other.pk
    people.join(chief, firm.place, "staff")  # who comes back begins anew
    actions.refresh_people([chief.pk], at=now)
    assert RosterLine.objects.get(person=chief, organisation=firm.place).site_id is None


def test_a_membership_that_is_ended_elsewhere_ends_what_hung_on_it(firm: Firm, now: datetime) -> None:
    chief, _site = _site_chief(firm, now)
    place = Membership.objects.get(user=chief, role="staff")
    end_membership(membership_id=place.pk, until=timezone.localdate(now), at=now, by=None)
    actions.refresh_people(actions.stale_people(at=now, limit=9), at=now)
    _nothing_left(chief, firm, now)


def test_an_account_that_is_closed_for_a_while_keeps_its_place(firm: Firm, now: datetime) -> None:
    chief, site = _site_chief(firm, now)
    for active in (False, True):
        User.objects.filter(pk=chief.pk).update(is_active=active)
        actions.refresh_people([chief.pk], at=now)
        assert RosterLine.objects.filter(person=chief).exists() is active
    assert RosterLine.objects.get(person=chief).site_id == site.pk
    assert SiteManager.objects.get(person=chief).revoked_at is None


@pytest.mark.django_db
def test_a_mover_gives_back_the_seat_that_is_not_used_and_no_other() -> None:
    shop, now = open_shop(), timezone.now()
    mover, begun, stays = (shop.staff() for _ in range(3))
    line = shop.paid(3)
    actions.refresh_company(shop.company.pk, at=now)
    assign_seats(line_id=line.pk, learner_ids=[mover.pk, begun.pk, stays.pk], at=AT, by=shop.manager)
    Seat.objects.filter(assignments__learner=begun).update(state=Seat.State.USED)
    for one in (mover, begun):
        place = Membership.objects.get(user=one, role="staff")
        end_membership(membership_id=place.pk, until=timezone.localdate(now), at=now, by=None)
    actions.refresh_people([mover.pk, begun.pk, stays.pk], at=now)
    held = set(Assignment.objects.filter(released_at__isnull=True).values_list("learner_id", flat=True))
    assert held == {begun.pk, stays.pk}
    assert Assignment.objects.get(learner=mover).released_by is None
    assert Seat.objects.filter(line=line, state=Seat.State.FREE).count() == 1
    assert LogRecord.objects.get(kind="commerce.seat_released").actor_id is None


def _at_once(*deeds: Callable[[], object]) -> list[Exception]:
    """Do these at the same time; return what they raised."""
    barrier, raised = threading.Barrier(len(deeds)), []

    def work(deed: Callable[[], object]) -> None:
        try:
            barrier.wait()
            deed()
        except Exception as error:  # noqa: BLE001 — told by the tests below
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", ["revoke", "let_go"])
def test_two_managers_who_remove_each_other_at_once_do_not_both_succeed(deed: str) -> None:
    place, now = people.organisation("enterprise"), timezone.now()
    one, other = people.employer(place), people.employer(place)
    for manager in (one, other):
        people.join(manager, place, "staff")

    def remove(by: User, whom: User) -> Callable[[], object]:
        if deed == "let_go":
            return lambda: actions.let_go(organisation_uuid=place.uuid, people=[whom.pk], at=now, by=by)
        return lambda: actions.revoke_manager(
            organisation_uuid=place.uuid, person_uuid=whom.uuid, site_uuid=None, at=now, by=by
        )

    for _ in range(3):
        raised = _at_once(remove(one, other), remove(other, one))
        assert [str(error) for error in raised] == ["not_your_company"], raised
        assert all(isinstance(error, DeskRefused) for error in raised)
        left = [who for who in (one, other) if queries.desk_of(who, place.uuid, on=timezone.localdate(now))]
        assert len(left) == 1
        gone = other if left == [one] else one
        if deed == "let_go":
            break
        actions.grant_manager(organisation_uuid=place.uuid, person_uuid=gone.uuid, site_uuid=None, at=now, by=left[0])


@pytest.mark.django_db(transaction=True)
def test_a_seat_that_is_taken_back_meanwhile_stops_nobody_from_leaving() -> None:
    shop = open_shop()
    leaver = shop.staff()
    line = shop.paid(1)
    assign_seats(line_id=line.pk, learner_ids=[leaver.pk], at=AT, by=shop.manager)
    assignment = Assignment.objects.get()
    back: list[int] = []

    def leave() -> None:
        back.append(give_back_seats(company_id=shop.company.pk, learner_id=leaver.pk, at=AT, by=shop.manager))

    def work() -> None:
        try:
            leave()
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        release_seat(assignment_id=assignment.pk, at=AT, by=shop.manager)
        thread.start()
        _until_it_waits()
    thread.join()
    assert back == [0]
    assert Assignment.objects.get().released_at is not None


def _until_it_waits() -> None:
    """Return once another connection waits for a lock of ours."""
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), pg_sleep(0.01) FROM pg_locks WHERE NOT granted")
            row = cursor.fetchone()
        if row and row[0]:
            return
    raise AssertionError("nobody waits")
