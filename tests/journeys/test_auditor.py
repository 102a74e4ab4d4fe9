"""An auditor finds a record, finds the one that was altered, draws a sample that a stranger repeats, and opens one hour."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from infra.embedded.cluster import Cluster
from tests.journeys.steps import (
    check_accessible,
    check_fits,
    counted_seconds,
    open_lesson,
    sign_in,
    start_playing,
    wait_until,
    watch_console,
)

pytestmark = pytest.mark.journey

# What the clock does each night.
VERIFY = """
from django.utils import timezone
from analytics.learning_log.actions import verify_everything
print(verify_everything(at=timezone.now()).kind)
"""
QUARTER_HOUR_SECONDS = 15  # a 学时 of the demo region is a minute


def test_an_auditor_finds_the_records_of_a_learner(page: Page) -> None:
    errors = watch_console(page)
    sign_in(page, "shenji")
    expect(page).to_have_url("/audit/")
    check_accessible(page)
    page.get_by_label("学员姓名或编号").fill("砖小明")
    page.keyboard.press("Enter")
    found = page.locator("main a[href^='/audit/']").filter(has_text="砖**").filter(has_text="证书")
    expect(found.first).to_be_visible()
    check_accessible(page)
    check_fits(page)
    found.first.click()
    expect(page.locator("main")).to_contain_text("封存内容的指纹与入库时保存的相同")
    check_accessible(page)
    assert not errors, errors


def test_a_learner_does_not_get_into_the_reading_room(page: Page) -> None:
    sign_in(page, "zhuan")
    answer = page.goto("/audit/")
    assert answer is not None
    assert answer.status == 403


@contextmanager
def superuser(house: Cluster) -> Iterator[psycopg.Connection]:
    """Who owns the database: no trigger and no right of the application holds him."""
    with psycopg.connect(house.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("ALTER TABLE analytics_logrecord DISABLE TRIGGER log_record_no_change")
        try:
            yield connection
        finally:
            connection.execute("ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_no_change")


def set_seconds(house: Cluster, record_id: int, seconds: int) -> None:
    with superuser(house) as connection:
        connection.execute(
            "UPDATE analytics_logrecord SET payload = jsonb_set(payload, '{seconds}', to_jsonb(%s::int)) WHERE id = %s",
            [seconds, record_id],
        )


def test_an_auditor_finds_the_one_record_that_was_altered(page: Page, house: Cluster) -> None:
    """Somebody who owns the database gives one person an hour more. The nightly run names the record."""
    with psycopg.connect(house.env["DATABASE_URL"]) as connection:
        row = connection.execute(
            """
            SELECT record.id, (payload ->> 'seconds')::int FROM analytics_logrecord record
            JOIN analytics_logposition placed ON placed.record_id = record.id
            WHERE kind = 'credit.hours_awarded' ORDER BY record.id OFFSET 7 LIMIT 1
            """
        ).fetchone()
    assert row is not None
    altered, seconds = row
    set_seconds(house, altered, seconds + 3600)
    try:
        assert house.manage("shell", "-c", VERIFY)[-1].strip() == "audit.fault_found"
        errors = watch_console(page)
        sign_in(page, "shenji")
        expect(page.locator("main")).to_contain_text("不通过")
        check_accessible(page)
        page.get_by_role("link", name=re.compile(rf"打开第 {altered} 号记录")).click()
        expect(page.locator("main")).to_contain_text("不符")
        expect(page.locator("main")).to_contain_text("payload")
        check_accessible(page)
        check_fits(page)
        assert not errors, errors
    finally:
        set_seconds(house, altered, seconds)
    assert house.manage("shell", "-c", VERIFY)[-1].strip() == "audit.log_verified"


def drawn_again(told: dict[str, object]) -> list[str]:
    """Draw again as a stranger would, by the published rule alone: SHA-256 over domain, seed, beacon and entry."""
    items = told["items"]
    assert isinstance(items, list)
    mixed = b"zhuxue draw 1\n" + bytes.fromhex(str(told["seed"])) + bytes.fromhex(str(told["beacon"]))
    lots = sorted((sha256(mixed + item.encode()).hexdigest(), item) for item in items)
    return [item for _, item in lots][: int(str(told["sample"]))]


def test_a_stranger_repeats_a_draw(page: Page, house_url: str, tmp_path: Path) -> None:
    errors = watch_console(page)
    sign_in(page, "shenji")
    page.get_by_role("link", name="双随机").click()
    check_accessible(page)
    page.get_by_label("抽几项").fill("3")
    page.get_by_role("button", name="公布名单").click()
    opens = page.get_by_role("button", name="开出结果").first
    expect(opens).to_be_visible()
    for _ in range(20):  # a head is signed every second
        opens.click()
        if page.get_by_text("抽中").count():
            break
        page.wait_for_timeout(1000)
    expect(page.get_by_text("抽中").first).to_be_visible()
    check_accessible(page)
    check_fits(page)
    page.locator("ol.audit-records > li a").first.click()
    expect(page.get_by_role("heading", name="自己重抽一次")).to_be_visible()
    check_accessible(page)
    check_fits(page)
    path = page.get_by_role("link", name="下载公布的文件").get_attribute("href")
    assert not [error for error in errors if "422" not in error], errors

    # From here on the stranger: no account, no code of ours but the file that everybody is given, nothing of its imports.
    with urlopen(f"{house_url}{path}") as answer:  # noqa: S310 — our own house
        published = answer.read()
    told = json.loads(published)
    assert told["list_hash"] == sha256("".join(f"{item}\n" for item in told["items"]).encode()).hexdigest()
    assert told["seed_hash"] == sha256(b"zhuxue draw 1\n" + bytes.fromhex(told["seed"])).hexdigest()
    assert drawn_again(told) == told["drawn"]
    assert len(told["drawn"]) == int(told["sample"]) == 3
    with urlopen(f"{house_url}/audit/draws/verify_draw.py") as answer:  # noqa: S310 — our own house
        (tmp_path / "verify_draw.py").write_bytes(answer.read())
    (tmp_path / "published.json").write_bytes(published)
    told["drawn"] = told["drawn"][::-1]
    (tmp_path / "forged.json").write_text(json.dumps(told), encoding="utf-8")
    runs = {
        name: subprocess.run(
            [sys.executable, "-I", "-S", "verify_draw.py", f"{name}.json"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )
        for name in ("published", "forged")
    }  # fmt: skip
    assert (runs["published"].returncode, runs["published"].stdout[:5]) == (0, "GOOD:")
    assert (runs["forged"].returncode, runs["forged"].stdout[:6]) == (1, "WRONG:")


def learn_a_quarter_of_an_hour(page: Page) -> None:
    """What was missing is learnt, and the certificate is renewed on the spot."""
    sign_in(page, "sunmao")
    open_lesson(page, "site-civil/site-civil-04")
    start_playing(page)
    wait_until(page, lambda: counted_seconds(page) >= QUARTER_HOUR_SECONDS + 1, seconds=60)
    page.goto("/certificates/")
    for _ in range(60):
        if page.locator("main").get_by_text("第 2 版").count():
            break
        page.wait_for_timeout(1500)
        page.reload()
    expect(page.locator("main").get_by_text("第 2 版").first).to_be_visible()


def finds_the_learner_by_the_company(page: Page) -> None:
    """Cards follow the log within a minute."""
    page.goto("/audit/")
    page.get_by_text("更多条件").click()
    page.get_by_label("企业名称").fill("演示山城")
    page.get_by_label("种类").select_option("player.span_watched")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("main")).to_contain_text("企业 · 演示山城")
    for _ in range(50):
        if page.locator("main .what > a").filter(has_text="榫**").count():
            break
        page.wait_for_timeout(1500)
        page.reload()
    page.locator("main .what > a").filter(has_text="榫**").first.click()
    expect(page.locator("main").get_by_role("link", name="演示山城建筑工程公司（虚构）")).to_be_visible()
    check_accessible(page)
    check_fits(page)


def test_an_auditor_opens_one_hour_from_the_beats_to_the_certificate(
    page: Page, browser: Browser, house_url: str
) -> None:
    learner = browser.new_context(base_url=house_url, locale="zh-CN")
    learn_a_quarter_of_an_hour(learner.new_page())
    learner.close()
    errors = watch_console(page)
    sign_in(page, "shenji")
    page.get_by_label("学员姓名或编号").fill("榫小查")
    page.get_by_label("种类").select_option("credit.hours_awarded")
    page.get_by_role("button", name="查找").click()
    page.locator("main .what > a").first.click()  # the newest award
    page.get_by_role("link", name="逐条打开这笔学时").click()
    main = page.locator("main")
    expect(main).to_contain_text("由观看区间重新相加")
    expect(main).to_contain_text("一致")
    for step in ("课程发布", "规则", "打开与关闭", "观看计时", "决定与台账", "证书"):
        expect(page.get_by_role("heading", name=re.compile(f"^{step}"))).to_be_visible()
    expect(main.locator("section").filter(has=page.get_by_role("heading", name=re.compile("^证书")))).to_contain_text(
        "第 2 版"
    )
    expect(main).to_contain_text("已证明")
    expect(main).not_to_contain_text("不符")
    check_accessible(page)
    check_fits(page)
    page.get_by_role("link", name=re.compile("当天的时间线")).click()
    expect(page.get_by_role("heading", name="这一天")).to_be_visible()
    assert page.locator(".audit-lane.watched rect, .watched rect").count() >= 1
    check_accessible(page)
    finds_the_learner_by_the_company(page)
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/audit/", "/audit/dashboards/", "/audit/dashboards/company/", "/audit/draws/", "/audit/leads/"):
        page.goto(path)
        check_fits(page)
        check_accessible(page)
    assert not errors, errors


@pytest.mark.parametrize(
    ("who", "words"), [("yuqiye", "演示山城建筑工程公司（虚构）"), ("jigou", "演示建工培训中心（虚构）")]
)
def test_a_company_and_an_institution_see_their_own_figures(page: Page, who: str, words: str) -> None:
    errors = watch_console(page)
    sign_in(page, who)
    page.get_by_role("link", name="学习数据").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    check_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    check_fits(page)
    own = page.url
    answer = page.goto("/audit/dashboards/")
    assert answer is not None
    assert answer.status == 403
    page.goto(own)
    assert [error for error in errors if "403" not in error] == []
