"""A stranger with a telephone holds a paper: is it real, does it hold today, and what of the one that was revoked?"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.papers import check_signature, code_on, download
from tests.journeys.steps import check_accessible, check_fits, sign_in, watch_console

WITHOUT_ED25519 = """
const own = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (...rest) =>
  rest[2]?.name === "Ed25519" ? Promise.reject(new DOMException("unrecognised", "NotSupportedError")) : own(...rest);
"""
GOOD, BAD = "二维码签名有效", "二维码签名无效"


@contextmanager
def telephone(browser: Browser, house_url: str) -> Iterator[BrowserContext]:
    """A browser of somebody who has no account."""
    context = browser.new_context(base_url=house_url, locale="zh-CN", viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()


def ask(page: Page, number: str, name: str) -> None:
    page.goto("/verify/")
    page.get_by_role("textbox", name="证书编号").fill(number)
    page.get_by_role("textbox", name="姓名").fill(name)
    page.get_by_role("button", name="核验").first.click()


def a_stranger_verifies_by_the_code_and_without_a_network(browser: Browser, house_url: str, folder: Path) -> None:
    """Of a paper that its holder has sent; by the browser's own Ed25519, and by ours where it has none."""
    with telephone(browser, house_url) as context:
        holder = context.new_page()
        sign_in(holder, "sha")
        paper = download(holder)
    check_signature(paper, folder)
    link = urlsplit(code_on(paper))
    address = f"{link.path}#{link.fragment}"

    for script in ("", WITHOUT_ED25519):
        with telephone(browser, house_url) as context:
            if script:
                context.add_init_script(script)
            stranger = context.new_page()
            errors = watch_console(stranger)
            stranger.goto(address)
            card = stranger.locator("[data-connect]").filter(has=stranger.locator("[data-part=verdict]"))
            expect(card).to_contain_text(GOOD)
            expect(card).to_contain_text("演示赣-3600-9096")
            expect(card.locator("[data-part=state]")).to_have_text(re.compile("当前状态：|平台没有"))
            check_fits(stranger)
            check_accessible(stranger)
            context.set_offline(True)
            stranger.evaluate("location.hash = location.hash.slice(1) + 'A'")
            expect(card).to_contain_text(BAD)
            stranger.evaluate(f"location.hash = {link.fragment!r}")
            expect(card).to_contain_text(GOOD)
            expect(card.locator("[data-part=state]")).to_contain_text("没有联网，只核对了签名")
            assert [error for error in errors if "ERR_INTERNET_DISCONNECTED" not in error] == []


def a_stranger_is_told_of_revocation_and_of_nothing_else(browser: Browser, house_url: str) -> None:
    with telephone(browser, house_url) as context:
        page = context.new_page()
        errors = watch_console(page)
        ask(page, "演示渝-0500-0162", "楔小木（虚构）")
        expect(page.locator("main")).to_contain_text("已注销")
        expect(page.locator("main")).to_contain_text("楔*木（虚构）")
        expect(page.locator("main")).not_to_contain_text("楔小木（虚构）")
        check_fits(page)
        check_accessible(page)
        ask(page, "演示渝-0500-0162", "王五")
        wrong = page.locator(".refusal").inner_text()
        ask(page, "演示渝-9999-9999", "王五")
        assert page.locator(".refusal").inner_text() == wrong
        assert "没有查到" in wrong
        check_fits(page)
        check_accessible(page)
        assert not errors, errors
