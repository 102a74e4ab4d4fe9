"""A company's manager buys seats by card (declined once) and by transfer, gives them out, and returns three."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import check_accessible, check_fits, sign_in, wait_until, watch_console

pytestmark = pytest.mark.journey

SEATS = "继续教育通用席位"


def order(page: Page, quantity: int) -> str:
    page.goto("/orders/new/")
    page.get_by_label(re.compile(SEATS)).fill(str(quantity))
    page.get_by_role("button", name="生成订单").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ZX")
    return page.url


def test_thirty_seats_by_card_and_three_of_them_back(page: Page) -> None:
    errors = watch_console(page)
    sign_in(page, "qiye")
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

    def paid() -> bool:
        page.goto(address)
        return page.get_by_text("空闲 30").is_visible()

    wait_until(page, paid, seconds=30)
    page.get_by_label("退几个席位").fill("3")
    page.get_by_label("原因").fill("项目缓建")
    page.get_by_role("button", name="申请退款").click()

    def returned() -> bool:
        page.goto(address)
        return page.get_by_text("红字凭证").is_visible()

    wait_until(page, returned, seconds=90)
    expect(page.get_by_text("空闲 27")).to_be_visible()
    assert not [error for error in errors if "favicon" not in error]


def test_a_transfer_is_matched_by_finance_and_a_seat_is_given_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "qiye")
    address = order(page, 10)
    check_fits(page)
    reference = re.search(r"ZX\w{8}", page.get_by_role("heading", level=1).inner_text())
    assert reference
    page.context.clear_cookies()
    sign_in(page, "caiwu")
    page.goto("/orders/finance/transfers/")
    statement = f"交易日期,金额,附言\n2026-11-03,1280.00,{reference.group()}\n".encode("gb18030")
    page.get_by_label("银行明细（CSV）").set_input_files(
        {"name": "statement.csv", "mimeType": "text/csv", "buffer": statement}
    )
    page.get_by_role("button", name="载入").click()
    form = page.locator("form", has=page.locator(f"input[value={reference.group()}]"))
    form.get_by_role("button", name="确认入账").click()
    check_accessible(page)
    page.context.clear_cookies()
    sign_in(page, "qiye")
    page.goto(address)
    page.get_by_role("link", name=re.compile("分配席位")).click()
    page.locator("input[name=person]").first.check()
    page.get_by_role("button", name="给选中的员工分配席位").click()
    expect(page.get_by_text("已分配 1", exact=True)).to_be_visible()
    check_fits(page)
