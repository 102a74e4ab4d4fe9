"""The lock of a shared computer, from the side of whoever comes to it next."""

import json
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from axes.models import AccessAttempt
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from analytics.learning_log import queries as log
from analytics.learning_log.queries import RecordFilter
from lms.accounts.models import User
from lms.config.asgi import application
from tests import people

pytestmark = pytest.mark.django_db
LOCK, UNLOCK = reverse("account_lock"), reverse("account_unlock")
HOURS = reverse("credit:my_hours")


@pytest.fixture
def holder() -> User:
    return people.learner("砖小明")


@pytest.fixture
def locked(client: Client, holder: User) -> Client:
    client.force_login(holder)
    client.post(LOCK)
    return client


def password(client: Client, text: str = people.PASSWORD, **more: str) -> HttpResponse:
    answer = client.post(UNLOCK, {"password": text, **more})
    assert isinstance(answer, HttpResponse)
    return answer


def is_open(client: Client) -> bool:
    return client.get(HOURS).status_code == 200


def filed(kind: str) -> int:
    return len(log.records(RecordFilter(kinds=(kind,)), limit=50))


def test_locking_leads_to_the_page_that_asks_for_the_password(client: Client, holder: User) -> None:
    client.force_login(holder)
    answer = client.post(LOCK, {"next": HOURS})
    assert answer["Location"] == f"{UNLOCK}?next=%2Fhours%2F"
    page = client.get(answer["Location"]).content.decode()
    assert holder.name in page
    assert "继续学习" in page and "不是我，退出登录" in page
    assert reverse("accounts:profile") not in page, "the frame of a stranger: no menu of the person"
    assert holder.username not in page
    assert filed("accounts.browser_locked") == 1


def test_a_script_that_locks_is_told_where_it_is_unlocked(client: Client, holder: User) -> None:
    client.force_login(holder)
    answer = client.post(LOCK, HTTP_ACCEPT="application/json")
    assert json.loads(answer.content) == {"locked": True, "unlock_url": UNLOCK}
    assert not is_open(client)


def test_locking_needs_a_press_and_somebody_who_is_signed_in(client: Client, holder: User) -> None:
    assert reverse("account_login") in client.post(LOCK)["Location"]
    client.force_login(holder)
    assert client.get(LOCK).status_code == 405
    assert is_open(client)
    wary = Client(enforce_csrf_checks=True)
    wary.force_login(holder)
    assert wary.post(LOCK).status_code == 403
    assert is_open(wary)


@pytest.mark.parametrize(
    "path", ["/", HOURS, "/hours/ledger/", "/me/", "/courses/", "/admin/", "/nowhere/", "/account/login/"]
)
def test_every_page_of_a_locked_browser_leads_to_the_password(locked: Client, path: str) -> None:
    answer = locked.get(f"{path}?licence=1")
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{UNLOCK}?next=%2F")
    assert "licence" in answer["Location"], "and back from there"


def test_a_form_that_was_sent_from_a_locked_browser_does_nothing(locked: Client, holder: User) -> None:
    answer = locked.post(reverse("account_change_password"), {"oldpassword": people.PASSWORD})
    assert answer["Location"] == f"{UNLOCK}?next=%2F"


@pytest.mark.parametrize(
    "headers",
    [{"Accept": "application/json"}, {"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}],
)
def test_what_a_script_asks_for_is_refused_with_a_reason(locked: Client, headers: dict[str, str]) -> None:
    answer = locked.get(HOURS, headers=headers)
    assert answer.status_code == 403
    told = json.loads(answer.content)
    assert (told["reason"], told["unlock_url"]) == ("locked", UNLOCK)
    assert "密码" in told["message"]
    assert answer.get("HX-Redirect", "") == (UNLOCK if "HX-Request" in headers else "")


def test_the_password_opens_it_and_leads_on(locked: Client) -> None:
    answer = password(locked, next="/hours/ledger/")
    assert answer["Location"] == "/hours/ledger/"
    assert is_open(locked)
    assert filed("accounts.browser_unlocked") == 1
    assert locked.get(UNLOCK)["Location"] == "/", "there is nothing left to unlock"


@pytest.mark.parametrize(
    "place", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "\\\\x"]
)
def test_nobody_is_led_out_of_the_house(client: Client, holder: User, place: str) -> None:
    client.force_login(holder)
    assert client.post(LOCK, {"next": place})["Location"] == f"{UNLOCK}?next=%2F"
    assert password(client, next=place)["Location"] == "/"


def test_a_wrong_password_opens_nothing_and_says_so(locked: Client) -> None:
    answer = password(locked, "wrong")
    assert answer.status_code == 422
    assert "密码不正确" in answer.content.decode()
    assert not is_open(locked)
    assert filed("accounts.sign_in_refused") == 1


def test_the_password_of_another_person_opens_nothing(client: Client, holder: User) -> None:
    other = people.learner()
    other.set_password("Another-password-2026")
    other.save(update_fields=["password"])
    client.force_login(holder)
    client.post(LOCK)
    password(client, "Another-password-2026")
    assert not is_open(client)


def test_a_guesser_is_stopped_as_at_the_sign_in_page(locked: Client, holder: User, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    for _ in range(10):
        password(locked, "wrong")
    refused = password(locked)
    assert refused.status_code == 429
    assert not is_open(locked)
    assert Client().post(reverse("account_login"), {"login": holder.username, "password": "x"}).status_code == 429
    AccessAttempt.objects.update(attempt_time=AccessAttempt.objects.get().attempt_time - timedelta(minutes=16))
    assert password(locked).status_code == 302
    assert is_open(locked)


def test_mistyping_is_forgiven_after_the_right_password(locked: Client, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    for _ in range(3):
        password(locked, "wrong")
        password(locked, "wrong")
        password(locked, "wrong")
        assert password(locked).status_code == 302
        locked.post(LOCK)
    assert password(locked).status_code == 302


def test_somebody_else_signs_out_whoever_was_there_and_signs_in(locked: Client) -> None:
    answer = locked.post(reverse("account_logout"), {"next": reverse("account_login")})
    assert answer["Location"] == reverse("account_login")
    other = people.learner("瓦小红")
    locked.post(reverse("account_login"), {"login": other.username, "password": people.PASSWORD})
    page = locked.get(HOURS)
    assert page.status_code == 200
    assert "瓦小红" in page.content.decode()


def test_the_key_of_the_session_changes_so_that_nothing_old_can_open_it(client: Client, holder: User) -> None:
    client.force_login(holder)
    before = client.session
    keys = [before.session_key]
    client.post(LOCK)
    keys.append(client.session.session_key)
    password(client)
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3
    assert not before.exists(before.session_key or ""), "a request that was under way cannot write the open state back"


def test_a_second_device_of_the_same_person_stays_open(locked: Client, holder: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(holder)
    assert is_open(elsewhere)
    assert not is_open(locked)


def test_locking_twice_is_one_lock(locked: Client) -> None:
    locked.post(LOCK)
    assert filed("accounts.browser_locked") == 1
    assert password(locked).status_code == 302
    assert is_open(locked)


def test_an_account_that_was_switched_off_meanwhile_is_not_sent_in_a_circle(locked: Client, holder: User) -> None:
    User.objects.filter(pk=holder.pk).update(is_active=False)
    chain = locked.get(HOURS, follow=True)
    assert chain.status_code == 200
    assert reverse("account_login") in chain.redirect_chain[-1][0]


def test_staff_without_a_second_factor_are_not_sent_in_a_circle(client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["auditor"]
    client.force_login(people.auditor())
    client.post(LOCK)
    assert client.get(UNLOCK).status_code == 200
    assert password(client).status_code == 302


def test_the_language_can_be_changed_while_it_is_locked(locked: Client) -> None:
    locked.post(reverse("set_language"), {"language": "en", "next": UNLOCK})
    assert locked.get(UNLOCK).status_code == 200
    assert not is_open(locked)


def test_what_is_not_locked_costs_a_stranger_no_session(client: Client) -> None:
    client.get("/courses/")
    assert settings.SESSION_COOKIE_NAME not in client.cookies


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [False, True])
def test_a_socket_from_a_locked_browser_is_nobodys(client: Client, holder: User, is_locked: bool) -> None:
    client.force_login(holder)
    if is_locked:
        client.post(LOCK)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"

    async def close_code() -> int:
        path = "/ws/watch/00000000-0000-4000-8000-000000000000/"
        headers = [(b"cookie", cookie.encode()), (b"origin", b"http://localhost"), (b"host", b"localhost")]
        socket = WebsocketCommunicator(application, path, headers=headers)
        await socket.connect()
        closed = await socket.receive_output()
        return int(closed["code"])

    unknown_session, not_signed_in = 4404, 4401
    assert async_to_sync(close_code)() == (not_signed_in if is_locked else unknown_session)
