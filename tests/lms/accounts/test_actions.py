"""What can be done to persons, by whom, and that each deed leaves its record."""

import threading
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from analytics.learning_log import queries as log
from analytics.learning_log.queries import RecordFilter
from lms.accounts import actions, queries
from lms.accounts.domain.id_document import check_character
from lms.accounts.domain.refusals import (
    AccountsError,
    AlreadyRecorded,
    BadDocument,
    BadLicence,
    BadPhone,
    BadSignInName,
    NotAllowed,
    Taken,
)
from lms.accounts.models import Identity, Licence, User
from lms.accounts.roles import Role, roles_of
from tests import people

pytestmark = pytest.mark.django_db
NUMBER = "360426199101010071"
OTHER = "36042619910101009" + check_character("36042619910101009")


def kinds_about(user: User) -> list[str]:
    return [sealed.record.kind for sealed in reversed(log.records(RecordFilter(learner_ids=(user.pk,)), limit=50))]


def register(now: datetime, **changes: Any) -> User:
    given: dict[str, Any] = {"username": "zhuan", "name": "砖小明", "phone": "13800138000", "password": "x", "at": now}
    return actions.register_person(**{**given, "by": None, **changes})


def licence(holder: User, now: datetime, **changes: Any) -> Licence:
    given: dict[str, Any] = {
        "post_code": "site_civil",
        "number": "0500202500001013",
        "issued_on": date(2025, 3, 10),
        "region_code": "500000",
        "rule_set_code": "chongqing",
        "at": now,
        "by": holder,
    }
    return actions.record_licence(holder=holder, **{**given, **changes})


def test_a_registered_person_is_found_by_name_and_phone_and_named_beside_the_log(now: datetime) -> None:
    user = register(now, username="Zhuan", phone="+86 138 0013 8000")
    assert (user.username, user.phone, user.check_password("x")) == ("zhuan", "13800138000", True)
    assert queries.find_by_sign_in_name("ZHUAN ") == user
    assert queries.find_by_sign_in_name("138 0013 8000") == user
    assert queries.find_by_sign_in_name("nobody") is None
    assert log.labels("person", [str(user.pk)]) == {str(user.pk): "砖小明"}
    assert kinds_about(user) == ["accounts.person_registered"]
    assert roles_of(user) == frozenset()


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"username": "zhuan", "phone": None}, Taken, "name_taken"),
        ({"username": "other"}, Taken, "phone_taken"),
        ({"username": "13900139000", "phone": None}, BadSignInName, "name_looks_like_a_number"),
        ({"username": "other", "phone": "123"}, BadPhone, "phone_shape"),
    ],
)
def test_nobody_is_registered_twice_or_by_nonsense(
    now: datetime, changes: dict[str, Any], error: type[AccountsError], code: str
) -> None:
    register(now)
    with pytest.raises(error) as refused:
        register(now, **changes)
    assert refused.value.code == code
    assert User.objects.count() == 1


def test_many_persons_may_have_no_phone(now: datetime) -> None:
    register(now, phone=None)
    register(now, username="other", phone="")
    assert User.objects.filter(phone__isnull=True).count() == 2


def test_a_document_is_sealed_found_again_and_gives_the_person_their_legal_name(now: datetime) -> None:
    user = people.learner("小名")
    actions.record_identity(user=user, kind="resident_id", legal_name="砖小明", number=NUMBER, at=now, by=user)
    row = Identity.objects.get()
    assert NUMBER.encode() not in bytes(row.number_encrypted)
    assert row.number_tail == "0071"
    assert queries.find_by_document("resident_id", " 360426 1991 0101 0071") == user.pk
    assert queries.find_by_document("passport", NUMBER) is None
    user.refresh_from_db()
    assert user.name == "砖小明"
    assert log.labels("person", [str(user.pk)]) == {str(user.pk): "砖小明"}
    assert kinds_about(user)[-1] == "accounts.identity_recorded"


def test_a_document_is_recorded_once_by_its_owner_and_corrected_by_staff_alone(now: datetime) -> None:
    user, staff = people.learner(), people.administrator()
    actions.record_identity(user=user, kind="resident_id", legal_name="甲", number=NUMBER, at=now, by=user)
    with pytest.raises(AlreadyRecorded):
        actions.record_identity(user=user, kind="resident_id", legal_name="甲", number=OTHER, at=now, by=user)
    actions.record_identity(user=user, kind="resident_id", legal_name="乙", number=OTHER, at=now, by=staff)
    assert queries.find_by_document("resident_id", OTHER) == user.pk
    assert queries.find_by_document("resident_id", NUMBER) is None
    assert kinds_about(user)[-1] == "accounts.identity_corrected"


@pytest.mark.parametrize("stranger", [people.learner, people.employer, people.auditor, people.outsider])
def test_nobody_records_a_document_for_somebody_else(now: datetime, stranger: Any) -> None:
    user = people.learner()
    with pytest.raises(NotAllowed):
        actions.record_identity(user=user, kind="resident_id", legal_name="甲", number=NUMBER, at=now, by=stranger())
    assert not Identity.objects.exists()


def test_one_document_is_never_on_two_accounts(now: datetime) -> None:
    first, second = people.learner(), people.learner()
    actions.record_identity(user=first, kind="resident_id", legal_name="甲", number=NUMBER, at=now, by=first)
    with pytest.raises(Taken) as refused:
        actions.record_identity(user=second, kind="resident_id", legal_name="甲", number=NUMBER, at=now, by=second)
    assert refused.value.code == "document_taken"
    assert kinds_about(second)[-1] != "accounts.identity_recorded"


def test_a_bad_number_changes_nothing(now: datetime) -> None:
    user = people.learner()
    with pytest.raises(BadDocument):
        actions.record_identity(user=user, kind="resident_id", legal_name="甲", number=NUMBER[:-1], at=now, by=user)
    assert not Identity.objects.exists()


def test_a_role_is_granted_once_and_withdrawn_once(now: datetime) -> None:
    user, staff = people.outsider(), people.administrator()
    for _ in range(2):
        actions.grant_role(user=user, role=Role.AUDITOR, at=now, by=staff)
    assert roles_of(user) == {Role.AUDITOR}
    assert user.is_staff
    for _ in range(2):
        actions.withdraw_role(user=user, role=Role.AUDITOR, at=now, by=staff)
    assert roles_of(User.objects.get(pk=user.pk)) == frozenset()
    assert not user.is_staff
    assert kinds_about(user)[1:] == ["accounts.role_granted", "accounts.role_withdrawn"]


@pytest.mark.parametrize(
    "stranger", [people.learner, people.employer, people.instructor, people.auditor, people.authority, people.reviewer]
)
def test_only_administrators_grant_roles_not_even_to_themselves(now: datetime, stranger: Any) -> None:
    somebody = stranger()
    before = roles_of(somebody)
    for deed in (actions.grant_role, actions.withdraw_role):
        with pytest.raises(NotAllowed):
            deed(user=somebody, role=Role.ADMINISTRATOR, at=now, by=somebody)
    assert roles_of(User.objects.get(pk=somebody.pk)) == before


def test_a_licence_is_recorded_with_its_facts(now: datetime) -> None:
    holder = people.learner()
    licence(holder, now)
    (held,) = queries.licences_of(holder.pk)
    assert (held.post_code, held.number, held.issued_on) == ("site_civil", "0500202500001013", date(2025, 3, 10))
    assert (held.region_code, held.rule_set_code, held.works_in_post) == ("500000", "chongqing", True)
    assert kinds_about(holder)[-1] == "accounts.licence_recorded"


def test_a_candidate_has_neither_number_nor_day(now: datetime) -> None:
    holder = people.learner()
    licence(holder, now, number="", issued_on=None)
    assert queries.licences_of(holder.pk)[0].issued_on is None


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"post_code": "astronaut"}, BadLicence, "post_unknown"),
        ({"number": "12"}, BadLicence, "number_shape"),
        ({"issued_on": date(2026, 5, 10)}, BadLicence, "day_in_future"),
        ({"region_code": "999900"}, BadLicence, "region_unknown"),
    ],
)
def test_a_licence_that_cannot_be_is_refused(
    now: datetime, changes: dict[str, Any], error: type[AccountsError], code: str
) -> None:
    with pytest.raises(error) as refused:
        licence(people.learner(), now, **changes)
    assert refused.value.code == code


def test_the_same_post_or_number_is_not_recorded_twice(now: datetime) -> None:
    holder, other = people.learner(), people.learner()
    licence(holder, now)
    with pytest.raises(Taken, match="licence_post_twice"):
        licence(holder, now, number="0500202500009999")
    with pytest.raises(Taken, match="licence_number_taken"):
        licence(other, now)
    Licence.objects.filter(holder=holder).update(withdrawn_on=date(2026, 1, 1))
    licence(holder, now, number="0500202500009999")
    assert [held.number for held in queries.licences_of(holder.pk)] == ["0500202500009999"]


@pytest.mark.parametrize("stranger", [people.learner, people.employer, people.auditor])
def test_nobody_records_a_licence_for_somebody_else(now: datetime, stranger: Any) -> None:
    with pytest.raises(NotAllowed):
        licence(people.learner(), now, by=stranger())


def test_a_temporary_password_replaces_the_old_one(now: datetime) -> None:
    user, staff = people.learner(), people.administrator()
    password = actions.issue_temporary_password(user=user, at=now, by=staff)
    user.refresh_from_db()
    assert user.check_password(password)
    assert len(password) == 14
    assert password not in str(log.records(RecordFilter(learner_ids=(user.pk,)), limit=9))
    assert kinds_about(user)[-1] == "accounts.password_reset"


def test_only_administrators_reset_the_password_of_staff(now: datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.issue_temporary_password(user=people.auditor(), at=now, by=people.employer())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_one_document_at_once_one_has_it(now: datetime) -> None:
    """Both pass every check; the constraint decides, and the loser reads a sentence."""
    both = [people.learner(), people.learner()]
    barrier, outcomes = threading.Barrier(2, timeout=10), list[str]()

    def record(user: User) -> None:
        try:
            barrier.wait()
            actions.record_identity(user=user, kind="resident_id", legal_name="甲", number=NUMBER, at=now, by=user)
            outcomes.append("recorded")
        except Taken as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=record, args=(user,)) for user in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(outcomes) == ["document_taken", "recorded"]
    assert Identity.objects.count() == 1


def test_a_deed_that_fails_leaves_no_record(now: datetime) -> None:
    user = people.learner()
    before = len(kinds_about(user))
    with pytest.raises(RuntimeError), transaction.atomic():
        licence(user, now)
        raise RuntimeError("the deed around it failed")
    assert len(kinds_about(user)) == before
    assert queries.licences_of(user.pk) == ()
