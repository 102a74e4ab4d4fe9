"""The list of records: what it shows, how it is filtered and paged, and the record that each look leaves."""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics.audit.queries import PAGE_ROWS
from analytics.domain.masking import mask_numbers
from analytics.learning_log import actions as log
from analytics.learning_log.models import Label, LogRecord
from lms.accounts.models import User
from tests.analytics.conftest import Append, Person

pytestmark = pytest.mark.django_db
Look = Callable[..., str]


@pytest.fixture
def look(client: Client, auditor: User) -> Look:
    """Open the list as an auditor with these conditions; return the page."""
    client.force_login(auditor)

    def at(status: int = 200, **conditions: str | int) -> str:
        answer = client.get(reverse("audit:records"), conditions, follow=True)
        assert answer.status_code == status
        return answer.content.decode()

    return at


def shown(page: str) -> list[int]:
    """Return the numbers of the records on a page, as listed."""
    return [int(number) for number in re.findall(r'class="what">\s*<a href="/audit/records/(\d+)/"', page)]


def test_the_newest_record_comes_first_and_reads_as_a_sentence(look: Look, append: Append, person: Person) -> None:
    learner = person(name="砖小明")
    first = append(actor_id=learner.pk, learner_id=learner.pk, subject="l-1", payload={"what": "测量"})
    log.put_labels(kind="lesson", texts={"l-1": "高支模"})
    last = append(actor_id=None, payload={"what": "清扫"})
    page = look(kind="test.thing_done")
    assert shown(page) == [last.pk, first.pk]
    assert f"砖**（{learner.pk}） 对 高支模 做了 测量" in page
    assert "系统 对 … 做了 清扫" in page


def test_a_person_who_was_forgotten_is_a_number(look: Look, append: Append, person: Person) -> None:
    learner = person(name="砖小明")
    append(actor_id=learner.pk, learner_id=learner.pk)
    assert log.forget_label(kind="person", key=str(learner.pk))
    assert not log.forget_label(kind="person", key=str(learner.pk))
    page = look(kind="test.thing_done")
    assert "砖小明" not in page
    assert f"人员 {learner.pk}" in page
    assert "全部与封存时一致" in page


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"learner": "梁"}, ["b", "e"]),
        ({"learner": "11"}, ["a"]),
        ({"learner": "没有这个人"}, []),
        ({"actor": "审计"}, ["e"]),
        ({"actor": "12"}, ["b"]),
        ({"kind": "test.other_done"}, ["d"]),
        ({"kind": "no.such_thing"}, []),
        ({"subject": "支模"}, ["a", "d"]),
        ({"subject": "l-2"}, ["b"]),
        ({"text": "钢筋"}, ["c"]),
        ({"text": "l-2"}, ["b"]),
        ({"text": "STEEL"}, ["d"]),
        ({"text": "%"}, []),
        ({"text": "_"}, ["e"]),
        ({"learner": "梁", "text": "under"}, ["e"]),
    ],
    ids=str,
)
def test_conditions_narrow_the_list(
    look: Look, append: Append, conditions: dict[str, str], expected: list[str]
) -> None:
    log.put_labels(kind="person", texts={"11": "砖小明", "12": "梁大柱", "13": "审计甲"})
    log.put_labels(kind="lesson", texts={"l-1": "高支模的搭设与验收", "l-2": "防水工程"})
    records = {
        "a": append(actor_id=11, learner_id=11, subject="l-1"),
        "b": append(actor_id=12, learner_id=12, subject="l-2"),
        "c": append(payload={"what": "绑钢筋"}),
        "d": append(kind="test.other_done", subject="l-1", payload={"what": "steel"}),
        "e": append(actor_id=13, learner_id=12, payload={"what": "under_score"}),
    }
    ours = {record.pk: name for name, record in records.items()}
    assert sorted(ours[pk] for pk in shown(look(**conditions)) if pk in ours) == expected


def test_days_are_the_regulators_and_both_ends_count(look: Look, append: Append) -> None:
    record = append()
    today = timezone.localtime(record.recorded_at, ZoneInfo("Asia/Shanghai")).date()
    day = timedelta(days=1)
    here = {"kind": "test.thing_done"}
    assert shown(look(**here, since=str(today), until=str(today))) == [record.pk]
    assert shown(look(**here, since=str(today + day))) == []
    assert shown(look(**here, until=str(today - day))) == []


def test_pages_follow_one_another_without_gap_or_repeat_while_records_arrive(
    look: Look, append_many: Callable[..., list[LogRecord]]
) -> None:
    records = append_many(2 * PAGE_ROWS + 7)
    newest_first = [record.pk for record in reversed(records)]
    here = {"kind": "test.thing_done"}
    first = shown(look(**here))
    append_many(3)
    second = shown(look(**here, before=first[-1]))
    third_page = look(**here, before=second[-1])
    third = shown(third_page)
    assert first + second + third == newest_first
    assert "较早的" not in third_page
    assert shown(look(**here, after=third[0])) == second
    assert shown(look(**here, after=second[0])) == first
    top = shown(look(**here, after=first[0]))
    assert (len(top), top[3:]) == (PAGE_ROWS, first[:-3])  # back at the top the page is full


def test_a_page_costs_the_same_however_many_rows_and_however_deep(
    look: Look, append_many: Callable[..., list[LogRecord]], person: Person
) -> None:
    learner = person()
    append_many(2, actor_id=learner.pk, learner_id=learner.pk, subject="l-1")
    look()
    with CaptureQueriesContext(
        connection,
    ) as few:
        look()
    records = append_many(120, actor_id=learner.pk, learner_id=learner.pk, subject="l-1")
    with CaptureQueriesContext(connection) as many:
        look()
    with CaptureQueriesContext(connection) as deep:
        look(before=records[60].pk)
    assert len(few) == len(many) == len(deep) <= 23
    assert not [query for query in deep if "OFFSET" in query["sql"]]


def test_todays_figures_stand_on_top(look: Look, append_many: Callable[..., list[LogRecord]]) -> None:
    look()
    before = LogRecord.objects.count()
    append_many(30)
    append_many(9, kind="test.other_done", payload={"what": "x"})
    page = look()
    assert re.search(rf"{before + 39 + 1} <small>条", page)
    assert re.search(r"做事</a>\s*<svg class=\"bar\".*?</svg>\s*<span class=\"number\">30<", page, re.S)


def test_a_record_that_was_changed_behind_our_back_is_marked(look: Look, append: Append) -> None:
    append()
    changed = append(payload={"what": "真的"})
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE analytics_logrecord DISABLE TRIGGER log_record_no_change")
        cursor.execute(
            "UPDATE analytics_logrecord SET payload = jsonb_set(payload, '{what}', '\"假的\"') WHERE id = %s",
            [changed.pk],
        )
    page = look(kind="test.thing_done")
    assert "有记录与封存内容不符" in page
    assert page.count("不符</span>") == 1


def test_each_look_is_itself_recorded(look: Look, auditor: User, append: Append) -> None:
    append(learner_id=7)
    look(learner="7", kind="test.thing_done", since="2020-01-01")
    record = LogRecord.objects.get(kind="audit.records_viewed")
    assert (record.actor_id, record.learner_id) == (auditor.pk, 7)
    assert record.payload == {
        "filter": {"learner": "7", "kind": "test.thing_done", "since": "2020-01-01"},
        "shown": 1,
    }


@pytest.mark.parametrize("field", ["learner", "actor", "subject", "text"])
@pytest.mark.parametrize("typed", ["砖小明", "13800001234", "500101199001011013"])
def test_names_and_numbers_that_were_typed_stay_out_of_the_record(look: Look, field: str, typed: str) -> None:
    look(**{field: typed})
    record = LogRecord.objects.get(kind="audit.records_viewed")
    assert typed not in str(record.payload)
    assert typed.encode() not in bytes(record.canonical)
    (label,) = Label.objects.filter(kind="words")
    kept = mask_numbers(typed) if field in {"learner", "actor"} else typed  # as the number of a person it was nobody's
    assert (label.text, {label.key}) == (kept, set(record.payload["filter"].values()))


def test_looks_are_listed_only_when_asked_for(look: Look, append: Append) -> None:
    append()
    assert "查阅日志列表" not in look()
    assert "查阅日志列表" in look(looks="on")
    assert "查阅日志列表" in look(kind="audit.records_viewed")


def test_a_list_with_nothing_in_it_says_what_to_do(look: Look) -> None:
    page = look(learner="没有这个人")
    assert "没有符合这些条件的记录" in page
    assert "看全部记录" in page


def test_an_empty_log_says_what_will_be_here(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE analytics_logrecord")  # that the auditor was registered and signed in was recorded
    page = client.get(reverse("audit:records")).content.decode()
    assert "还没有任何记录" in page


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        ({"since": "2026-05-09", "until": "2026-05-08"}, "结束日期早于开始日期"),
        ({"since": "昨天"}, "请填写日期，例如"),
        ({"until": "9999-12-31"}, "2000 年至 2100 年"),
        ({"since": "0001-01-01"}, "2000 年至 2100 年"),
        ({"text": "字" * 101}, "100"),
        ({"learner": "a\x00b"}, "字符"),
        ({"before": "abc"}, "翻页地址不对"),
        ({"before": "-1"}, "翻页地址不对"),
        ({"after": str(2**63)}, "翻页地址不对"),
    ],
    ids=str,
)
def test_bad_conditions_get_a_sentence_and_keep_what_was_typed(
    look: Look, conditions: dict[str, str], sentence: str
) -> None:
    page = look(status=400, **conditions, actor="留下的字")
    assert sentence in page
    assert "留下的字" in page
    assert not LogRecord.objects.filter(kind="audit.records_viewed").exists()


def test_an_english_page_tells_records_in_english(client: Client, look: Look, append: Append) -> None:
    append(payload={"what": "x"})
    client.cookies["django_language"] = "en"
    assert "did x to …" in look(kind="test.thing_done")
