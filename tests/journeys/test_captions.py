"""An editor corrects the captions of a film in the table, and a browser shows what came of it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import check_accessible, check_fits, sign_in, watch_console

pytestmark = pytest.mark.journey

# Whether a browser can read the file, only a browser knows: gives the texts of its cues.
READ_TRACK = """async (address) => {
    const video = document.createElement("video");
    const track = document.createElement("track");
    track.src = address;
    video.append(track);
    document.body.append(video);
    track.track.mode = "hidden";
    await new Promise((resolve, reject) => { track.onload = resolve; track.onerror = reject; });
    return [...track.track.cues].map((cue) => [cue.startTime, cue.endTime, cue.getCueAsHTML().textContent]);
}"""


def open_editor(page: Page, language: str) -> None:
    sign_in(page, "jiangshi")
    page.goto("/admin/videos/?q=荷载与方案")
    page.get_by_role("link", name="字幕与章节").click()
    page.locator(f"a[href*='/captions/{language}/']").click()
    expect(page.locator("form[data-convert-url]")).to_have_attribute("data-connected", "yes")


def test_captions_are_corrected_in_the_table_and_shown_by_a_browser(page: Page) -> None:
    errors = watch_console(page)
    open_editor(page, "zh-Hans")
    cue = page.locator(".zx-cue")
    count = cue.count()
    page.get_by_label("整体平移（毫秒）").fill("250")
    page.get_by_role("button", name="平移").click()
    cue.nth(0).get_by_label("文字").fill("<v 张工>间距 < 1.2 m")
    cue.nth(0).get_by_role("button", name="下面添加").click()
    cue.nth(1).get_by_label("结束").fill("0:04.5")
    cue.nth(1).get_by_label("文字").fill("新的一条")
    cue.nth(2).get_by_label("开始").fill("0:04.5")
    page.get_by_role("button", name="保存字幕").click()
    expect(page.locator(".messages")).to_contain_text("已保存简体中文字幕")
    address = page.locator("a[download*='zh-Hans']").get_attribute("href")
    page.goto("/")  # under the strict content policy of the pages where learners are
    shown: list[list[Any]] = page.evaluate(READ_TRACK, address)
    assert len(shown) == count + 1
    assert shown[0] == [0.25, 4.25, "间距 < 1.2 m"]
    assert shown[1] == [4.25, 4.5, "新的一条"]
    assert not errors


def test_a_fault_is_shown_in_its_row_and_nothing_is_lost(page: Page) -> None:
    open_editor(page, "en")
    start = page.locator(".zx-cue").nth(1).get_by_label("开始")
    start.fill("soon")
    page.get_by_role("button", name="保存字幕").click()
    expect(page.locator("form[data-convert-url]")).to_have_attribute("data-connected", "yes")
    expect(start).to_have_value("soon")
    expect(start).to_be_focused()
    expect(page.locator(".zx-cue").nth(1)).to_contain_text("开始时间写法不对")
    start.fill("0:04")
    page.get_by_role("button", name="文本编辑").click()
    expect(page.locator("[data-pane=text]")).to_be_visible()
    assert "00:00:04.000 --> " in page.get_by_label("WebVTT 文本").input_value()


def test_chapters_are_added_and_removed(page: Page) -> None:
    sign_in(page, "jiangshi")
    page.goto("/admin/videos/?q=荷载与方案")
    page.get_by_role("link", name="字幕与章节").click()
    rows = page.locator("[data-chapter]")
    expect(page.locator("form.zx-chapters")).to_have_attribute("data-connected", "yes")
    count = rows.count()
    page.get_by_role("button", name="添加一章").click()
    rows.last.get_by_label("开始").fill("0:08")
    rows.last.get_by_label("标题").fill("先算荷载")
    rows.nth(2).get_by_role("button", name="删除").click()
    page.get_by_role("button", name="保存章节").click()
    expect(page.locator(".messages")).to_contain_text(f"已保存 {count} 个章节")
    expect(rows.nth(1).get_by_label("标题")).to_have_value("先算荷载")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_fit_and_can_be_used_by_everybody(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_editor(page, "en")
    for _ in range(2):
        page.wait_for_load_state("networkidle")
        check_fits(page)
        check_accessible(page)
        page.get_by_role("link", name="返回这个视频").or_(page.get_by_role("link", name="返回视频列表")).first.click()
