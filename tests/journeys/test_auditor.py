"""An auditor finds what a learner did today, opens one record and sees that its hash holds."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import check_accessible, check_fits, sign_in, watch_console

pytestmark = pytest.mark.journey


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
