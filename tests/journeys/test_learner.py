"""A certificate holder finds a course, watches, is held back, comes back, and finds the seconds among the hours."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.steps import (
    check_accessible,
    check_fits,
    continue_here,
    counted_seconds,
    played_seconds,
    sign_in,
    start_playing,
    wait_until,
    watch_console,
)

pytestmark = pytest.mark.journey

WATCH_SECONDS = 25
BEAT_SECONDS = 5


def find_lesson(page: Page) -> None:
    """From the catalogue's search into the first lesson of a course that can be watched."""
    page.goto("/courses/")
    page.locator("main input[type=search], main input[name=q]").first.fill("支模")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="高支模的搭设与验收").first.click()
    check_fits(page)
    page.locator("main a.btn-primary, main button.btn-primary").first.click()
    expect(page.locator("video")).to_be_visible()


def test_a_learner_watches_and_the_server_counts(page: Page) -> None:
    errors = watch_console(page)
    sign_in(page, "xuexi")
    check_accessible(page)
    find_lesson(page)
    check_accessible(page)

    expect(page.locator("[data-part=counted]")).to_have_text(re.compile(r"\d"))
    before, at = counted_seconds(page), played_seconds(page)
    began = time.monotonic()
    start_playing(page)
    page.wait_for_timeout(WATCH_SECONDS * 1000)
    truth = played_seconds(page) - at
    counted = counted_seconds(page) - before
    assert truth <= time.monotonic() - began + 1
    assert truth - BEAT_SECONDS - 1 <= counted <= truth + 1

    held_back_when_seeking_ahead(page)
    page.locator("[data-part=play]").click()
    page.wait_for_timeout(1500)
    before_reload = counted_seconds(page)
    assert before_reload >= before + counted
    page.reload()
    resumes_where_it_was(page, before_reload)
    page.goto("/hours/")
    finds_the_seconds_in_my_hours(page)
    assert not errors, errors


def held_back_when_seeking_ahead(page: Page) -> None:
    seek = page.locator("[data-part=seek]")
    here = played_seconds(page)
    seek.focus()
    page.keyboard.press("End")
    expect(page.locator("[data-part=notice]")).to_be_visible()
    assert played_seconds(page) <= here + BEAT_SECONDS
    page.evaluate("document.querySelector('video').currentTime = 60")  # a script does the same
    page.wait_for_timeout(800)
    assert played_seconds(page) <= here + BEAT_SECONDS


def resumes_where_it_was(page: Page, counted: int) -> None:
    expect(page.locator("[data-part=counted]")).not_to_have_text("…")
    wait_until(page, lambda: played_seconds(page) > 0)
    assert counted_seconds(page) >= counted
    assert abs(played_seconds(page) - counted) <= BEAT_SECONDS + 1


def finds_the_seconds_in_my_hours(page: Page) -> None:
    """In the demo region a 学时 is a minute: 25 seconds are 0.4."""
    for _ in range(20):
        page.reload()
        if recent_of(page, "高支模的搭设与验收").count():
            break
        page.wait_for_timeout(1000)
    expect(recent_of(page, "高支模的搭设与验收").first).to_be_visible()
    check_accessible(page)
    page.goto("/hours/ledger/")
    expect(page.get_by_text("高支模的搭设与验收").first).to_be_visible()
    check_accessible(page)
    check_fits(page)


def recent_of(page: Page, title: str) -> Locator:
    return page.locator("main").get_by_text(re.compile(rf"{title}.*")).filter(has_not_text="继续")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_a_learner_fit_and_can_be_read_by_everybody(page: Page, width: int) -> None:
    errors = watch_console(page)
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("/", "/courses/", "/courses/site-civil/", "/courses/site-civil/site-civil-04/", "/account/login/"):
        page.goto(path)
        check_fits(page)
        check_accessible(page)
    sign_in(page, "zhuan")
    for path in ("/hours/", "/hours/ledger/", "/hours/rules/chongqing/", "/me/"):
        page.goto(path)
        check_fits(page)
        check_accessible(page)
    assert not errors, errors


def test_the_newest_page_counts_and_the_older_one_is_told(page: Page) -> None:
    sign_in(page, "hong")
    page.goto("/courses/site-civil/site-civil-04/")
    page.locator("main button.btn-primary").first.click()
    start_playing(page)
    lesson = page.url
    other = page.context.new_page()
    other.goto(lesson)
    continue_here(other)
    wait_until(other, lambda: played_seconds(other) > 0.3)
    expect(page.locator("[data-part=over]")).to_be_visible()
    expect(page.locator("[data-part=over-words]")).to_contain_text("另一处")
    other.wait_for_timeout(7000)
    assert counted_seconds(other) >= 2
