"""A learner enrols a face, passes, is held for a photograph, and frees the time by a code; another never shows a face at all.

The camera is Chromium's own, fed with films of a head that turns (tests/proctoring/material); the challenge is fixed, because
a film cannot hear what is asked.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, Playwright, expect

from infra import chromium
from infra.embedded.cluster import Cluster, operator_named_servers
from tests.journeys.steps import (
    check_accessible,
    check_fits,
    continue_here,
    played_seconds,
    sign_in,
    start_playing,
    wait_until,
    watch_console,
)
from tests.proctoring.material.acting import Camera, Scene, act, film
from tests.proctoring.material.head import SIZE, Picture, Pose, Subject

pytestmark = pytest.mark.journey

ACTIONS = ("turn_left", "nod")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
PER_SECOND = 10
# A desk by day, by lamp, and by day again; then the photograph.
SCENES = [
    Scene(zoom, (4.0 * zoom, 6.0), 0.5, gain, 1.0, slope, noise, 80)
    for zoom, gain, slope, noise in (
        (1.1, 1.0, 0.1, 2.5),
        (1.2, 0.75, -0.2, 4.0),
        (1.15, 0.95, 0.0, 3.0),
        (1.1, 1.0, 0.0, 2.5),
    )
]
# The headings of the slides of C10, which are the points that it teaches.
TAUGHT = {"诚信执业", "三种常见的“方便”", "代价", "怎样做"}


@pytest.fixture(scope="module")
def presence_house() -> Iterator[Cluster]:
    """A house of its own, in which every challenge is the same."""
    with (
        tempfile.TemporaryDirectory(prefix="zx-") as folder,
        Cluster(
            data=Path(folder) / "var",
            own_servers=not operator_named_servers(),
            env={"LMS_FACE_CHALLENGE": " ".join(ACTIONS)},
        ) as cluster,
    ):
        cluster.manage("load_demo", "--films", "C10,C01")
        cluster.start_application()
        cluster.wait_ready()
        yield cluster


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What the camera shows: somebody acting on three occasions, and a photograph held before it."""
    folder = tmp_path_factory.mktemp("films")
    made = {}
    for number, name in enumerate(("morning", "evening", "later", "photograph")):
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


def test_enrolled_passed_failed_held_and_released(
    playwright: Playwright, presence_house: Cluster, films: dict[str, Path]
) -> None:
    with before_camera(playwright, presence_house, films["morning"], "zhen") as page:
        page.goto("/presence/")
        check_accessible(page)
        page.get_by_role("button", name="我同意，去登记").click()
        enrol(page, "usual")
    with before_camera(playwright, presence_house, films["evening"], "zhen") as page:
        enrol(page, "other")
        page.goto("/presence/")
        expect(page.get_by_text("已同意并登记")).to_be_visible()
    with before_camera(playwright, presence_house, films["later"], "zhen") as page:
        passes_in_the_lesson(page)
    with before_camera(playwright, presence_house, films["photograph"], "zhen") as page:
        is_held_for_a_photograph(page)
        releases_by_code(page)


def passes_in_the_lesson(page: Page) -> None:
    open_lesson(page)
    until_asked(page)
    check_accessible(page)
    page.locator("[data-presence=begin]").click()
    expect(page.locator("[data-presence=sheet]")).to_be_hidden(timeout=40_000)
    page.wait_for_timeout(1500)
    assert not page.evaluate("document.querySelector('[data-part=frame] video').paused"), "the film goes on by itself"


def is_held_for_a_photograph(page: Page) -> None:
    open_lesson(page)
    until_asked(page, elsewhere=True)
    page.locator("[data-presence=begin]").click()
    panel = page.locator("[data-check-panel]")
    for _ in range(2):
        expect(panel).to_have_attribute("data-state", "failed", timeout=40_000)
        page.locator("[data-part=retry]").click()
    expect(page.locator("#presence-heading")).to_contain_text("没有作废", timeout=60_000)
    check_accessible(page)


def releases_by_code(page: Page) -> None:
    """A code by SMS, which the demo shows in its outbox, and two questions on what was taught."""
    page.get_by_role("link", name="手机验证码和两道题").click()
    page.get_by_role("button", name="发送验证码").click()
    expect(page.locator("#code")).to_be_visible()
    check_accessible(page)
    answer_the_questions(page)
    expect(page.get_by_text("已确认是您本人")).to_be_visible()


def answer_the_questions(page: Page) -> None:
    outbox = page.context.new_page()
    outbox.goto("/notices/outbox/")
    text = outbox.locator("main").inner_text()
    code = re.findall(r"验证码 (\d{6})", text)[0]
    outbox.close()
    page.locator("#code").fill(code)
    for field in page.locator("form:has(#code) fieldset").all():
        for label in field.locator("label").all():
            if label.inner_text() in TAUGHT:
                label.click()
                break
    page.get_by_role("button", name="提交").click()


def test_who_does_not_agree_learns_all_the_same(
    playwright: Playwright, presence_house: Cluster, films: dict[str, Path]
) -> None:
    with before_camera(playwright, presence_house, None, "bian", width=390) as page:
        open_lesson(page)
        check_fits(page)
        until_asked(page)
        expect(page.locator("[data-presence=begin]")).to_be_hidden()
        releases_by_code(page)
        check_fits(page)
        expect(page.locator("#presence-title")).to_be_visible()
