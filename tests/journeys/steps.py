"""What people do again and again, in their words."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

AXE = Path(__file__).parents[1] / "vendor"
DEMO_PASSWORD = "Zhuxue-2026"  # as `make demo` prints it
SERIOUS = {"serious", "critical"}


def sign_in(page: Page, login: str) -> None:
    """Sign in by user name or phone with the demo's password, and wait for the person's first page."""
    page.goto("/account/login/")
    page.locator("#id_login").fill(login)
    page.locator("#id_password").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/account/login/"))


def another(browser: Browser, house_url: str, who: str) -> Page:
    """Somebody else's browser, signed in."""
    page = browser.new_context(base_url=house_url, locale="zh-CN", viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(15_000)
    sign_in(page, who)
    return page


def wait_until(page: Page, holds: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for something that only a script can ask: `wait_for_function` needs an eval that the content policy forbids."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come true"
        page.wait_for_timeout(100)


def open_lesson(page: Page, course: str) -> None:
    """From the page of a course (`c01`, `site-civil/site-civil-04`) into its next lesson; enrols who is not enrolled."""
    page.goto(f"/courses/{course}/")
    page.locator("main a.btn-primary, main button.btn-primary").first.click()
    expect(page.locator("[data-connected=yes][data-playing]")).to_be_visible()


def counted_seconds(page: Page) -> int:
    """The server's figure as the page shows it: «1 分 04 秒» or «25 秒»."""
    words = page.locator("[data-part=counted]").inner_text()
    figures = [int(figure) for figure in re.findall(r"\d+", words)]
    return figures[-1] + 60 * sum(figures[:-1])


def played_seconds(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def start_playing(page: Page, *, seconds: float = 15) -> None:
    """Press play and wait, so long at most, until the picture runs."""
    expect(page.locator("[data-connected=yes][data-playing]")).to_be_visible()
    began = played_seconds(page)
    page.locator("[data-part=big]").click()
    wait_until(page, lambda: played_seconds(page) > max(began, 0.3), seconds=seconds)


def continue_here(page: Page) -> None:
    """Say yes to the question whether to go on in this place."""
    expect(page.locator("[data-part=over-title]")).to_contain_text("在这里继续学习")
    page.locator("[data-part=over-button]").click()


def check_accessible(page: Page) -> None:
    """Fail with the rule, the reason and the place of whatever axe-core finds serious on this page."""
    script = next(AXE.glob("axe-*.min.js"))
    page.evaluate(script.read_text(encoding="utf-8"))  # not add_script_tag: the content policy forbids inline scripts
    found: dict[str, Any] = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    grave = [violation for violation in found["violations"] if violation["impact"] in SERIOUS]
    assert not grave, "\n".join(
        f"{violation['id']}: {violation['help']} at {node['target']}: {node['failureSummary']}"
        for violation in grave
        for node in violation["nodes"][:3]
    )


def check_fits(page: Page) -> None:
    """Fail when the page is wider than the window: on a phone nobody scrolls sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the window"


def watch_console(page: Page) -> list[str]:
    """Return a list that fills with the errors of the page: broken scripts, refused by the content policy, missing files."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    # What has no address is axe-core, which was evaluated into the page and styles it inline.
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" and m.location["url"] else None)
    return errors
