"""A manager imports forty people with six kinds of mistake, mends and uploads again; one of the new people comes in."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from infra.embedded.cluster import Cluster
from tests.journeys.steps import check_accessible, check_fits, sign_in, wait_until, watch_console
from tests.lms.enterprise.imports.lists import document, person, workbook

pytestmark = pytest.mark.journey

FIRST = 7_000  # numbers of people that no other story uses
MANAGER = "yuqiye"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def people() -> list[list[object]]:
    """Forty rows; six of them have something wrong, each something else."""
    rows = [person(FIRST + number) for number in range(40)]
    wrong = document(FIRST + 3)
    rows[3][1] = wrong[:-1] + ("1" if wrong[-1] != "1" else "2")  # the check digit
    rows[7][1] = 5.00234199003121e17  # stored as a number
    rows[11][3] = "市政施工员"
    rows[15][1] = rows[14][1]
    rows[19][2] = "12345"
    rows[23][5] = "去年"
    return rows


def mended() -> list[list[object]]:
    return [person(FIRST + number) for number in range(40)]


def upload(page: Page, rows: list[list[object]]) -> None:
    page.goto("/enterprise/imports/")
    given = {"name": "员工名单.xlsx", "mimeType": XLSX, "buffer": workbook(rows)}
    page.get_by_label("员工名单").set_input_files(given)  # type: ignore[arg-type]  # playwright's own dict of a file
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("button", name="检查名单").click()


def test_forty_people_with_six_mistakes(page: Page, house: Cluster) -> None:
    errors = watch_console(page)
    sign_in(page, MANAGER)
    page.goto("/enterprise/imports/")
    check_accessible(page)
    upload(page, people())
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
    assert not [error for error in errors if "favicon" not in error]
    link = house.manage("shell", "-c", _LINK.format(document=document(FIRST)))[-1].strip()
    _come_in(page, link)


_LINK = """
from lms.accounts.queries import find_by_document
from lms.enterprise.actions.invitations import token_for
from lms.enterprise.models import Invitation
row = Invitation.objects.get(person_id=find_by_document("resident_id", "{document}"))
print("/join/" + token_for(row.uuid, row.serial) + "/")
"""


def _come_in(page: Page, link: str) -> None:
    """On a phone: a wrong proof first, then the right one and a password of one's own."""
    page.context.clear_cookies()
    page.set_viewport_size({"width": 390, "height": 844})
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
    page.goto(link)
    expect(page.get_by_text("已经用过")).to_be_visible()


def test_on_a_phone_the_manager_sees_who_has_not_come(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, MANAGER)
    page.goto("/enterprise/imports/")
    check_fits(page)
    page.goto("/enterprise/invitations/")
    check_fits(page)
    wait_until(page, page.get_by_role("heading", name="邀请", exact=True).is_visible)
