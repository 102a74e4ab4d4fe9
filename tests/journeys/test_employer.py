"""A company's year in one story: forty people imported, seats bought and given, one learns, three go back, who is at risk."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from infra.embedded.cluster import Cluster
from tests.journeys.steps import another, check_accessible, check_fits, open_lesson, sign_in, wait_until, watch_console
from tests.lms.enterprise.imports.lists import document, person, workbook

pytestmark = pytest.mark.journey

FIRST = 7_000  # numbers of people that no other story uses
MANAGER, FINANCE = "yuqiye", "caiwu"
PRESSED = 3  # of the forty, those whose cycle of two years ends within 60 days
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEATS = "继续教育通用席位"
PHONE = {"width": 390, "height": 844}


def mended() -> list[list[object]]:
    """Forty people with nothing wrong."""
    rows = [person(FIRST + number) for number in range(40)]
    for row in rows[:PRESSED]:
        row[5] = (datetime.now(UTC) - timedelta(days=700)).date().isoformat()
    return rows


def with_mistakes() -> list[list[object]]:
    """The same rows; six of them have something wrong, each something else."""
    rows = mended()
    wrong = document(FIRST + 3)
    rows[3][1] = wrong[:-1] + ("1" if wrong[-1] != "1" else "2")  # the check digit
    rows[7][1] = 5.00234199003121e17  # stored as a number
    rows[11][3] = "市政施工员"
    rows[15][1] = rows[14][1]
    rows[19][2] = "12345"
    rows[23][5] = "去年"
    return rows


def test_from_the_list_of_staff_to_seats_in_use_and_money_back(page: Page, browser: Browser, house: Cluster) -> None:
    errors = watch_console(page)
    sign_in(page, MANAGER)
    imports_forty_people_with_six_mistakes(page)
    by_card = buys_thirty_by_card_declined_once(page)
    buys_ten_by_transfer(page, browser, house.url)
    gives_seats(page, by_card)
    link = house.manage("shell", "-c", _LINK.format(document=document(FIRST)))[-1].strip()
    learns(browser, house.url, link)
    returns_three(page, by_card)
    sees_on_a_phone_who_is_at_risk(page)
    assert not [error for error in errors if "favicon" not in error]


def imports_forty_people_with_six_mistakes(page: Page) -> None:
    page.goto("/enterprise/imports/")
    check_accessible(page)
    upload(page, with_mistakes())
    expect(page.get_by_role("heading", name="可以导入 34 人")).to_be_visible()
    for place in ("第 5 行 B 列", "第 9 行 B 列", "第 13 行 D 列", "第 17 行 B 列", "第 21 行 C 列", "第 25 行 F 列"):
        expect(page.get_by_text(place)).to_be_visible()
    expect(page.get_by_text("是不是“市政工程施工员”")).to_be_visible()
    check_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载带批注的名单").click()
    copy = load_workbook(BytesIO(download.value.path().read_bytes())).worksheets[0]
    assert copy["B9"].comment is not None and "存成了数字" in copy["B9"].comment.text
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("新登记的人还不能登录")).to_be_visible(timeout=60_000)
    upload(page, mended())
    expect(page.get_by_role("heading", name="可以导入 6 人")).to_be_visible()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("另有 34 人已在册")).to_be_visible(timeout=60_000)
    upload(page, mended())
    expect(page.get_by_role("heading", name="没有可以导入的人")).to_be_visible()


def upload(page: Page, rows: list[list[object]]) -> None:
    page.goto("/enterprise/imports/")
    given = {"name": "员工名单.xlsx", "mimeType": XLSX, "buffer": workbook(rows)}
    page.get_by_label("员工名单").set_input_files(given)  # type: ignore[arg-type]  # playwright's own dict of a file
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("button", name="检查名单").click()


def buys_thirty_by_card_declined_once(page: Page) -> str:
    address = order(page, 30)
    check_accessible(page)
    page.get_by_role("button", name="在线支付").click()
    expect(page).to_have_url(re.compile("/c/pay/"))
    page.get_by_label("卡号").fill("4000 0000 0000 0002")
    page.get_by_role("button", name="用银行卡付款").click()
    expect(page.get_by_role("alert")).to_contain_text("没有扣款")
    page.get_by_label("卡号").fill("4242 4242 4242 4242")
    page.get_by_role("button", name="用银行卡付款").click()
    expect(page).to_have_url(re.compile(re.escape(address)))
    wait_until(page, shows(page, address, "空闲 30"), seconds=30)
    return address


def buys_ten_by_transfer(page: Page, browser: Browser, url: str) -> None:
    """The manager takes the proforma to the bank; finance loads the bank's statement and confirms, on her own machine."""
    address = order(page, 10)
    page.get_by_role("link", name="付款通知书").click()
    expect(page.get_by_role("heading", name="怎样付款")).to_be_visible()
    found = re.search(r"ZX\w{8}", page.get_by_role("article").inner_text())
    assert found
    reference = found.group()
    office = another(browser, url, FINANCE)
    office.goto("/orders/finance/transfers/")
    statement = f"交易日期,金额,附言\n2026-11-03,1280.00,{reference}\n".encode("gb18030")
    office.get_by_label("银行明细（CSV）").set_input_files(
        {"name": "statement.csv", "mimeType": "text/csv", "buffer": statement}
    )
    office.get_by_role("button", name="载入").click()
    form = office.locator("form", has=office.locator(f"input[value={reference}]"))
    form.get_by_role("button", name="确认入账").click()
    expect(office.get_by_text("已入账")).to_be_visible()
    check_accessible(office)
    office.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for address_of in ("", "refunds/", "transfers/", "prices/"):
        office.goto(f"/orders/finance/{address_of}")
        check_fits(office)
        check_accessible(office)
    office.context.close()
    assert shows(page, address, "空闲 10")()


def gives_seats(page: Page, address: str) -> None:
    """To three of the new people, the first of whom will learn."""
    page.goto(address)
    page.get_by_role("link", name=re.compile("分配席位")).click()
    page.get_by_label("按姓名找").fill(str(mended()[0][0])[:-1])
    page.get_by_role("button", name="查找").click()
    for row in mended()[:3]:
        page.get_by_label(str(row[0]), exact=True).check()
    page.get_by_role("button", name="给选中的员工分配席位").click()
    expect(page.get_by_text("已分配 3", exact=True)).to_be_visible()
    expect(page.get_by_text("空闲 27", exact=True)).to_be_visible()
    check_accessible(page)


_LINK = """
from lms.accounts.queries import find_by_document
from lms.enterprise.actions.invitations import token_for
from lms.enterprise.models import Invitation
row = Invitation.objects.get(person_id=find_by_document("resident_id", "{document}"))
print("/join/" + token_for(row.uuid, row.serial) + "/")
"""


def learns(browser: Browser, url: str, link: str) -> None:
    """On their own phone: a wrong proof first, then the right one and a password of their own; then the first lesson."""
    context = browser.new_context(base_url=url, locale="zh-CN", viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(link)
    check_fits(page)
    for proof in ("000000", document(FIRST)[-6:]):
        page.get_by_label("证件号码后六位").fill(proof)
        page.get_by_label("设置密码").fill("Scaffold-knot-2031")
        page.get_by_label("再输入一次密码").fill("Scaffold-knot-2031")
        page.get_by_label(re.compile("我自愿参加")).check()
        page.get_by_role("button", name="同意并启用").click()
        if proof == "000000":
            expect(page.get_by_text("后六位不对")).to_be_visible()
    expect(page.get_by_text("账号已启用")).to_be_visible()
    open_lesson(page, "site-civil/site-civil-04")
    page.goto(link)
    expect(page.get_by_text("已经用过")).to_be_visible()
    context.close()


def returns_three(page: Page, address: str) -> None:
    wait_until(page, shows(page, address, "已开始 1"), seconds=30)
    page.get_by_label("退几个席位").fill("3")
    page.get_by_label("原因").fill("项目缓建")
    page.get_by_role("button", name="申请退款").click()
    wait_until(page, shows(page, address, "红字凭证"), seconds=90)
    expect(page.get_by_text("空闲 24", exact=True)).to_be_visible()
    expect(page.get_by_text("已退 3", exact=True)).to_be_visible()
    page.get_by_role("link", name=re.compile("红字凭证")).click()
    expect(page.get_by_role("article")).to_contain_text("-¥384.00")
    check_accessible(page)


def sees_on_a_phone_who_is_at_risk(page: Page) -> None:
    """From the picture to the names, to one person, to a reminder; and who has not come yet."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    wait_until(page, shows(page, "/enterprise/", "60 天内到期，按项目部"))
    tile = page.locator(".risk-tiles a", has_text="60 天内到期")
    wait_until(page, lambda: bool(page.reload()) and counted(tile.inner_text()) >= PRESSED, seconds=60)
    check_fits(page)
    check_accessible(page)
    tile.click()
    check_fits(page)
    check_accessible(page)
    page.get_by_role("link", name=str(mended()[1][0])).click()
    expect(page.get_by_text(re.compile("截止，还差"))).to_be_visible()
    check_fits(page)
    page.get_by_role("link", name="提醒学习").click()
    check_fits(page)
    page.get_by_role("button", name="提醒 1 人").click()
    expect(page.get_by_text("办成 1 人")).to_be_visible(timeout=60_000)
    check_fits(page)
    for address in ("/enterprise/imports/", "/enterprise/invitations/", "/orders/"):
        page.goto(address)
        check_fits(page)


def order(page: Page, quantity: int) -> str:
    page.goto("/orders/new/")
    page.get_by_label(re.compile(SEATS)).fill(str(quantity))
    page.get_by_role("button", name="生成订单").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ZX")
    return page.url


def shows(page: Page, address: str, words: str) -> Callable[[], bool]:
    """A question to ask again and again: does the page, fetched anew, show these words?"""

    def asked() -> bool:
        page.goto(address)
        return page.get_by_text(words).first.is_visible()

    return asked


def counted(words: str) -> int:
    return int("".join(re.findall(r"\d", words.splitlines()[-1])) or 0)
