"""Pictures of the main pages for the README: `make screenshots` starts the house on a throw-away folder and looks at it.

`--url` looks at a house that runs already (`make demo`), `--only` at pages whose name begins so, `--to` writes elsewhere.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from infra import chromium
from infra.embedded.cluster import Cluster

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
SIZES = ((1280, 900), (390, 844))  # an office screen, a phone
PASSWORD = "Zhuxue-2026"  # noqa: S105 — the demo's, printed by `make demo`
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"


@dataclass(frozen=True, slots=True)
class View:
    """One page as one person sees it. path: an address, or the text of a link to follow from the first page."""

    name: str
    who: str | None
    path: str
    then: Callable[[Page], None] | None = None
    whole: bool = True


def _open_first_lesson(page: Page) -> None:
    page.locator("a[href^='/learn/']").first.click()
    page.locator("[data-connected=yes] [data-part=big]").wait_for(state="attached")
    page.wait_for_timeout(2_000)
    # The picture before was taken in another browser, where the lesson still runs.
    elsewhere = page.get_by_role("button", name="在这里继续")
    (elsewhere if elsewhere.is_visible() else page.locator("[data-part=big]")).click()
    page.wait_for_timeout(16_000)


def _ask_why(page: Page) -> None:
    page.locator("a[href^='/learn/']").first.click()
    page.locator("[data-connected=yes] a[href$='/why/']").first.click()
    page.locator("h1").wait_for()


VIEWS = (
    View("welcome", None, "/"),
    View("sign-in", None, "/account/login/"),
    View("catalogue", None, "/courses/"),
    View("post", None, "/courses/site-civil/"),
    View("course", None, "/courses/site-civil/site-civil-04/"),
    View("search", None, "/courses/search/?q=支模"),
    View("hours", "zhuan", "/hours/"),
    View("hours-complete", "hong", "/hours/"),
    View("hours-newcomer", "xuexi", "/hours/"),
    View("ledger", "zhuan", "/hours/ledger/"),
    View("lesson", "zhuan", "/courses/site-civil/site-civil-04/", _open_first_lesson, whole=False),
    View("why", "zhuan", "/courses/site-civil/site-civil-04/", _ask_why),
    View("profile", "zhuan", "/me/"),
    View("staff", "qiye", "/organisation/"),
    View("area", "zhuguan", "/area/"),
    View("log", "shenji", "/audit/", whole=False),
    View("editors", "guanli", "/admin/"),
    View("not-found", None, "/nothing-here/"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a house that runs already")
    parser.add_argument("--only", default="", help="pages whose name begins so")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the pictures")
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    views = [view for view in VIEWS if view.name.startswith(asked.only)]
    if asked.url:
        photograph(asked.url, views, asked.to)
        return 0
    with tempfile.TemporaryDirectory(prefix="zx-") as folder, Cluster(data=Path(folder) / "var") as cluster:
        cluster.manage("load_demo", on_line=print)
        cluster.start_application()
        cluster.wait_ready()
        photograph(cluster.url, views, asked.to)
    return 0


def photograph(url: str, views: list[View], folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.find()), args=FLAGS.split())
        for size in SIZES:
            for view in views:
                _photograph(browser, url, view, size, folder / f"{view.name}-{size[0]}.png")
                print(f"{view.name} {size[0]}", flush=True)
        browser.close()


def _photograph(browser: Browser, url: str, view: View, size: tuple[int, int], to: Path) -> None:
    context = browser.new_context(base_url=url, viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    page = context.new_page()
    if view.who:
        page.goto("/account/login/")
        page.locator("#id_login").fill(view.who)
        page.locator("#id_password").fill(PASSWORD)
        page.locator("#id_password").press("Enter")
        page.wait_for_load_state("networkidle")
    page.goto(view.path)
    page.wait_for_load_state("networkidle")
    if view.then:
        view.then(page)
    if (
        view.whole
    ):  # as tall as the page: a bar that is fixed to the window would stand in the middle of a longer picture
        tall = max(size[1], int(page.evaluate("document.documentElement.scrollHeight")))
        page.set_viewport_size({"width": size[0], "height": tall})
    page.screenshot(path=str(to))
    context.close()


if __name__ == "__main__":
    raise SystemExit(main())
