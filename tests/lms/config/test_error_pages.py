"""Pages of refusal say what happened and what now, in the clothes of the house, even when half of the house is on fire."""

import pytest
from django.template.loader import get_template
from django.test import Client, RequestFactory, override_settings
from django.utils.translation import override
from django.views.defaults import bad_request, permission_denied, server_error

PAGES = {
    "400.html": "请求无法理解",
    "403.html": "这里不能进入",
    "403_csrf.html": "表单没有提交",
    "404.html": "没有这个页面",
    "429.html": "操作太频繁",
    "500.html": "服务器出了问题",
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_can_be_shown_without_database_session_or_context(name: str) -> None:
    page = get_template(name).render({})
    assert f"<h1>{PAGES[name]}</h1>" in page
    assert 'href="/"' in page
    assert "site.css" in page


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_english_for_who_reads_english(name: str) -> None:
    with override("en"):
        page = get_template(name).render({})
    assert '<html lang="en">' in page
    assert PAGES[name] not in page


def test_django_shows_them_with_the_right_status(rf: RequestFactory) -> None:
    request = rf.get("/")
    assert server_error(request).status_code == 500
    assert bad_request(request, ValueError()).status_code == 400


def test_a_refusal_gives_its_reason_escaped(rf: RequestFactory) -> None:
    page = permission_denied(rf.get("/"), PermissionError("只对<审计员>开放。")).content.decode()
    assert "只对&lt;审计员&gt;开放。" in page


def test_a_page_that_closes_for_a_while_says_for_how_long() -> None:
    assert "请在 1 分 15 秒后再试。" in get_template("429.html").render({"seconds": 75})


@pytest.mark.django_db
def test_an_unknown_address_is_404_in_our_clothes(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()


@pytest.mark.django_db
def test_the_demo_says_that_its_data_are_fictional(client: Client) -> None:
    ribbon = "演示数据，均为虚构"
    with override_settings(DEMO=True):
        assert ribbon in client.get("/no/such/page/").content.decode()
    with override_settings(DEMO=False):
        assert ribbon not in client.get("/no/such/page/").content.decode()
