"""Whose people and whose area somebody may see; asked from the outsider's side."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from lms.organisations import actions, queries
from lms.organisations.models import Organisation
from tests import people

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 9)


def test_a_manager_sees_the_people_of_his_own_company_and_no_others() -> None:
    mine, theirs = people.organisation(), people.organisation()
    manager = people.employer(mine)
    mason, stranger = people.learner(), people.learner()
    people.join(mason, mine)
    people.join(stranger, theirs)
    assert queries.may_see_person(manager, mason.pk, on=DAY)
    assert not queries.may_see_person(manager, stranger.pk, on=DAY)


def test_staff_see_nobody() -> None:
    place = people.organisation()
    mason, colleague = people.learner(), people.learner()
    people.join(mason, place)
    people.join(colleague, place)
    assert not queries.may_see_person(mason, colleague.pk, on=DAY)
    assert not queries.may_see_person(people.outsider(), mason.pk, on=DAY)


def test_who_has_left_is_no_longer_seen_from_the_day_after() -> None:
    place = people.organisation()
    manager, mason = people.employer(place), people.learner()
    people.join(mason, place, until=DAY)
    assert queries.may_see_person(manager, mason.pk, on=DAY - timedelta(days=1))
    assert not queries.may_see_person(manager, mason.pk, on=DAY)


@pytest.mark.parametrize(
    ("authority_region", "company_region", "seen"),
    [
        ("100000", "500112", True),
        ("500000", "500112", True),
        ("500112", "500112", True),
        ("500112", "500106", False),
        ("500112", "500000", False),
        ("360000", "360100", True),
        ("360100", "360200", False),
        ("360000", "650100", False),
    ],
)
def test_an_authority_sees_its_area_and_nothing_beside_it(
    authority_region: str, company_region: str, seen: bool
) -> None:
    officer, mason = people.authority(authority_region), people.learner()
    place = people.organisation(region=company_region)
    people.join(mason, place)
    area = queries.area_of(officer, on=DAY)
    assert queries.may_see_person(officer, mason.pk, on=DAY) is seen
    assert (place.uuid in {found.uuid for found in queries.organisations_in(area)}) is seen
    assert (queries.kinds_in(area)["enterprise"] == 1) is seen


def test_who_is_no_officer_watches_over_nothing() -> None:
    area = queries.area_of(people.employer(), on=DAY)
    assert area == frozenset()
    assert queries.organisations_in(area) == ()
    assert queries.regions_in(area) == ()
    assert set(queries.kinds_in(area).values()) == {0}


def test_the_staff_of_a_company_come_with_their_licences_by_name() -> None:
    place = people.organisation()
    people.join(people.learner("乙", post="site_civil"), place)
    people.join(people.learner("甲"), place)
    staff = queries.staff_of(place.pk, on=DAY)
    assert [(one.name, [licence.post_code for licence in one.licences]) for one in staff] == [
        ("乙", ["site_civil"]),
        ("甲", []),
    ]
    assert [one.name for one in queries.staff_of(place.pk, on=DAY, name="甲")] == ["甲"]


def test_a_person_of_two_roles_is_listed_once() -> None:
    place = people.organisation()
    manager = people.employer(place)
    people.join(manager, place, "staff")
    (only,) = queries.staff_of(place.pk, on=DAY)
    assert set(only.roles) == {"manager", "staff"}


def test_twenty_people_cost_as_many_queries_as_two(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    place = people.organisation()
    for size in (2, 20):
        while place.memberships.count() < size:
            people.join(people.learner(post="site_civil"), place)
        with django_assert_num_queries(2):
            assert len(queries.staff_of(place.pk, on=DAY)) == size


def test_regions_are_counted_most_organisations_first() -> None:
    people.organisation(region="500106")
    people.organisation(region="500112")
    people.organisation("institution", region="500112")
    counted = queries.counts_by_region({"50"})
    assert [(region.name, n) for region, n in counted] == [("渝北区", 2), ("沙坪坝区", 1)]
    assert queries.kinds_in({"50"}) == {"enterprise": 2, "institution": 1, "authority": 0, "exam_venue": 0}


def test_an_organisation_is_found_by_its_outside_name() -> None:
    place = people.organisation(region="360100")
    found = queries.find_organisation(place.uuid)
    assert found is not None
    assert (found.name, found.region.name, found.fictional) == (place.name, "南昌市", True)
    Organisation.objects.all().delete()
    assert queries.find_organisation(place.uuid) is None


def test_a_membership_ends_on_the_day_said() -> None:
    place = people.organisation()
    membership = people.join(people.learner(), place)
    actions.end_membership(membership_id=membership.pk, until=DAY, at=people.MADE_AT, by=None)
    assert len(queries.staff_of(place.pk, on=DAY - timedelta(days=1))) == 1
    assert queries.staff_of(place.pk, on=DAY) == ()
