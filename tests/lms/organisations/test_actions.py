"""Who may record organisations and members, and what is refused."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from analytics.learning_log import queries as log
from analytics.learning_log.queries import RecordFilter
from lms.accounts.models import User
from lms.organisations import actions
from lms.organisations.domain.refusals import BadMembership, BadOrganisation, NotAllowed, OrganisationsError
from lms.organisations.models import Membership, Organisation, Region
from lms.organisations.sentences import SENTENCES, sentence_for
from tests import people

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 9)
CODE = "91110000600037341L"


def create(now: datetime, **changes: Any) -> Organisation:
    given: dict[str, Any] = {
        "kind": "enterprise",
        "name": "演示单位",
        "credit_code": CODE,
        "region_code": "500112",
        "at": now,
        "by": None,
    }
    return actions.create_organisation(**{**given, **changes})


def kinds_about(place: Organisation) -> list[str]:
    found = log.records(RecordFilter(subjects=(str(place.uuid),)), limit=20)
    return [sealed.record.kind for sealed in reversed(found)]


def test_an_organisation_is_recorded_filed_and_named_beside_the_log(now: datetime) -> None:
    place = create(now, credit_code=CODE.lower())
    assert (place.credit_code, place.region.name, place.fictional) == (CODE, "渝北区", False)
    assert kinds_about(place) == ["organisations.organisation_created"]
    assert log.labels("organisation", [str(place.uuid)]) == {str(place.uuid): "演示单位"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "  "}, "name_missing"),
        ({"credit_code": ""}, "credit_code_missing"),
        ({"credit_code": CODE[:-1] + "0"}, "check_character"),
        ({"region_code": "123456"}, "region_unknown"),
    ],
)
def test_an_organisation_that_cannot_be_is_refused(now: datetime, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(OrganisationsError) as refused:
        create(now, **changes)
    assert refused.value.code == code
    assert not Organisation.objects.exists()


def test_one_credit_code_is_one_organisation(now: datetime) -> None:
    create(now)
    with pytest.raises(BadOrganisation) as refused:
        create(now, name="另一家")
    assert refused.value.code == "credit_code_taken"


def test_authorities_and_venues_need_no_code(now: datetime) -> None:
    assert create(now, kind="authority", credit_code="").credit_code == ""
    assert create(now, kind="exam_venue", credit_code="").credit_code == ""


def test_a_code_of_nobody_is_refused_to_people(now: datetime) -> None:
    with pytest.raises(OrganisationsError) as refused:
        create(now, credit_code="91990000MAX000015C", by=people.administrator())
    assert refused.value.code == "area"


@pytest.mark.parametrize("stranger", [people.learner, people.employer, people.auditor, people.authority])
def test_only_administrators_record_organisations(now: datetime, stranger: Callable[[], User]) -> None:
    with pytest.raises(NotAllowed):
        create(now, by=stranger())


def add(now: datetime, place: Organisation, by: User | None, role: str = "staff", **changes: Any) -> Membership:
    given: dict[str, Any] = {"user": people.learner(), "organisation": place, "from_day": DAY}
    return actions.add_member(**{**given, "role": role, "at": now, "by": by, **changes})


def test_a_manager_adds_staff_to_his_own_organisation_alone(now: datetime) -> None:
    mine, theirs = people.organisation(), people.organisation()
    manager = people.employer(mine)
    add(now, mine, manager)
    assert kinds_about(mine)[-1] == "organisations.member_added"
    with pytest.raises(NotAllowed):
        add(now, theirs, manager)
    with pytest.raises(NotAllowed):
        add(now, mine, manager, "manager")


def test_a_manager_whose_time_is_over_adds_nobody(now: datetime) -> None:
    mine, manager = people.organisation(), people.person()
    people.join(manager, mine, "manager", until=DAY)
    with pytest.raises(NotAllowed):
        add(now, mine, manager, from_day=date(2026, 1, 1))


@pytest.mark.parametrize("stranger", [people.learner, people.auditor, people.authority, people.outsider])
def test_nobody_else_adds_anybody(now: datetime, stranger: Callable[[], User]) -> None:
    with pytest.raises(NotAllowed):
        add(now, people.organisation(), stranger())


@pytest.mark.parametrize(
    ("kind", "role", "changes", "code"),
    [
        ("enterprise", "officer", {}, "role_not_of_this_kind"),
        ("authority", "staff", {}, "role_not_of_this_kind"),
        ("enterprise", "staff", {"until": DAY}, "ends_before_it_begins"),
    ],
)
def test_a_membership_that_cannot_be_is_refused(
    now: datetime, kind: str, role: str, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(BadMembership) as refused:
        add(now, people.organisation(kind), None, role, **changes)
    assert refused.value.code == code


def test_nobody_is_twice_in_one_place_but_may_come_back(now: datetime) -> None:
    place, mason = people.organisation(), people.learner()
    first = add(now, place, None, user=mason)
    with pytest.raises(BadMembership) as refused:
        add(now, place, None, user=mason)
    assert refused.value.code == "already_member"
    actions.end_membership(membership_id=first.pk, until=date(2026, 6, 1), at=now, by=None)
    add(now, place, None, user=mason, from_day=date(2026, 7, 1))
    assert kinds_about(place)[-2:] == ["organisations.membership_ended", "organisations.member_added"]


def test_a_membership_does_not_end_before_it_began_and_not_by_strangers(now: datetime) -> None:
    membership = add(now, people.organisation(), None)
    with pytest.raises(BadMembership):
        actions.end_membership(membership_id=membership.pk, until=DAY, at=now, by=None)
    with pytest.raises(NotAllowed):
        actions.end_membership(membership_id=membership.pk, until=date(2026, 6, 1), at=now, by=people.employer())


def test_a_manager_resets_the_password_of_his_own_learners_alone(now: datetime) -> None:
    mine = people.organisation()
    manager, mason, stranger, colleague = people.employer(mine), people.learner(), people.learner(), people.auditor()
    people.join(mason, mine)
    people.join(colleague, mine)
    password = actions.reset_member_password(organisation=mine, person_id=mason.pk, at=now, by=manager)
    mason.refresh_from_db()
    assert mason.check_password(password)
    for person in (stranger, colleague, manager):
        with pytest.raises(NotAllowed):
            actions.reset_member_password(organisation=mine, person_id=person.pk, at=now, by=manager)
    with pytest.raises(NotAllowed):
        actions.reset_member_password(organisation=mine, person_id=mason.pk, at=now, by=people.employer())


def test_no_manager_opens_an_account_before_its_owner_has(now: datetime) -> None:
    mine = people.organisation()
    manager, invited = people.employer(mine), people.learner()
    people.join(invited, mine)
    invited.set_unusable_password()
    invited.save()
    with pytest.raises(NotAllowed, match="not_activated"):
        actions.reset_member_password(organisation=mine, person_id=invited.pk, at=now, by=manager)
    invited.refresh_from_db()
    assert not invited.has_usable_password()


def test_the_regions_are_there_with_their_parents() -> None:
    yubei = Region.objects.get(code="500112")
    assert yubei.parent is not None
    assert (yubei.parent.name, yubei.level) == ("重庆市", "district")
    assert yubei.parent.parent_id == "100000"
    assert not Region.objects.filter(fictional=True).exists()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_refusal_has_a_sentence_that_ends(code: str) -> None:
    assert sentence_for(OrganisationsError(code)).endswith("。")
    assert sentence_for(OrganisationsError("never heard of")).endswith("。")
