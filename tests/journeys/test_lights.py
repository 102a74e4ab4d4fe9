"""The coloured light of a check, in a page without a house: it fills the screen, never flashes, and hides no word."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.steps import check_accessible, check_fits

pytestmark = pytest.mark.journey

ADDRESS = "http://lights.test/"
STYLES = ("lms/css/site.css", "proctoring/proctoring.css")
# WCAG 2.3.1 allows three flashes a second, and a flash is two changes; the house allows itself one change a second.
LEAST_MS = 1000
COLOURS = ("red", "cyan", "blue", "yellow", "green")
SHOW = """async (ms) => {
  const { Lights } = await import("/static/proctoring/lights.js");
  const panel = document.querySelector("[data-check-panel]");
  Object.assign(window, { lights: new Lights(panel), changes: [] });
  new MutationObserver(() => window.changes.push(performance.now()))
    .observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-colour"] });
  window.lights.show(["red", "cyan", "blue", "yellow", "green"].map((colour) => ({ colour, ms })));
}"""
SHEET = ".check-light"


def answer(route: Route) -> None:
    path = route.request.url.removeprefix(ADDRESS)
    if not path:
        links = "".join(f'<link rel="stylesheet" href="/static/{name}">' for name in STYLES)
        note = render_to_string("proctoring/_lights_note.html")
        panel = render_to_string("proctoring/_check_panel.html")
        body = f'<main class="page"><h1>核验</h1><section class="card" data-connect="x">{note}{panel}</section></main>'
        head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>核验</title>{links}'
        route.fulfill(
            content_type="text/html", body=f'<!doctype html><html lang="zh-Hans"><head>{head}</head>{body}</html>'
        )
        return
    found = finders.find(path.removeprefix("static/"))
    if isinstance(found, str):
        route.fulfill(path=found)
    else:
        route.fulfill(status=404)


def opened(browser: Browser, width: int, *, still: bool = False) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, reduced_motion="reduce" if still else "no-preference"
    )
    page = context.new_page()
    page.route("**/*", answer)
    page.goto(ADDRESS)
    page.evaluate(
        "const panel = document.querySelector('[data-check-panel]'); panel.hidden = false; panel.dataset.state = 'running';"
        "panel.querySelector('[data-part=step]').textContent = '向您的左边转头，再转回来';"
        "panel.querySelector('[data-part=guide]').textContent = '画面中有两个人，请只留您一人';"
    )
    return page


@pytest.fixture
def wide(browser: Browser) -> Iterator[Page]:
    page = opened(browser, 1280)
    yield page
    page.context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_colour_fills_the_screen_and_what_to_do_stays_readable(browser: Browser, width: int) -> None:
    page = opened(browser, width)
    page.evaluate(SHOW, 60_000)
    expect(page.locator(SHEET)).to_have_css("background-color", "rgb(255, 0, 0)")
    expect(page.locator(SHEET)).to_have_css("opacity", "1")
    sheet, plate = page.locator(SHEET).bounding_box(), page.locator("[data-check-panel]").bounding_box()
    assert sheet is not None and plate is not None
    assert (sheet["width"], sheet["height"]) == (width, 844)
    assert plate["x"] >= 0 and plate["y"] >= 0 and plate["y"] + plate["height"] <= 844
    assert plate["width"] * plate["height"] < 0.45 * width * 844, (
        "the plate leaves more than half of the screen to the light"
    )
    expect(page.get_by_text("屏幕正在变色，是核验的一部分")).to_be_visible()
    check_fits(page)
    check_accessible(page)
    page.context.close()


def test_no_colour_is_gone_within_a_second_whatever_is_asked(wide: Page) -> None:
    wide.evaluate(SHOW, 1)
    expect(wide.locator(SHEET)).to_have_count(0, timeout=10_000)
    changes: list[float] = wide.evaluate("window.changes")
    assert len(changes) == len(COLOURS)
    assert min(late - early for early, late in pairwise(changes)) >= LEAST_MS - 20
    assert wide.locator("[data-check-panel]").get_attribute("data-lit") is None
    expect(wide.get_by_text("屏幕正在变色，是核验的一部分")).to_be_hidden()


def test_who_says_so_beside_the_check_is_shown_none(wide: Page) -> None:
    wide.get_by_label("不要变色，改为多做一个动作").check()
    wide.evaluate(SHOW, 60_000)
    assert wide.evaluate("window.lights.unwanted") is True
    expect(wide.locator(SHEET)).to_have_count(0)


def test_who_asks_the_system_for_less_motion_is_shown_none_and_told(browser: Browser) -> None:
    page = opened(browser, 390, still=True)
    page.evaluate(SHOW, 60_000)
    assert page.evaluate("window.lights.unwanted") is True
    expect(page.locator(SHEET)).to_have_count(0)
    expect(page.get_by_text("您的系统设为减少动态效果")).to_be_visible()
    expect(page.get_by_label("不要变色，改为多做一个动作")).to_be_hidden()
    page.context.close()
