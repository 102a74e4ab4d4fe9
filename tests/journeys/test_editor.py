"""An editor uploads a real film in the editors' desk, and it becomes a lesson that plays."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lms.config.demo.film import make_film
from lms.config.demo.slides import Slide
from tests.journeys.steps import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.media]

ENCODING_MS = 120_000


def test_an_uploaded_film_becomes_a_video_that_is_ready(page: Page, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    make_film([Slide("砌体与填充墙防裂", ("拉结筋位置", "顶部斜砌间隔"), 9)], course="砌体与填充墙防裂", to=film)
    sign_in(page, "jiangshi")
    page.goto("/admin/videos/upload/")
    page.locator("input[name=title]").fill("砌体与填充墙防裂")
    page.locator("input[type=file]").set_input_files(film)
    page.locator("main button[type=submit], form[enctype] button[type=submit]").first.click()
    page.wait_for_url("**/admin/videos/")
    row = page.locator("tr").filter(has_text="砌体与填充墙防裂").first
    # The list renews itself: nobody presses reload.
    expect(row).to_contain_text("可以播放", timeout=ENCODING_MS)


def test_a_text_under_the_name_of_a_film_is_refused_with_a_sentence(page: Page, tmp_path: Path) -> None:
    disguised = tmp_path / "film.mp4"
    disguised.write_text("#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n", encoding="utf-8")
    sign_in(page, "jiangshi")
    page.goto("/admin/videos/upload/")
    page.locator("input[name=title]").fill("不是视频")
    page.locator("input[type=file]").set_input_files(disguised)
    page.locator("main button[type=submit], form[enctype] button[type=submit]").first.click()
    expect(page.get_by_text(re.compile("不是可识别的视频文件")).first).to_be_visible()


def test_a_learner_has_no_key_to_the_editors_desk(page: Page) -> None:
    sign_in(page, "zhuan")
    answer = page.goto("/admin/videos/upload/")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("main")).to_contain_text("只对讲师和管理员开放")
