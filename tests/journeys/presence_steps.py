"""People before a camera of Chromium's own, fed with films of a head that turns (tests/proctoring/material)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Page, Playwright, expect

from infra import chromium
from infra.embedded.cluster import Cluster
from tests.journeys.steps import continue_here, played_seconds, sign_in, start_playing, wait_until, watch_console
from tests.proctoring.material.acting import Camera, Scene, act, film
from tests.proctoring.material.head import SIZE, Picture, Pose, Subject

# A film cannot hear what is asked: the house asks for these and no others.
ACTIONS = ("turn_left", "nod")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
PER_SECOND = 10
# A desk by day, by lamp, by day again, and another's by a window; then the photograph.
SCENES = [
    Scene(zoom, (4.0 * zoom, 6.0), 0.5, gain, 1.0, slope, noise, 80)
    for zoom, gain, slope, noise in (
        (1.1, 1.0, 0.1, 2.5),
        (1.2, 0.75, -0.2, 4.0),
        (1.15, 0.95, 0.0, 3.0),
        (1.05, 0.9, 0.25, 2.0),
        (1.1, 1.0, 0.0, 2.5),
    )
]


def make_films(folder: Path) -> dict[str, Path]:
    """Make what the camera shows: somebody acting on several occasions, and a photograph held before it.

    Each is for one check that is passed: shown again, it would be known again.
    """
    made = {}
    for number, name in enumerate(("morning", "evening", "later", "window", "photograph")):
        chance = np.random.default_rng([4, number])
        # Twice the same would be a loop: who has acted sits still for longer than a challenge lasts.
        moves = [
            *([] if name == "photograph" else act(ACTIONS, chance, per_second=PER_SECOND, lead_seconds=3.0)),
            *act((), chance, per_second=PER_SECOND, lead_seconds=12.0),
        ]
        if name == "photograph":
            moves = [Pose()] * len(moves)
        made[name] = write_y4m(folder / f"{name}.y4m", film(Subject(1), moves, Camera(SCENES[number], chance)))
    return made


def write_y4m(path: Path, pictures: Sequence[Picture]) -> Path:
    """Write pictures as the file that Chromium takes for a camera."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F{PER_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            file.write(b"FRAME\n" + cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


@contextmanager
def before_camera(
    playwright: Playwright, house: Cluster, film: Path | None, who: str, *, width: int = 1280
) -> Iterator[Page]:
    """A browser of this person before a camera that shows this film; None: there is no camera."""
    camera = ["--use-fake-ui-for-media-stream"]
    if film is not None:
        camera += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(
        executable_path=str(chromium.find()),
        args=[*FLAGS.split(), "--autoplay-policy=no-user-gesture-required", *camera],
    )
    context = browser.new_context(base_url=house.url, locale="zh-CN", viewport={"width": width, "height": 844})
    context.set_default_timeout(20_000)
    page = context.new_page()
    errors = watch_console(page)
    try:
        sign_in(page, who)
        yield page
        # 409: the lesson was open in the browser before, and the page asks whether to go on here.
        assert not [error for error in errors if "409" not in error], errors
    finally:
        browser.close()


def enrol(page: Page, lighting: str) -> None:
    page.goto("/presence/enrol/")
    expect(page.locator("[data-connected=yes] [data-lighting]").first).to_be_visible()
    page.locator(f"[data-lighting={lighting}]").click()
    expect(page.locator("[data-check-panel]")).to_have_attribute("data-state", "passed", timeout=40_000)
    page.wait_for_load_state()


def open_lesson(page: Page) -> None:
    """Open the lesson of C10, whose presence is asked for."""
    page.goto("/courses/c10/")
    page.locator("main a.btn-primary, main button.btn-primary").first.click()
    expect(page.locator("#presence-title")).to_contain_text("次核验")


def until_asked(page: Page, *, elsewhere: bool = False) -> None:
    """Play until a check is due. elsewhere: another browser had the lesson a moment ago, so the page asks first."""
    if elsewhere:
        continue_here(page)
        wait_until(page, lambda: played_seconds(page) > 1, seconds=30)
    else:
        start_playing(page, seconds=30)
    expect(page.locator("[data-presence=sheet]")).to_be_visible(timeout=60_000)
    assert page.evaluate("document.querySelector('[data-part=frame] video').paused")
