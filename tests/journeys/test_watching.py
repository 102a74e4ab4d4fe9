"""Watching as it is for a learner: on a phone, held back, in two places, with the page away, and again after a reload."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.steps import (
    check_accessible,
    check_fits,
    continue_here,
    counted_seconds,
    open_lesson,
    played_seconds,
    sign_in,
    start_playing,
    wait_until,
    watch_console,
)

pytestmark = pytest.mark.journey

COURSE = "site-civil/site-civil-04"
BEAT_SECONDS = 5
STATE = "[data-part=state-words]"


def test_on_a_phone_the_picture_comes_first_and_ahead_is_held_back(page: Page) -> None:
    errors = watch_console(page)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "lan")
    open_lesson(page, COURSE)
    check_fits(page)
    check_accessible(page)
    small = page.evaluate(
        "[...document.querySelectorAll('.player-buttons button:not([hidden])')].filter(b => b.offsetHeight < 44).length"
    )
    assert small == 0
    start_playing(page)
    expect(page.locator(STATE)).to_have_text("正在记录")
    line = page.locator("[data-part=seek]").bounding_box()
    assert line is not None
    here = played_seconds(page)
    page.mouse.click(line["x"] + line["width"] * 0.9, line["y"] + line["height"] / 2)
    expect(page.locator("[data-part=notice]")).to_contain_text("后面还没有学到")
    assert played_seconds(page) <= here + BEAT_SECONDS
    wait_until(page, lambda: counted_seconds(page) >= 2)
    check_accessible(page)
    assert not errors, errors


def test_in_two_places_the_learner_is_asked_and_the_older_place_is_told(
    browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    first, second = (browser.new_context(**browser_context_args).new_page() for _ in range(2))
    for page in (first, second):
        sign_in(page, "yong")
    open_lesson(first, COURSE)
    start_playing(first)
    wait_until(first, lambda: counted_seconds(first) >= 4)
    earned = counted_seconds(first)
    second.goto(first.url)
    expect(second.locator("[data-part=over-words]")).to_contain_text("荷载与方案")
    check_accessible(second)
    second.wait_for_timeout(2000)
    assert played_seconds(second) == 0  # nothing runs, and nothing is taken away, before the learner has answered
    expect(first.locator(STATE)).to_have_text("正在记录")
    continue_here(second)
    expect(first.locator("[data-part=over-words]")).to_contain_text("您已在另一处继续学习")
    wait_until(second, lambda: counted_seconds(second) >= earned + 4, seconds=30)
    first.locator("[data-part=over-button]").click()  # back again: whoever has said so is not asked once more
    expect(second.locator("[data-part=over-words]")).to_contain_text("您已在另一处继续学习")
    expect(first.locator("[data-part=over]")).to_be_hidden()
    for page in (first, second):
        page.context.close()


def test_a_hidden_page_pauses_and_says_so(page: Page) -> None:
    sign_in(page, "hui")
    open_lesson(page, COURSE)
    start_playing(page)
    # Playwright cannot send a page to the back: say to the script what the browser would say.
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(page.locator("[data-part=notice]")).to_contain_text("您离开了页面")
    assert page.evaluate("document.querySelector('video').paused")
    page.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
    page.locator("[data-part=big]").click()
    expect(page.locator(STATE)).to_have_text("正在记录")


def test_a_reload_in_the_middle_loses_no_second_and_asks_nothing(page: Page) -> None:
    sign_in(page, "jun")
    open_lesson(page, COURSE)
    start_playing(page)
    page.wait_for_timeout(8_000)
    watched = played_seconds(page)
    page.reload()
    expect(page.locator("[data-part=counted]")).to_have_text(re.compile(r"\d"))
    expect(page.locator("[data-part=over]")).to_be_hidden()
    wait_until(page, lambda: counted_seconds(page) >= int(watched) - 1)
    wait_until(page, lambda: played_seconds(page) > 0)
    assert abs(played_seconds(page) - watched) <= BEAT_SECONDS


def test_choices_are_kept_and_keys_do_what_buttons_do(page: Page) -> None:
    sign_in(page, "yan")
    open_lesson(page, COURSE)
    page.keyboard.press("m")
    expect(page.locator("[data-part=mute]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("k")
    wait_until(page, lambda: not page.evaluate("document.querySelector('video').paused"))
    page.keyboard.press("k")
    wait_until(page, lambda: bool(page.evaluate("document.querySelector('video').paused")))
    page.reload()
    expect(page.locator("[data-part=mute]")).to_have_attribute("aria-pressed", "true")


def test_the_last_second_of_a_lesson_counts_and_the_next_one_is_offered(page: Page) -> None:
    sign_in(page, "xiaoyu")
    open_lesson(page, COURSE)
    start_playing(page)
    expect(page.locator(STATE)).to_have_text("本课已学完", timeout=90_000)
    expect(page.locator(".lesson-list .current [data-figure]")).to_have_text("100%")
    check_accessible(page)
    page.locator("[data-next] a").click()
    expect(page.locator(".lesson-list .current")).not_to_contain_text("荷载与方案")
    expect(page.locator("[data-connected=yes][data-playing]")).to_be_visible()
    expect(page.locator(STATE)).to_have_text("已暂停")  # a session of its own, and nothing asked
