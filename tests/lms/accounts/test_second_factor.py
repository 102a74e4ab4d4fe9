"""Staff work behind a second factor, and only staff must."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from asgiref.sync import sync_to_async
from django.test import AsyncClient, Client
from django.urls import reverse
from pytest_django import Settings

from analytics.learning_log import queries as log
from analytics.learning_log.queries import RecordFilter
from lms.accounts.models import User
from tests import people

pytestmark = pytest.mark.django_db
SET_UP = reverse("mfa_activate_totp")
GIVE = reverse("mfa_reauthenticate")


@pytest.fixture(autouse=True)
def staff_need_a_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["auditor", "enterprise_manager"]


def code_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def enter(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.username, "password": people.PASSWORD})
    return client


def changes_filed() -> list[tuple[object, object]]:
    found = log.records(RecordFilter(kinds=("accounts.second_factor_changed",)), limit=9)
    return sorted((sealed.record.payload["change"], sealed.record.payload["factor"]) for sealed in found)


def test_an_auditor_without_a_second_factor_is_sent_to_set_one_up() -> None:
    client = enter(people.auditor())
    response = client.get("/me/?a=1")
    assert response["Location"] == f"{SET_UP}?next=%2Fme%2F%3Fa%3D1"
    page = client.get(response["Location"], follow=True).content.decode()
    assert "您的角色需要两步验证" in page


def test_a_learner_needs_none() -> None:
    assert enter(people.learner()).get("/me/").status_code == 200


@pytest.mark.parametrize(
    "name", ["account_logout", "account_reauthenticate", "account_change_password", "mfa_index", "healthz"]
)
def test_what_is_needed_to_set_it_up_or_to_leave_stays_open(name: str) -> None:
    response = enter(people.auditor()).get(reverse(name))
    assert SET_UP not in response.get("Location", "")


def test_the_language_may_be_chosen_before() -> None:
    response = enter(people.auditor()).post(reverse("set_language"), {"language": "en"})
    assert SET_UP not in response["Location"]


def test_a_script_is_told_in_words_instead_of_being_sent_away() -> None:
    response = enter(people.auditor()).get("/me/", headers={"Accept": "application/json"})
    assert response.status_code == 403
    assert response.json()["error"] == "second_factor_required"
    assert "两步验证" in response.json()["message"]


@pytest.mark.django_db(transaction=True)
def test_who_sets_it_up_works_on_at_once_and_gets_recovery_codes() -> None:
    """In real transactions: allauth tells of a new factor when it is committed, still within the request."""
    client = enter(people.auditor())
    client.post(reverse("account_reauthenticate"), {"password": people.PASSWORD})
    page = client.get(SET_UP)
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    wrong = client.post(SET_UP, {"code": "000000"})
    assert "验证码不正确" in wrong.content.decode()
    response = client.post(SET_UP, {"code": code_now(secret)})
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    assert "请收好恢复码" in client.get(response["Location"]).content.decode()
    assert client.get("/me/").status_code == 200
    assert "已启用" in client.get(reverse("mfa_index")).content.decode()
    assert changes_filed() == [("added", "recovery_codes"), ("added", "totp")]


def test_the_secret_lies_sealed_in_the_database() -> None:
    secret = generate_totp_secret()
    TOTP.activate(people.auditor(), secret)
    assert secret not in str(list(Authenticator.objects.values()))


def test_at_the_next_sign_in_the_code_is_asked_for() -> None:
    user, secret = people.auditor(), generate_totp_secret()
    TOTP.activate(user, secret)
    client = Client()
    response = client.post(reverse("account_login"), {"login": user.username, "password": people.PASSWORD})
    assert response["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    refused = client.post(response["Location"], {"code": "000000"})
    assert "验证码不正确" in refused.content.decode()
    assert client.post(response["Location"], {"code": code_now(secret)}).status_code == 302
    assert client.get("/me/").status_code == 200
    assert len(log.records(RecordFilter(kinds=("accounts.second_factor_refused",)), limit=9)) == 1


def test_a_session_that_never_used_the_factor_must_give_it_once() -> None:
    """Opened before the factor was set up elsewhere, or by a door that does not ask for it."""
    user, secret = people.auditor(), generate_totp_secret()
    client = enter(user)
    TOTP.activate(user, secret)
    assert client.get("/me/")["Location"].startswith(GIVE)
    client.post(GIVE, {"code": code_now(secret), "next": "/me/"})
    assert client.get("/me/").status_code == 200


def test_switching_it_off_is_filed_and_closes_the_pages_again() -> None:
    user, secret = people.auditor(), generate_totp_secret()
    TOTP.activate(user, secret)
    client = Client()
    client.post(reverse("account_login"), {"login": user.username, "password": people.PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    client.post(reverse("account_reauthenticate"), {"password": people.PASSWORD})
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert ("removed", "totp") in changes_filed()
    assert client.get("/me/")["Location"].startswith(SET_UP)


@pytest.mark.django_db(transaction=True)
async def test_the_guard_stands_under_asgi_too() -> None:
    user = await sync_to_async(people.auditor)()
    client = AsyncClient()
    await client.aforce_login(user)
    assert (await client.get("/me/"))["Location"].startswith(SET_UP)
    assert (await client.get(reverse("mfa_index"))).status_code == 200
