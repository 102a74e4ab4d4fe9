"""From two hours short to a renewed certificate in one sitting; an authority's two officers; what a revoked one says."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.papers import check_signature, code_on, download
from tests.journeys.steps import (
    another,
    check_accessible,
    check_fits,
    counted_seconds,
    open_lesson,
    sign_in,
    start_playing,
    wait_until,
    watch_console,
)
from tests.journeys.strangers import (
    a_stranger_is_told_of_revocation_and_of_nothing_else,
    a_stranger_verifies_by_the_code_and_without_a_network,
)

pytestmark = pytest.mark.journey

LESSON_SECONDS = 64
NUMBER = "演示-0000-0154"


def watch_to_the_end(page: Page, meanwhile: Callable[[], None]) -> None:
    """Watch a lesson of the demo until the server has counted all of it; others do their work in the meantime."""
    open_lesson(page, "site-civil/site-civil-04")
    start_playing(page)
    meanwhile()
    wait_until(page, lambda: counted_seconds(page) >= LESSON_SECONDS - 1, seconds=LESSON_SECONDS + 45)
    page.wait_for_timeout(3000)


def reload_until(page: Page, text: str, *, times: int = 60) -> None:
    for _ in range(times):
        if page.locator("main").get_by_text(text).count():
            return
        page.wait_for_timeout(1500)
        page.reload()
    expect(page.locator("main").get_by_text(text).first).to_be_visible()


def test_two_hours_short_becomes_a_renewed_signed_verified_certificate_in_one_sitting(
    page: Page, browser: Browser, house_url: str, tmp_path: Path
) -> None:
    """Two minutes are watched second by second; what others do with their certificates is done while the films run."""
    errors = watch_console(page)
    sign_in(page, "chuan")
    page.goto("/certificates/")
    expect(page.locator("main")).to_contain_text(NUMBER)
    expect(page.locator("main")).to_contain_text("还需要")
    check_accessible(page)
    page.goto("/certificates/outlook/")
    expect(page.locator("main")).to_contain_text("2 学时")
    check_accessible(page)

    def officer_and_holder() -> None:
        one_officer_proposes_and_cannot_decide_alone(browser, house_url)
        a_revoked_certificate_stays_and_says_why(browser, house_url)

    def strangers() -> None:
        a_stranger_verifies_by_the_code_and_without_a_network(browser, house_url, tmp_path)
        a_stranger_is_told_of_revocation_and_of_nothing_else(browser, house_url)

    watch_to_the_end(page, officer_and_holder)
    watch_to_the_end(page, strangers)
    page.goto("/certificates/")
    reload_until(page, "第 2 版")
    expect(page.locator("main")).to_contain_text("本周期已达标")
    expect(page.get_by_role("link", name=re.compile("通知.*条未读"))).to_be_visible()
    page.goto("/notices/")
    expect(page.locator("main")).to_contain_text("证书已延续")
    check_accessible(page)
    page.get_by_role("link", name="证书已延续").click()
    expect(page).to_have_url(re.compile("/certificates/$"))
    page.goto("/notices/outbox/")
    expect(page.locator("main")).to_contain_text(NUMBER)

    paper = download(page, version=2)
    check_signature(paper, tmp_path)
    link = urlsplit(code_on(paper))
    page.goto(f"{link.path}#{link.fragment}")
    expect(page.locator("[data-part=verdict]")).to_contain_text("二维码签名有效")
    expect(page.locator("[data-part=state]")).to_have_text("当前状态：有效")
    page.get_by_role("textbox", name="证书编号").fill(NUMBER)
    page.get_by_role("textbox", name="姓名").fill("椽小满（虚构）")
    page.get_by_role("button", name="核验").first.click()
    expect(page.locator("main")).to_contain_text("延续更新")
    expect(page.locator("main")).to_contain_text("第 2 版")
    assert not errors, errors


def a_revoked_certificate_stays_and_says_why(browser: Browser, house_url: str) -> None:
    page = another(browser, house_url, "xie")
    errors = watch_console(page)
    page.goto("/certificates/")
    expect(page.locator("main")).to_contain_text("已注销，编号不再使用")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/certificates/", "/certificates/outlook/", "/notices/", "/notices/outbox/"):
        page.goto(path)
        check_fits(page)
        check_accessible(page)
    assert not errors, errors
    page.context.close()


def one_officer_proposes_and_cannot_decide_alone(browser: Browser, house_url: str) -> None:
    page = another(browser, house_url, "zhuguan")
    errors = watch_console(page)
    page.goto("/certificates/desk/")
    check_accessible(page)
    page.locator("input[type=search]").fill("演示渝-0501-5052")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="演示渝-0501-5052").click()
    check_accessible(page)
    check_fits(page)
    page.get_by_role("radio", name="更正").check()
    page.get_by_role("textbox", name="姓名").fill("桩晓刚（虚构）")
    page.get_by_role("textbox", name="理由").fill("姓名录入有误")
    page.get_by_role("button", name="提出").click()
    page.get_by_role("link", name=re.compile("更正.*5052")).click()
    page.get_by_role("radio", name="同意并执行").check()
    page.get_by_role("textbox", name="复核意见").fill("核对属实")
    page.get_by_role("button", name="办结").click()
    expect(page.locator("main")).to_contain_text("不能自己复核")
    assert [error for error in errors if "422" not in error] == []
    page.context.close()
