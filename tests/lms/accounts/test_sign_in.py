"""The sign-in page: who gets in, what a refusal says, and how long a guesser waits."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from axes.models import AccessAttempt
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.urls import reverse
from pytest_django import Settings

from analytics.learning_log import queries as log
from analytics.learning_log.queries import RecordFilter
from lms.accounts.models import User
from lms.accounts.roles import Role, roles_of
from lms.accounts.sentences import SENTENCES
from tests import people

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture
def holder() -> User:
    return people.person(Role.LEARNER, name="砖小明", username="zhuan", phone=PHONE)


@pytest.fixture
def guarded(settings: Settings) -> None:
    settings.AXES_ENABLED = True


def sign_in(client: Client, name: str, password: str = people.PASSWORD, **extra: str) -> HttpResponse:
    data = {"login": name, "password": password, **extra}
    response = client.post(reverse("account_login"), data)
    assert isinstance(response, HttpResponse)
    return response


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def filed(kind: str) -> list[dict[str, object]]:
    return [dict(sealed.record.payload) for sealed in log.records(RecordFilter(kinds=(kind,)), limit=50)]


@pytest.mark.parametrize("name", ["zhuan", "ZHUAN", " zhuan ", PHONE, "138 0013 8000", "+86 13800138000"])
def test_a_holder_signs_in_by_name_or_phone(client: Client, holder: User, name: str) -> None:
    assert sign_in(client, name).status_code == 302
    assert signed_in(client)
    assert len(filed("accounts.signed_in")) == 1


def test_who_came_for_a_page_is_brought_to_it(client: Client, holder: User) -> None:
    assert sign_in(client, "zhuan", next="/me/")["Location"] == "/me/"
    assert sign_in(Client(), "zhuan", next="https://elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize("name", ["zhuan", PHONE, "nobody", "13900139000"])
def test_a_wrong_name_and_a_wrong_password_read_the_same(client: Client, holder: User, name: str) -> None:
    page = sign_in(client, name, "wrong").content.decode()
    assert "手机号、用户名或密码不正确" in page
    assert name in page, "what was typed is kept, but for the password"
    assert not signed_in(client)


def test_a_person_who_was_switched_off_is_told_so(client: Client, holder: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in(client, "zhuan")["Location"] == reverse("account_inactive")
    assert "账号已停用" in client.get(reverse("account_inactive")).content.decode()
    assert not signed_in(client)


def test_signing_out_is_filed_and_needs_a_press(client: Client, holder: User) -> None:
    sign_in(client, "zhuan")
    assert "已记入的学时不受影响" in client.get(reverse("account_logout")).content.decode()
    assert signed_in(client)
    client.post(reverse("account_logout"))
    assert not signed_in(client)
    assert len(filed("accounts.signed_out")) == 1


@pytest.mark.usefixtures("guarded")
def test_the_eleventh_wrong_password_is_refused_with_a_sentence_and_so_is_the_right_one(
    client: Client, holder: User
) -> None:
    for _ in range(9):
        assert "密码不正确" in sign_in(client, "zhuan", "wrong").content.decode()
    sign_in(client, "zhuan", "wrong")
    for password in ("wrong", people.PASSWORD):
        refused = sign_in(client, "zhuan", password)
        assert refused.status_code == 429
        assert "登录已暂停" in refused.content.decode()
        assert "请在 15 分钟后再试" in refused.content.decode()
        assert 0 < int(refused["Retry-After"]) <= 15 * 60
    assert not signed_in(client)
    assert len(filed("accounts.sign_in_refused")) == 10, "what the lock stops is not filed, or a guesser fills the log"


@pytest.mark.usefixtures("guarded")
@pytest.mark.django_db(transaction=True)
async def test_the_lock_holds_under_asgi_too() -> None:
    user = await sync_to_async(people.learner)()
    client = AsyncClient()
    for _ in range(11):
        refused = await client.post(reverse("account_login"), {"login": user.username, "password": "wrong"})
    assert refused.status_code == 429
    assert "登录已暂停" in refused.content.decode()


@pytest.mark.usefixtures("guarded")
def test_a_lock_holds_for_all_names_of_one_person(client: Client, holder: User) -> None:
    for name in ["zhuan", PHONE, "+86 138 0013 8000", "Zhuan", "138-0013-8000"] * 2:
        sign_in(client, name, "wrong")
    assert sign_in(client, PHONE).status_code == 429
    assert sign_in(client, "zhuan").status_code == 429


@pytest.mark.usefixtures("guarded")
def test_the_lock_opens_by_itself_and_asking_does_not_prolong_it(client: Client, holder: User) -> None:
    for _ in range(12):
        sign_in(client, "zhuan", "wrong")
    locked = AccessAttempt.objects.get()
    assert locked.failures_since_start == 10
    AccessAttempt.objects.update(attempt_time=locked.attempt_time - timedelta(minutes=16))
    assert sign_in(client, "zhuan").status_code == 302
    assert signed_in(client)
    assert not AccessAttempt.objects.exists()


@pytest.mark.usefixtures("guarded")
def test_a_neighbour_in_the_same_training_room_is_not_locked_out(client: Client, holder: User) -> None:
    for _ in range(10):
        sign_in(client, "zhuan", "wrong")
    neighbour = people.learner()
    assert sign_in(Client(), neighbour.username).status_code == 302


@pytest.mark.usefixtures("guarded")
def test_what_was_typed_into_the_wrong_field_is_kept_nowhere(client: Client, holder: User) -> None:
    """People type their password, or their document number, where the name belongs."""
    typed = ["My-Secret-Passw0rd", "360426199101010071"]
    for text in typed:
        sign_in(client, text, "a-wrong-password")
    kept = str(list(AccessAttempt.objects.values())) + str(filed("accounts.sign_in_refused"))
    for text in [*typed, "a-wrong-password", "127.0.0.1"][:3]:
        assert text not in kept
    assert filed("accounts.sign_in_refused")[-1]["name_masked"] == "M***d"
    assert "127.0.0.1" not in str(filed("accounts.sign_in_refused"))


def register(client: Client, **changes: str) -> HttpResponse:
    data = {
        "name": "砖小明",
        "username": "zhuan",
        "phone": PHONE,
        "password1": people.PASSWORD,
        "password2": people.PASSWORD,
    }
    response = client.post(reverse("account_signup"), {**data, **changes})
    assert isinstance(response, HttpResponse)
    return response


def test_a_holder_registers_and_is_a_learner_at_once(client: Client) -> None:
    assert register(client, username="Zhuan").status_code == 302
    user = User.objects.get()
    assert (user.username, user.name, user.phone) == ("zhuan", "砖小明", PHONE)
    assert roles_of(user) == {Role.LEARNER}
    assert signed_in(client)
    assert len(filed("accounts.person_registered")) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": "123"}, SENTENCES["phone_shape"]),
        ({"phone": "12000000001"}, SENTENCES["phone_shape"]),
        ({"username": "13900139000"}, SENTENCES["name_looks_like_a_number"]),
        ({"username": "a"}, SENTENCES["name_shape"]),
        ({"password1": "12345", "password2": "12345"}, "密码"),
        ({"password2": "Something-else-2026"}, "密码必须相同"),
        ({"name": ""}, "请填写"),
    ],
)
def test_a_registration_that_cannot_be_says_why_and_keeps_what_was_typed(
    client: Client, changes: dict[str, str], sentence: str
) -> None:
    page = register(client, **changes).content.decode()
    assert str(sentence) in page
    assert "砖小明" in page or "name" in changes
    assert not User.objects.exists()
    assert people.PASSWORD not in page


@pytest.mark.parametrize(("taken", "code"), [("username", "name_taken"), ("phone", "phone_taken")])
def test_a_taken_name_or_phone_says_so(client: Client, holder: User, taken: str, code: str) -> None:
    other = {"username": "other", "phone": "13900139000"}
    other.pop(taken)
    assert str(SENTENCES[code]) in register(client, **other).content.decode()
    assert User.objects.count() == 1


def test_the_demo_offers_its_accounts_and_a_real_installation_does_not(
    client: Client, holder: User, settings: Settings
) -> None:
    assert "演示账号" not in client.get(reverse("account_login")).content.decode()
    settings.DEMO, settings.DEMO_PASSWORD = True, people.PASSWORD
    page = client.get(reverse("account_login")).content.decode()
    assert "演示账号" in page
    assert people.PASSWORD in page
    assert "zhuan" in page


def test_a_password_is_changed_with_the_old_one_and_filed(client: Client, holder: User) -> None:
    sign_in(client, "zhuan")
    url = reverse("account_change_password")
    data = {"oldpassword": "wrong", "password1": "Another-one-2026", "password2": "Another-one-2026"}
    assert "请输入当前密码" in client.post(url, data).content.decode()
    assert client.post(url, {**data, "oldpassword": people.PASSWORD})["Location"] == reverse("accounts:profile")
    assert signed_in(client)
    holder.refresh_from_db()
    assert holder.check_password("Another-one-2026")
    assert len(filed("accounts.password_changed")) == 1


def test_who_forgot_the_password_reads_what_to_do(client: Client) -> None:
    assert "带上证件" in client.get(reverse("account_reset_password")).content.decode()


@pytest.mark.parametrize("door", ["wagtailadmin_home", "admin:index"])
def test_the_back_doors_lead_to_the_one_sign_in_page(client: Client, door: str) -> None:
    """Wagtail's and Django's own sign-in pages know neither phones nor second factors."""
    response = client.get(reverse(door), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
