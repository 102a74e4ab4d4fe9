"""One navigation a role, and nobody is led to a door that stays closed."""

import pytest
from django.test import Client
from django.urls import get_resolver

from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.config.navigation import COURSES, ME, NOBODY, PLACES, SIGN_IN, Place, items, places_of
from tests import people

# What a client may call a good end of following a link: shown, or sent on to the page that shows it.
REACHED = {200, 301, 302}


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_own_places_and_its_own_page_last(role: Role) -> None:
    places = places_of(people.person(role))
    assert set(PLACES[role]) <= set(places)
    assert places[-1] == ME
    assert len({place.address for place in places}) == len(places)


@pytest.mark.django_db
def test_two_roles_see_the_places_of_both_once() -> None:
    places = places_of(people.person(Role.LEARNER, Role.ENTERPRISE_MANAGER))
    assert places.count(COURSES) == 1
    assert {*PLACES[Role.LEARNER], *PLACES[Role.ENTERPRISE_MANAGER]} == set(places)
    assert places[0] == PLACES[Role.ENTERPRISE_MANAGER][0]


@pytest.mark.django_db
def test_a_person_without_a_role_is_shown_what_a_learner_sees() -> None:
    assert places_of(people.person()) == PLACES[Role.LEARNER]


def test_nobody_sees_the_courses_and_the_door() -> None:
    from django.contrib.auth.models import AnonymousUser

    assert places_of(AnonymousUser()) == NOBODY == (COURSES, SIGN_IN)


def test_the_place_whose_address_fits_longest_is_the_active_one() -> None:
    places = (
        Place("甲", "/hours/", "book"),
        Place("乙", "/hours/ledger/", "book"),
        Place("丙", "/c/", "book", also=("/l/",)),
    )
    assert [item.active for item in items(places, "/hours/ledger/7/")] == [False, True, False]
    assert [item.active for item in items(places, "/hours/")] == [True, False, False]
    assert [item.active for item in items(places, "/l/some-lesson/")] == [False, False, True]
    assert not any(item.active for item in items(places, "/elsewhere/"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_every_link_of_a_role_opens_for_it(role: Role, client: Client) -> None:
    user: User = people.person(role)
    client.force_login(user)
    for item in items(places_of(user), "/"):
        if item.url == "/courses/":
            continue  # a page of Wagtail: it is there once a catalogue is (tests/content)
        assert client.get(item.url).status_code in REACHED, item.url


def test_every_place_has_an_address_and_a_sign() -> None:
    from pathlib import Path

    sprite = (Path(__file__).resolve().parents[3] / "lms/static/lms/icons.svg").read_text(encoding="utf-8")
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)} | set(get_resolver().namespace_dict)
    for place in {*NOBODY, *(place for places in PLACES.values() for place in places)}:
        assert f'id="{place.icon}"' in sprite
        assert place.address.startswith("/") or place.address.split(":")[0] in names
