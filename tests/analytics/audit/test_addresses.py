"""What an auditor types stands in no address: not of the page, of its links, of what he saved, nor of where he is sent."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.audit.held_words import KEPT, forget_idle_words, hold
from analytics.audit.models import HeldWords, LogExport, SavedFilter
from analytics.learning_log.models import Label, LogRecord
from lms.accounts.actions import record_identity
from lms.accounts.models import User
from tests import people
from tests.analytics.conftest import Append

pytestmark = pytest.mark.django_db
NUMBER, PHONE = "500101199001011010", "13800001234"
ADDRESS = re.compile(r'(?:href|action|src|hx-get)="([^"]*)"')


@pytest.fixture
def learner(now: datetime, append: Append) -> User:
    """Somebody with a document and a phone, of whom there is a record."""
    user = people.person(name="砖小明", phone=PHONE)
    number = NUMBER
    record_identity(user=user, kind="resident_id", legal_name="砖小明", number=number, at=now, by=None)
    append(learner_id=user.pk)
    return user


@pytest.fixture
def desk(client: Client, auditor: User) -> Client:
    client.force_login(auditor)
    return client


def sought(desk: Client, **typed: str) -> tuple[str, str]:
    """Search as the page does; return the address that it leads to, and the page there."""
    sent = desk.post(reverse("audit:find"), typed)
    assert sent.status_code == 302, sent.context["form"].errors
    answer = desk.get(sent["Location"])
    assert answer.status_code == 200
    return sent["Location"], answer.content.decode()


@pytest.mark.parametrize("typed", [NUMBER, " 500101 19900101 1010 ", PHONE, "+86 138-0000-1234"])
@pytest.mark.parametrize("field", ["learner", "actor"])
def test_a_person_is_found_by_a_number_that_stands_nowhere(desk: Client, learner: User, typed: str, field: str) -> None:
    address, page = sought(desk, **{field: typed, "kind": "test.thing_done"})
    assert f"{field}={learner.pk}" in address
    assert f"砖**（{learner.pk}）" in page, "the page says whom it looked for"
    assert "砖小明" not in page
    for number in (NUMBER, PHONE, "1010", "1234"):
        assert number not in address
        assert number not in page
    assert not Label.objects.filter(text__contains="1234").exists()
    assert not Label.objects.filter(text__contains="1010").exists()
    look = LogRecord.objects.get(kind="audit.records_viewed")
    assert look.payload["filter"][field] == str(learner.pk)


@pytest.mark.parametrize("field", ["learner", "actor", "subject", "text", "company", "institution"])
@pytest.mark.parametrize("typed", [NUMBER, PHONE, "砖小明", "护照 E12345678"])
def test_no_address_on_the_way_says_what_was_typed(desk: Client, append: Append, field: str, typed: str) -> None:
    address, page = sought(desk, **{field: typed})
    assert re.fullmatch(rf"/audit/\?{field}=~[0-9a-f]{{32}}", address), "not the words, and nothing made of them"
    addresses = [address, *ADDRESS.findall(page)]
    desk.post(reverse("audit:save_filter"), {"name": "一查", "query": address.partition("?")[2]})
    kept = SavedFilter.objects.get()
    exports = desk.get(reverse("audit:exports"), {field: address.partition("=")[2]}).content.decode()
    again = desk.get(reverse("audit:saved_filter", args=[kept.pk]))
    assert again["Location"] == address
    addresses += [kept.query, again["Location"], *ADDRESS.findall(exports)]
    for each in addresses:
        for part in (typed, "E12345678"):
            assert part not in each
    assert typed not in page or typed == "砖小明" or "护照" in typed, "a number is covered in the field as well"


def test_what_was_typed_is_shown_covered_and_may_be_left_as_it_stands(desk: Client, append: Append) -> None:
    found = append(payload={"what": f"电话 {PHONE}"})
    _, page = sought(desk, text=f"电话 {PHONE}")
    assert 'value="电话 138****1234"' in page
    references = re.findall(r'name="held" value="([^"]+)"', page)
    sent = desk.post(reverse("audit:find"), {"text": "电话 138****1234", "held": references, "kind": "test.thing_done"})
    answer = desk.get(sent["Location"])
    assert [row.id for row in answer.context["page"].rows] == [found.pk]
    emptied = desk.post(reverse("audit:find"), {"text": "", "held": references, "kind": "test.thing_done"})
    assert emptied["Location"] == "/audit/?kind=test.thing_done"


def test_an_address_that_says_it_leads_to_one_that_does_not(desk: Client, learner: User) -> None:
    answer = desk.get(reverse("audit:records"), {"learner": NUMBER})
    assert (answer.status_code, answer["Location"]) == (302, f"/audit/?learner={learner.pk}")
    named = desk.get(reverse("audit:records"), {"company": "山城", "since": "2026-05-01"})
    assert re.fullmatch(r"/audit/\?company=~[0-9a-f]{32}&since=2026-05-01", named["Location"])
    assert not LogRecord.objects.filter(kind="audit.records_viewed").exists(), "nothing was shown yet"


def test_pages_and_files_of_a_search_go_on_without_its_words(desk: Client, append: Append) -> None:
    records = [append(payload={"what": "绑钢筋"}) for _ in range(60)]
    append(payload={"what": "砌墙"})
    _, page = sought(desk, text="绑钢筋")
    older = next(each for each in ADDRESS.findall(page) if "before=" in each).replace("&amp;", "&")
    answer = desk.get(reverse("audit:records") + older)
    assert [row.id for row in answer.context["page"].rows] == [record.pk for record in reversed(records[:10])]
    exports = next(each for each in ADDRESS.findall(page) if each.startswith(reverse("audit:exports")))
    query = exports.partition("?")[2].replace("&amp;", "&")
    assert desk.post(reverse("audit:exports"), {"query": query, "format": "csv"}).status_code == 302
    row = LogExport.objects.get()
    assert (row.conditions, row.rows_asked) == ({"text": "绑钢筋"}, 60)
    lines = desk.get(f"{reverse('audit:export')}?{query}").getvalue().decode()
    assert lines.count("test.thing_done") >= 60
    assert "砌墙" not in lines


def test_a_search_that_was_saved_with_its_words_is_opened_without_them(desk: Client, auditor: User) -> None:
    kept = SavedFilter.objects.create(
        auditor_id=auditor.pk, name="旧", query="text=13800001234", saved_at=timezone.now()
    )
    page = desk.get(reverse("audit:records")).content.decode()
    assert not [each for each in ADDRESS.findall(page) if PHONE in each]
    assert "text=~" in desk.get(reverse("audit:saved_filter", args=[kept.pk]))["Location"]


def test_a_reference_means_nothing_to_another_auditor(desk: Client, append: Append) -> None:
    address, _ = sought(desk, text="砖小明")
    query = address.partition("?")[2]
    desk.post(reverse("audit:save_filter"), {"name": "我的", "query": query})
    kept = SavedFilter.objects.get()
    desk.force_login(people.auditor())
    refused = desk.get(address)
    assert refused.status_code == 400
    assert "已经过期，或者是别人的" in refused.content.decode()
    assert "砖小明" not in refused.content.decode()
    assert desk.get(reverse("audit:saved_filter", args=[kept.pk])).status_code == 404
    assert desk.post(reverse("audit:exports"), {"query": query, "format": "csv"}).status_code == 422
    desk.force_login(people.outsider())
    assert desk.get(reverse("audit:saved_filter", args=[kept.pk])).status_code == 403
    assert desk.post(reverse("audit:find"), {"text": "x"}).status_code == 403
    assert HeldWords.objects.count() == 1


def test_words_are_let_go_unless_a_saved_search_needs_them(desk: Client, auditor: User, now: datetime) -> None:
    held = hold(by=auditor, words=["留下", "放走", "新近"], at=now)
    by_text = {text: reference for reference, text in held.items()}
    SavedFilter.objects.create(auditor_id=auditor.pk, name="x", query=f"text={by_text['留下']}", saved_at=now)
    later = now + KEPT + timedelta(days=1)
    assert hold(by=auditor, words=["新近"], at=later) == {by_text["新近"]: "新近"}, "the same words, the same reference"
    assert forget_idle_words(at=later) == 1
    assert set(HeldWords.objects.values_list("text", flat=True)) == {"留下", "新近"}
