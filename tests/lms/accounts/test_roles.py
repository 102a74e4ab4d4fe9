"""What each role opens, and that the doors of the others stay shut."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page

from analytics.learning_log.kinds import find
from lms.accounts.models import Identity, User
from lms.accounts.role_groups import make_groups
from lms.accounts.roles import Role, require, roles_of
from tests import people

pytestmark = pytest.mark.django_db

EVERYBODY: list[Callable[[], User]] = [
    people.learner,
    people.employer,
    people.institution_manager,
    people.instructor,
    people.auditor,
    people.authority,
    people.reviewer,
    people.administrator,
    people.outsider,
]
EDITORS = {people.instructor, people.administrator}


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@require(Role.REVIEWER)
def page_of_reviewers(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def visit(rf: RequestFactory, user: User | AnonymousUser) -> HttpResponse:
    request = rf.get("/somewhere/?a=1")
    request.user = user
    response = page_of_reviewers(request)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_guarded_view_lets_in_its_role_and_administrators(rf: RequestFactory, who: Callable[[], User]) -> None:
    user = who()
    if who in {people.reviewer, people.administrator}:
        assert visit(rf, user).content == b"in"
    else:
        with pytest.raises(PermissionDenied, match="审核员"):
            visit(rf, user)


def test_nobody_is_sent_to_sign_in_and_back(rf: RequestFactory) -> None:
    response = visit(rf, AnonymousUser())
    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next=/somewhere/%3Fa%3D1")


def test_a_person_who_was_switched_off_has_no_role() -> None:
    user = people.reviewer()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert roles_of(fresh(user)) == frozenset()


def test_the_roles_of_a_person_are_asked_for_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = fresh(people.reviewer())
    with django_assert_num_queries(1):
        assert roles_of(user) == roles_of(user) == {Role.REVIEWER}


def test_a_superuser_is_an_administrator_and_a_group_of_another_name_is_no_role() -> None:
    user = people.outsider()
    user.groups.add(Group.objects.create(name="Moderators of something"))
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    assert roles_of(fresh(user)) == {Role.ADMINISTRATOR}


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_editors_may_use_the_editors_admin(client: Client, who: Callable[[], User]) -> None:
    user = who()
    assert fresh(user).has_perm("wagtailadmin.access_admin") is (who in EDITORS)
    client.force_login(user)
    status = client.get(reverse("wagtailadmin_home")).status_code
    assert status == (200 if who in EDITORS else 403)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_editors_may_work_on_pages_and_videos(who: Callable[[], User]) -> None:
    user = fresh(who())
    pages = Page.get_first_root_node().permissions_for_user(user)
    assert pages.can_add_subpage() is (who in EDITORS)
    assert user.has_perm("player.add_video") is (who in EDITORS)
    assert user.has_perm("wagtailimages.add_image") is (who in EDITORS)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_auditors_and_administrators_read_the_log_and_nobody_changes_it(who: Callable[[], User]) -> None:
    user = fresh(who())
    assert user.has_perm("analytics.view_logrecord") is (who in {people.auditor, people.administrator})
    for deed in ("add", "change", "delete"):
        assert not user.has_perm(f"analytics.{deed}_logrecord")


def test_an_auditor_may_look_at_everything_and_change_nothing(client: Client) -> None:
    auditor = people.auditor()
    permissions = fresh(auditor).get_all_permissions()
    assert {"accounts.view_user", "accounts.view_licence", "organisations.view_organisation"} <= permissions
    assert all(".view_" in permission for permission in permissions)
    client.force_login(auditor)
    people.learner(post="site_civil")
    for table in ("accounts_user", "accounts_licence", "accounts_identity", "organisations_region"):
        assert client.get(reverse(f"admin:{table}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:{table}_add")).status_code == 403


def test_making_the_groups_again_changes_nothing_and_keeps_what_was_given_by_hand() -> None:
    group = Group.objects.get(name="reviewer")
    instructors = set(Group.objects.get(name="instructor").permissions.values_list("pk", flat=True))
    extra = Group.objects.get(name="auditor").permissions.first()
    assert extra is not None
    group.permissions.add(extra)
    make_groups()
    assert extra in group.permissions.all()
    assert set(Group.objects.get(name="instructor").permissions.values_list("pk", flat=True)) == instructors


def test_the_log_has_a_word_for_every_role_and_every_document() -> None:
    granted, recorded = find("accounts.role_granted"), find("accounts.identity_recorded")
    assert granted is not None
    assert recorded is not None
    assert {role: zh for role, (zh, _) in granted.words["role"].items()} == {
        role.value: str(role.label) for role in Role
    }
    assert set(recorded.words["document_kind"]) == set(Identity.Kind.values)
