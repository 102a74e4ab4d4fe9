"""What start.js and its companions do in a real browser, under the content policy. No server: routes answer."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from infra import chromium

pytestmark = pytest.mark.journey

STATIC = Path(__file__).resolve().parents[3] / "lms" / "static"
SITE = "http://house.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
# A module as rooms write them: marks what it touched, and undoes it.
ROOM_MODULE = """
export function connect(element) {
  element.dataset.seen = "1";
  window.seen = (window.seen ?? 0) + 1;
  return () => { window.undone = (window.undone ?? 0) + 1; };
}
"""
HEAD = """<!doctype html><meta name="htmx-config" content='{"includeIndicatorStyles": false, "allowEval": false}'>
<script type="module" src="/static/lms/js/start.js"></script><script defer src="/static/vendor/htmx-2.0.11.min.js"></script>"""
Open = Callable[[str], Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """One browser serves the whole run: the arguments are those of the journeys, whoever asks first."""
    flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    flags += "--disable-component-update --disable-sync --autoplay-policy=no-user-gesture-required"
    return {**browser_type_launch_args, "executable_path": str(chromium.find()), "args": flags.split()}


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    page = browser.new_page()
    complaints: list[str] = []
    bodies: dict[str, str] = {"/room.html": '<p data-connect="/static/room/piece.js">new</p>'}

    def answer(route: Route, request: Request) -> None:
        path = request.url.removeprefix(SITE).split("?")[0]
        if path == "/static/room/piece.js":
            route.fulfill(body=ROOM_MODULE, content_type=TYPES[".js"])
        elif path.startswith("/static/") and (STATIC / path.removeprefix("/static/")).is_file():
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif path in bodies:
            headers = {"content-security-policy": POLICY}
            route.fulfill(body=bodies[path], content_type="text/html; charset=utf-8", headers=headers)
        else:
            route.fulfill(status=404, body="")

    def opened(body: str) -> Page:
        bodies["/"] = HEAD + body
        page.goto(f"{SITE}/")
        return page

    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.route("**/*", answer)
    yield opened
    page.close()
    assert not complaints


def test_an_element_gets_its_module_once(open_page: Open) -> None:
    page = open_page('<p id="a" data-connect="/static/room/piece.js">a</p>')
    expect(page.locator("#a")).to_have_attribute("data-connected", "yes")
    expect(page.locator("#a")).to_have_attribute("data-seen", "1")
    assert page.evaluate("window.seen") == 1


def test_what_htmx_swaps_in_is_connected_and_what_it_swaps_out_is_undone(open_page: Open) -> None:
    page = open_page(
        '<button hx-get="/room.html" hx-target="#box">x</button>'
        '<div id="box"><p data-connect="/static/room/piece.js">old</p></div>'
    )
    expect(page.locator("#box p")).to_have_attribute("data-connected", "yes")
    page.get_by_role("button").click()
    expect(page.locator("#box p")).to_have_text("new")
    expect(page.locator("#box p")).to_have_attribute("data-connected", "yes")
    assert page.evaluate("[window.seen, window.undone]") == [2, 1]


@pytest.mark.parametrize(
    "address", ["https://elsewhere.test/x.js", "/media/upload.js", "/static/../media/x.js", "data:text/javascript,1"]
)
def test_only_static_files_of_the_house_are_run(open_page: Open, address: str) -> None:
    page = open_page(f'<p id="a" data-connect="{address}"><b data-when-broken hidden>broken</b></p>')
    expect(page.locator("#a")).to_have_attribute("data-connected", "failed")
    expect(page.locator("#a b")).to_be_visible()


def test_a_missing_module_shows_that_the_part_is_broken(open_page: Open) -> None:
    page = open_page('<p id="a" data-connect="/static/room/gone.js"><b data-when-broken hidden>broken</b></p>')
    expect(page.locator("#a b")).to_be_visible()


def test_the_menu_closes_on_escape_and_on_a_click_elsewhere(open_page: Open) -> None:
    page = open_page(
        '<details data-connect="/static/lms/js/menu.js"><summary>me</summary><a href="#x">link</a></details><p id="out">out</p>'
    )
    menu = page.locator("details")
    expect(menu).to_have_attribute("data-connected", "yes")
    page.locator("summary").press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(page.locator("summary")).to_be_focused()
    page.locator("summary").click()
    page.locator("#out").click()
    expect(menu).not_to_have_attribute("open", "")


def test_a_form_is_sent_once_however_often_it_is_clicked(open_page: Open) -> None:
    page = open_page(
        '<form data-connect="/static/lms/js/busy.js" action="/slow" method="post">'
        '<button data-busy-text="Saving…">Save</button></form>'
    )
    expect(page.locator("form")).to_have_attribute("data-connected", "yes")
    page.evaluate("""() => { window.sent = 0; document.addEventListener("submit", (event) => {
        if (!event.defaultPrevented) window.sent += 1; event.preventDefault(); }); }""")
    page.get_by_role("button").click()
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_have_text("Saving…")
    assert page.evaluate("window.sent") == 1
