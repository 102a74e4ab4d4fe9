"""A learner enrols a face, passes, is held for a photograph, and frees the time by a code; another never shows a face at all;
a third is asked in two pages and loses the camera; a fourth appeals.

The challenge is fixed, because a film cannot hear what is asked. One house for all: to start it takes a minute.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from infra.embedded.cluster import Cluster
from tests.houses import open_house
from tests.journeys.presence_steps import (
    ACTIONS,
    before_camera,
    enrol,
    make_films,
    open_lesson,
    until_asked,
)
from tests.journeys.steps import check_accessible, check_fits, continue_here, sign_in

pytestmark = pytest.mark.journey

# The headings of the slides of C10, which are the points that it teaches.
TAUGHT = {"诚信执业", "三种常见的“方便”", "代价", "怎样做"}


@pytest.fixture(scope="module")
def presence_house() -> Iterator[Cluster]:
    """A house of its own, in which every challenge is the same."""
    with open_house(demo=True, env={"LMS_FACE_CHALLENGE": " ".join(ACTIONS)}) as cluster:
        cluster.start_application()
        cluster.wait_ready(180)  # two houses start at once, beside the kills
        yield cluster


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_films(tmp_path_factory.mktemp("films"))


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


CAMERA = "[data-check-panel] [data-part=preview]"
# Enrolled without a film: how a face is enrolled is told above.
ENROLLED = """
from django.db import transaction
from django.utils import timezone
from lms.accounts.models import User
from proctoring import actions, consent_text
from proctoring.face_store import keep_template
person = User.objects.get(username="jing")
with transaction.atomic():
    actions.give_consent(learner=person, version=consent_text.VERSION, at=timezone.now())
    for lighting in actions.LIGHTINGS:
        keep_template(person.pk, [0.1] * 64, model=("geometry", "1"), lighting=lighting, quality={}, at=timezone.now())
"""
NOTHING_HELD = """
from proctoring.models import FaceTry, Hold
assert not Hold.objects.filter(learner__username="jing").exists()
judged = FaceTry.objects.filter(check_asked__session__learner__username="jing").exclude(judged_at=None)
assert [one.passed for one in judged] == [True], [one.reasons for one in judged]
"""


def test_a_second_page_takes_the_check_over_and_a_camera_that_falls_out_costs_nothing(
    playwright: Playwright, presence_house: Cluster, films: dict[str, Path]
) -> None:
    presence_house.manage("shell", "-c", ENROLLED)
    with before_camera(playwright, presence_house, films["window"], "jing", width=390) as first:
        open_lesson(first)
        until_asked(first)
        check_fits(first)
        second = first.context.new_page()
        second.goto(first.url)
        expect(second.locator("[data-presence=sheet]")).to_be_visible()
        first.locator("[data-presence=begin]").click()
        expect(first.locator("[data-check-panel]")).to_have_attribute("data-state", "running")
        continue_here(second)
        closes_its_check(first)
        second.locator("[data-presence=begin]").click()
        panel = second.locator("[data-check-panel]")
        expect(panel).to_have_attribute("data-state", "running")
        check_fits(second)
        unplug(second)
        expect(panel).to_have_attribute("data-state", "ended")
        expect(second.locator("[data-part=step]")).to_contain_text("摄像头断开了")
        check_accessible(second)
        second.locator("[data-presence=begin]").click()
        expect(second.locator("[data-presence=sheet]")).to_be_hidden(timeout=40_000)
        assert first.evaluate("document.querySelector('[data-part=frame] video').paused"), "the first stays as it was"
    presence_house.manage("shell", "-c", NOTHING_HELD)


def closes_its_check(page: Page) -> None:
    """The lesson went on elsewhere: this page says so, its check is gone, its camera off."""
    expect(page.locator("[data-part=over-words]")).to_be_visible()
    expect(page.locator("[data-presence=sheet]")).to_be_hidden()
    expect(page.locator("[data-presence=elsewhere]")).to_contain_text("不算没有通过")
    assert page.evaluate(f"document.querySelector('{CAMERA}').srcObject === null"), "the camera is let go"
    check_fits(page)
    check_accessible(page)


def unplug(page: Page) -> None:
    """Take the camera away. A browser tells of it by this event; stopping a track in a script does not."""
    page.evaluate(
        f"(() => {{ const [track] = document.querySelector('{CAMERA}').srcObject.getVideoTracks();"
        " track.stop(); track.dispatchEvent(new Event('ended')); })()"
    )


A_MINUTE_LATER = """
from django.utils import timezone
from proctoring.models import FaceCheck
FaceCheck.objects.filter(session__learner__username="su", state="asked").update(deadline_at=timezone.now())
"""


def test_an_appeal_is_decided_by_another_person_who_tells_why(playwright: Playwright, presence_house: Cluster) -> None:
    with before_camera(playwright, presence_house, None, "su", width=390) as page:
        open_lesson(page)
        until_asked(page)
        presence_house.manage("shell", "-c", A_MINUTE_LATER)
        expect(page.locator("#presence-heading")).to_contain_text("没有作废", timeout=20_000)
        page.locator("[data-presence=appeal]").click()
        expect(page.locator("[data-presence=sheet]")).to_be_hidden()
        browser = page.context.browser
        assert browser is not None
        decide(browser, presence_house)
        page.goto("/notices/")
        page.get_by_role("link", name="暂扣").first.click()
        expect(page.get_by_text("当时在场，同事可以作证")).to_be_visible()
        check_accessible(page)
        check_fits(page)


def decide(browser: Browser, house: Cluster) -> None:
    """The reviewer finds the appeal on the desk, and lets the time count."""
    context = browser.new_context(base_url=house.url, locale="zh-CN", viewport={"width": 1280, "height": 844})
    page = context.new_page()
    sign_in(page, "fushen")
    page.goto("/presence/desk/")
    check_accessible(page)
    page.get_by_role("link", name="诉小平").click()
    page.locator("#release").check()
    page.locator("#reason").fill("当时在场，同事可以作证")
    page.get_by_role("button", name="写入").click()
    expect(page.get_by_text("已写入决定和理由")).to_be_visible()
    context.close()
