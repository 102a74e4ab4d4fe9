"""“我的”: what a person sees, records, and cannot record twice."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from lms.accounts import actions, queries
from lms.accounts.domain.refusals import AccountsError
from lms.accounts.models import Identity, Licence, User
from lms.accounts.sentences import SENTENCES, sentence_for
from tests import people

pytestmark = pytest.mark.django_db
PROFILE, DOCUMENT, LICENCE = "/me/", "/me/document/", "/me/licences/add/"
NUMBER = "360426199101010071"
CARD = {"kind": "resident_id", "legal_name": "砖小明", "number": NUMBER}
PAPER = {
    "post_code": "site_civil",
    "number": "0500202500001013",
    "issued_on": "2025-03-10",
    "region_code": "500000",
    "works_in_post": "on",
}


@pytest.fixture
def me(client: Client) -> User:
    user = people.learner("砖小明")
    client.force_login(user)
    return user


@pytest.mark.parametrize("page", [PROFILE, DOCUMENT, LICENCE])
def test_nobody_is_sent_to_sign_in(client: Client, page: str) -> None:
    assert client.get(page)["Location"] == f"{reverse('account_login')}?next={page}"


@pytest.mark.parametrize("page", [PROFILE, DOCUMENT, LICENCE])
def test_what_is_personal_is_not_kept_by_any_cache(client: Client, me: User, page: str) -> None:
    assert "no-store" in client.get(page)["Cache-Control"]


def test_a_new_learner_is_asked_for_the_document_first(client: Client, me: User) -> None:
    page = client.get(PROFILE).content.decode()
    assert "登记实名证件" in page
    assert "还没有登记证书" in page


def test_a_document_is_recorded_once_and_shown_masked(client: Client, me: User) -> None:
    assert client.post(DOCUMENT, CARD)["Location"] == PROFILE
    assert queries.find_by_document("resident_id", NUMBER) == me.pk
    for page in (PROFILE, DOCUMENT):
        text = client.get(page).content.decode()
        assert "**************0071" in text
        assert NUMBER not in text
    again = client.post(DOCUMENT, {**CARD, "legal_name": "别人"})
    assert again.status_code == 422
    assert "不能" in again.content.decode()
    assert Identity.objects.get().legal_name == "砖小明"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "36042619910101007"}, "id_length"),
        ({"number": "360426199101010072"}, "id_check_digit"),
        ({"kind": "passport", "number": "护照号码"}, "document_shape"),
    ],
)
def test_a_wrong_number_says_why_keeps_the_rest_and_is_not_sent_back(
    client: Client, me: User, changes: dict[str, str], code: str
) -> None:
    response = client.post(DOCUMENT, {**CARD, **changes})
    page = response.content.decode()
    assert response.status_code == 422
    assert str(SENTENCES[code]) in page
    assert changes["number"] not in page
    assert "砖小明" in page
    assert not Identity.objects.exists()


def test_a_document_of_somebody_else_is_refused(client: Client, me: User, now: datetime) -> None:
    other = people.learner()
    actions.record_identity(user=other, **CARD, at=now, by=other)
    response = client.post(DOCUMENT, CARD)
    assert response.status_code == 422
    assert str(SENTENCES["document_taken"]) in response.content.decode()
    assert other.name not in response.content.decode().replace("砖小明", "")


def test_a_certificate_is_added_under_the_rules_of_its_region(client: Client, me: User) -> None:
    assert client.post(LICENCE, PAPER)["Location"] == PROFILE
    assert Licence.objects.get().rule_set_code == "chongqing"
    page = client.get(PROFILE).content.decode()
    for text in ("土建施工员", "0500202500001013", "重庆市", "重庆规则", "2025-03-10"):
        assert text in page


def test_a_candidate_leaves_number_and_day_empty(client: Client, me: User) -> None:
    assert client.post(LICENCE, {**PAPER, "number": "", "issued_on": ""}).status_code == 302
    assert "尚未取证" in client.get(PROFILE).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": "12"}, SENTENCES["number_shape"]),
        ({"issued_on": ""}, SENTENCES["number_without_day"]),
        ({"issued_on": "2999-01-01"}, SENTENCES["day_in_future"]),
        ({"issued_on": "10.3.2025"}, "请填写日期"),
        ({"post_code": "astronaut"}, SENTENCES["post_unknown"]),
        ({"region_code": "999900"}, SENTENCES["region_unknown"]),
    ],
)
def test_a_certificate_that_cannot_be_says_why_and_keeps_what_was_typed(
    client: Client, me: User, changes: dict[str, str], sentence: object
) -> None:
    response = client.post(LICENCE, {**PAPER, **changes})
    assert response.status_code == 422
    assert str(sentence) in response.content.decode()
    assert {**PAPER, **changes}["number"] in response.content.decode()
    assert not Licence.objects.exists()


def test_the_same_post_twice_is_refused_beside_its_field(client: Client, me: User) -> None:
    client.post(LICENCE, PAPER)
    response = client.post(LICENCE, {**PAPER, "number": "0500202500009999"})
    assert response.status_code == 422
    assert str(SENTENCES["licence_post_twice"]) in response.content.decode()


def test_the_demo_region_is_offered_in_the_demo_alone_and_marked(client: Client, me: User, settings: Settings) -> None:
    assert "999900" not in client.get(LICENCE).content.decode()
    settings.DEMO = True
    assert "虚构" in client.get(LICENCE).content.decode()
    assert client.post(LICENCE, {**PAPER, "region_code": "999900"}).status_code == 302
    assert Licence.objects.get().rule_set_code == "demo"
    assert "演示区（虚构）" in client.get(PROFILE).content.decode()


def test_the_page_costs_the_same_with_one_certificate_and_with_three(
    client: Client, me: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.post(LICENCE, PAPER)
    client.get(PROFILE)
    with django_assert_num_queries(7):
        client.get(PROFILE)
    for post in ("quality_civil", "material"):
        client.post(LICENCE, {**PAPER, "post_code": post, "number": f"0500202500-{post.upper()}".replace("_", "-")})
    client.get(PROFILE)
    with django_assert_num_queries(7):
        client.get(PROFILE)


def test_the_language_may_be_chosen_and_english_posts_are_named_in_english(client: Client, me: User) -> None:
    client.post(reverse("set_language"), {"language": "en", "next": LICENCE})
    assert "Site engineer, civil works" in client.get(LICENCE).content.decode()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_refusal_has_a_sentence_that_ends(code: str) -> None:
    assert sentence_for(AccountsError(code)).endswith("。")
    assert sentence_for(AccountsError("never heard of")).endswith("。")
