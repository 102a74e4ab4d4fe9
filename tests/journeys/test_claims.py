"""Claims that people decide: one is returned, mended and accepted; a photo is used twice; an authority resolves a hold."""

import random
from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.journeys.steps import another, check_accessible, check_fits, sign_in, watch_console

pytestmark = pytest.mark.journey


def photo(seed: int, *, quality: int = 90) -> bytes:
    """A picture of boxes; the same seed looks the same."""
    dice, picture = random.Random(seed), Image.new("RGB", (800, 600), "white")  # noqa: S311 — a drawing, no secret
    pen = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y, grey = dice.randrange(760), dice.randrange(560), dice.randrange(256)
        pen.rectangle((x, y, x + dice.randrange(40, 260), y + dice.randrange(40, 260)), fill=(grey, grey, grey))
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def claim(page: Page, title: str, picture: bytes) -> None:
    """Write a claim of four hours, add a photo, hand it in."""
    page.goto("/claims/new/")
    page.get_by_label("种类").select_option(label="企业组织的技术培训")
    page.locator("#id_title").fill(title)
    page.get_by_label("完成日期").fill((date.today() - timedelta(days=5)).isoformat())
    page.get_by_label("数量").fill("4")
    page.get_by_label("申报学时").fill("4")
    page.get_by_role("button", name="下一步：上传材料").click()
    add_photo(page, picture)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("main")).to_contain_text("已提交")


def add_photo(page: Page, picture: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture})
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator("main")).to_contain_text("已上传")


def open_review(page: Page, title: str) -> None:
    """From the desk into the review of the claim of this title."""
    page.goto("/reviews/")
    page.get_by_label("姓名或内容").fill(title)
    page.keyboard.press("Enter")
    page.locator("[data-part=queue] a").filter(has_text=title).first.click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("[data-connected=yes]").first).to_be_attached()


def test_a_claim_is_returned_mended_and_accepted(page: Page, browser: Browser, house_url: str) -> None:
    errors = watch_console(page)
    title = "附着式升降脚手架技术交底"
    sign_in(page, "jiao")
    claim(page, title, photo(11))
    check_accessible(page)
    address = page.url
    page.goto("/hours/")
    waiting = page.locator(".waiting")
    expect(waiting).to_contain_text(title)
    expect(waiting).to_contain_text("审核认定后计入")
    check_accessible(page)
    check_fits(page)

    reviewer = another(browser, house_url, "fushen")
    expect(reviewer).to_have_url(f"{house_url}/reviews/")
    check_accessible(reviewer)
    open_review(reviewer, title)
    check_accessible(reviewer)
    reviewer.locator("summary").filter(has_text="常用理由").click()
    reviewer.get_by_role("button", name="缺签到表").click()
    expect(reviewer.locator("textarea[name=reason]")).to_have_value("缺签到表，请补上有本人签名的一页。")
    reviewer.get_by_role("button", name="退回修改").click()
    expect(reviewer.locator("main")).to_contain_text("已办理")

    page.goto(address)
    expect(page.locator(".refusal")).to_contain_text("缺签到表")
    check_accessible(page)
    add_photo(page, photo(12))
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("main")).to_contain_text("已提交")

    open_review(reviewer, title)
    reviewer.locator("input[name=hours]").fill("3.5")
    reviewer.locator("textarea[name=reason]").fill("材料齐全，按签到表上的时间认定。")
    reviewer.locator("h1").click()  # out of the field, so that keys are keys
    reviewer.keyboard.press("a")
    expect(reviewer.locator("main")).to_contain_text("已办理")

    page.goto("/hours/")
    expect(page.locator(".rings")).to_contain_text("3.5")
    expect(page.locator(".waiting")).to_have_count(0)
    page.goto(address)
    for words in ("退回修改", "认定", "材料齐全"):
        expect(page.locator(".timeline")).to_contain_text(words)
    assert not errors, errors


def test_a_photo_that_was_used_before_is_caught(page: Page, browser: Browser, house_url: str) -> None:
    sign_in(page, "jiao")
    claim(page, "铝模早拆体系培训", photo(21))
    other = another(browser, house_url, "tiao")
    claim(other, "铝模早拆体系培训（二班）", photo(21, quality=60))
    expect(other.locator("main")).to_contain_text("相同或很相近")
    expect(other.locator("main")).not_to_contain_text("角小磊")
    reviewer = another(browser, house_url, "fushenyi")
    open_review(reviewer, "铝模早拆体系培训（二班）")
    expect(reviewer.locator("main")).to_contain_text("材料在别处也用过")
    expect(reviewer.locator("main")).to_contain_text("角小磊")
    check_accessible(reviewer)
    reviewer.get_by_label("因材料重复不计").check()
    reviewer.locator("textarea[name=reason]").fill("同一张照片已用于另一份申报。")
    reviewer.get_by_role("button", name="不予认定").click()
    expect(reviewer.locator("main")).to_contain_text("已办理")
    other.goto("/hours/ledger/")
    expect(other.locator("main")).to_contain_text("未计（重复）")


def test_an_authority_resolves_a_hold(page: Page, browser: Browser, house_url: str) -> None:
    holder = another(browser, house_url, "suo")
    expect(holder.locator("#headline")).to_contain_text("等待主管部门决定")
    sign_in(page, "zhuguan")
    page.goto("/reviews/holds/")
    check_accessible(page)
    card = page.locator("section.card").filter(has_text="锁小安")
    expect(card).to_contain_text("专业知识差 2 学时")
    card.get_by_label("准予延续").check()
    card.locator("textarea").fill("停工期间无法参加，下一周期补足。")
    card.get_by_role("button", name="决定").click()
    expect(page.locator("main")).to_contain_text("已决定")
    holder.reload()
    expect(holder.locator("#headline")).to_contain_text("准予延续")
    expect(holder.locator("main")).to_contain_text("停工期间无法参加")


def test_training_at_work_is_accepted_and_counts(page: Page, browser: Browser, house_url: str) -> None:
    sign_in(page, "ganqiye")
    for address in ("/enterprise/training/", "/enterprise/training/plan/", "/enterprise/training/sheet/"):
        page.goto(address)
        check_accessible(page)
    learner = another(browser, house_url, "lan")
    expect(learner.locator(".rings")).to_contain_text("差 2 学时")
    learner.goto("/training/")
    check_accessible(learner)
    reviewer = another(browser, house_url, "fushenyi")
    reviewer.goto("/reviews/training/")
    reviewer.get_by_role("link", name="塔吊安装拆除安全专项培训").click()
    expect(reviewer.locator("main")).to_contain_text("签到表")
    check_accessible(reviewer)
    reviewer.locator("textarea[name=reason]").fill("签到、照片相符。")
    reviewer.get_by_role("button", name="认定", exact=True).click()
    expect(reviewer.locator("main")).to_contain_text("已办理")
    learner.goto("/hours/")
    expect(learner.locator("#headline")).to_contain_text("已达标")
