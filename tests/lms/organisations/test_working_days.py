"""An administrator loads a notice: previewed, checked, versioned, logged; and every period follows it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from analytics.learning_log.queries import RecordFilter, records
from lms.accounts.models import User
from lms.organisations import actions, queries
from lms.organisations.domain.notice_text import read_notice_text
from lms.organisations.domain.refusals import NotAllowed, NoticeRefused
from lms.organisations.domain.working_days import forward
from lms.organisations.models import WorkingDayNotice
from tests import people

pytestmark = pytest.mark.django_db
PAGE = "/area/working-days/"
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
# Days of our own invention, in the shape of a notice.
TEXT = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕99号
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至13日（周六）放假调休，共9天。2月14日（周日）上班。
2026年11月3日"""
NEW_YEAR = date(2026, 12, 30)


def test_periods_follow_the_notice_from_the_moment_it_is_loaded() -> None:
    before = forward(NEW_YEAR, 2, queries.working_calendar())
    actions.load_notice(notice=read_notice_text(TEXT), at=AT, by=people.administrator())
    after = forward(NEW_YEAR, 2, queries.working_calendar())
    assert (before.day, before.provisional) == (date(2027, 1, 1), True)
    assert (after.day, after.provisional) == (date(2027, 1, 4), False)


def test_a_correction_is_a_new_version_and_the_old_one_stays() -> None:
    administrator = people.administrator()
    actions.load_notice(notice=read_notice_text(TEXT), at=AT, by=administrator)
    corrected = TEXT.replace("至3日（周日）放假，共3天", "放假，共1天")
    row = actions.load_notice(notice=read_notice_text(corrected), at=AT, by=administrator)
    assert row.version == 2
    assert WorkingDayNotice.objects.filter(year=2027).count() == 2
    facts = queries.notices()[0]
    assert (facts.notice.year, facts.version, len(facts.notice.off)) == (2027, 2, 10)
    found = records(RecordFilter(kinds=("organisations.notice_loaded",)), limit=5)
    assert [item.record.payload["version"] for item in found] == [2, 1]


def test_the_same_days_are_not_loaded_twice() -> None:
    administrator = people.administrator()
    actions.load_notice(notice=read_notice_text(TEXT), at=AT, by=administrator)
    with pytest.raises(NoticeRefused):
        actions.load_notice(notice=read_notice_text(TEXT), at=AT, by=administrator)
    shipped = queries.notices()[1].notice
    with pytest.raises(NoticeRefused):
        actions.load_notice(notice=shipped, at=AT, by=administrator)


@pytest.mark.parametrize("who", [people.authority, people.learner, people.employer, people.auditor])
def test_nobody_else_loads_a_notice(client: Client, who: Callable[[], User]) -> None:
    person = who()
    with pytest.raises(NotAllowed):
        actions.load_notice(notice=read_notice_text(TEXT), at=AT, by=person)
    client.force_login(person)
    assert client.post(PAGE, {"text": TEXT, "load": "1"}).status_code == 403
    assert not WorkingDayNotice.objects.exists()


@pytest.mark.parametrize(("who", "code"), [(people.authority, 200), (people.administrator, 200), (people.learner, 403)])
def test_the_page_opens_to_authorities(client: Client, who: Callable[[], User], code: int) -> None:
    client.force_login(who())
    assert client.get(PAGE).status_code == code


def test_a_notice_is_previewed_then_loaded(client: Client) -> None:
    client.force_login(people.administrator())
    preview = client.post(PAGE, {"text": TEXT}).content.decode()
    assert "请核对：2027 年放假安排" in preview
    assert not WorkingDayNotice.objects.exists()
    loaded = client.post(PAGE, {"text": TEXT, "number": "国办发明电〔2026〕99号", "load": "1"}, follow=True)
    assert "已载入 2027 年放假安排" in loaded.content.decode()
    assert WorkingDayNotice.objects.get().year == 2027


def test_a_file_does_as_well_as_a_pasted_text(client: Client) -> None:
    client.force_login(people.administrator())
    good = SimpleUploadedFile("n.txt", TEXT.encode("utf-8-sig"))
    assert "请核对：2027 年放假安排" in client.post(PAGE, {"file": good}).content.decode()
    for wrong, said in ((b"\xff\xfe\x00x", "这不是 UTF-8"), (b"x" * 70_000, "文件太大"), (b"hello", "没有找到年份")):
        page = client.post(PAGE, {"file": SimpleUploadedFile("n.txt", wrong)}).content.decode()
        assert said in page
        assert "请核对" not in page


def test_every_fault_of_a_text_is_said(client: Client) -> None:
    client.force_login(people.administrator())
    page = client.post(PAGE, {"text": TEXT.replace("2月14日（周日）", "2月15日（周日）").replace("共9天", "共8天")})
    assert "2027-02-15 与文中写的星期几不符。" in page.content.decode()
    assert "“春节”写的天数与起止日期不符。" in page.content.decode()
    assert "请粘贴通知正文，或上传文本文件。" in client.post(PAGE, {"text": ""}).content.decode()


def test_a_period_is_counted_on_the_page(client: Client) -> None:
    client.force_login(people.authority())
    ahead = client.get(PAGE, {"start": "2026-09-24", "days": "3"}).content.decode()
    assert "2026-09-30" in ahead
    back = client.get(PAGE, {"start": "2026-09-30", "days": "3", "backward": "on"}).content.decode()
    assert "2026-09-24" in back
    assert "暂定</span>" in client.get(PAGE, {"start": "2026-12-30", "days": "9"}).content.decode()
    assert client.get(PAGE, {"start": "soon", "days": "-4"}).status_code == 200
