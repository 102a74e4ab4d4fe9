"""What is known about a person, and at what price."""

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from lms.accounts import actions, queries
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests import people

pytestmark = pytest.mark.django_db


def test_a_profile_shows_numbers_masked(now: datetime) -> None:
    user = people.person(Role.LEARNER, Role.REVIEWER, phone="13800138000")
    actions.record_identity(
        user=user, kind="resident_id", legal_name="甲", number="360426199101010071", at=now, by=user
    )
    profile = queries.profile_of(user.pk)
    assert profile.phone_masked == "138****8000"
    assert profile.document is not None
    assert profile.document.number_masked == "**************0071"
    assert profile.roles == (Role.LEARNER, Role.REVIEWER)
    assert not profile.has_second_factor
    assert "360426199101010071" not in repr(profile)
    assert "13800138000" not in repr(profile)


def test_many_persons_cost_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    some = [people.learner(post="site_civil") for _ in range(20)]
    ids = [user.pk for user in some]
    with django_assert_num_queries(1):
        assert len(queries.licences_held(ids)) == 20
    with django_assert_num_queries(1):
        assert queries.names_of(ids)[ids[0]] == some[0].name


def test_a_profile_costs_the_same_for_one_licence_and_for_three(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = people.learner(post="site_civil")
    with django_assert_num_queries(5):
        queries.profile_of(user.pk)
    for post in ("quality_civil", "material"):
        actions.record_licence(
            holder=user,
            post_code=post,
            number="",
            issued_on=None,
            region_code="500000",
            rule_set_code="chongqing",
            at=now,
            by=None,
        )
    with django_assert_num_queries(5):
        assert len(queries.profile_of(user.pk).licences) == 3


def test_nobody_has_no_licences_and_no_name() -> None:
    assert queries.licences_of(0) == ()
    assert queries.names_of([0]) == {}
    assert queries.licence(0) is None
    with pytest.raises(User.DoesNotExist):
        queries.profile_of(0)


def test_the_demo_offers_one_account_a_role_in_the_order_of_the_roles(settings: Settings) -> None:
    people.auditor()
    first = people.learner("先来的")
    people.learner("后来的")
    offered = queries.demo_accounts()
    assert [account.role for account in offered] == [Role.LEARNER, Role.AUDITOR]
    assert offered[0].username == first.username
