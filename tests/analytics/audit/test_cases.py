"""Case files: every step on record, explanations from those who were asked and from nobody else, and a file to hand over."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel
from pytest_django import Settings

from analytics.audit import cases
from analytics.audit.cases import (
    CaseRefused,
    Question,
    ask_explanation,
    close_case,
    give_explanation,
    open_case,
    write_entry,
)
from analytics.audit.models import CaseEntry, CaseFile, ExplanationRequest
from analytics.domain.commitment import commitment
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.notices.models import Notice
from tests import people
from tests.analytics.conftest import Append, Person
from tests.lms.certificates import paper

pytestmark = pytest.mark.django_db
FRIDAY = datetime.fromisoformat("2026-05-08T10:00:00+08:00")  # a weekend follows; the Saturday of 9 May is worked
QUESTION = Question(text="请说明 5 月 8 日由谁签到。", working_days=3)


@pytest.fixture
def learner(person: Person) -> User:
    return person(Role.LEARNER, name="砖小明")


@pytest.fixture
def case(auditor: User, learner: User) -> CaseFile:
    return open_case(by=auditor, subject_kind="learner", subject_ref=str(learner.pk), title="代签嫌疑", at=FRIDAY)


def asked_of(learner: User, days: int = 3) -> Question:
    return Question(text=QUESTION.text, working_days=days, person_id=learner.pk)


def kinds() -> list[str]:
    return list(LogRecord.objects.filter(kind__contains="audit.").order_by("pk").values_list("kind", flat=True))


def test_a_case_from_its_opening_to_its_end(auditor: User, learner: User, case: CaseFile, append: Append) -> None:
    record = append(learner_id=learner.pk)
    assert case.number == "AJ-2026-0001"
    write_entry(by=auditor, case_uuid=case.uuid, kind="finding", text="两处同时计时", about_record=record.pk, at=FRIDAY)
    asked = ask_explanation(by=auditor, case_uuid=case.uuid, question=asked_of(learner), at=FRIDAY)
    with pytest.raises(CaseRefused, match="waiting"):
        close_case(by=auditor, case_uuid=case.uuid, conclusion="unfounded", text="无", at=FRIDAY)
    give_explanation(by=learner, request_uuid=asked.uuid, text="是我本人。", at=FRIDAY + timedelta(days=1))
    close_case(by=auditor, case_uuid=case.uuid, conclusion="unfounded", text="查无代签", at=FRIDAY + timedelta(days=1))
    assert kinds() == [
        "audit.case_opened",
        "audit.case_entered",
        "audit.explanation_asked",
        "audit.explanation_given",
        "audit.case_entered",
        "audit.case_closed",
    ]
    for refused in (
        lambda: write_entry(by=auditor, case_uuid=case.uuid, kind="note", text="x", about_record=None, at=FRIDAY),
        lambda: ask_explanation(by=auditor, case_uuid=case.uuid, question=asked_of(learner), at=FRIDAY),
        lambda: close_case(by=auditor, case_uuid=case.uuid, conclusion="partly", text="x", at=FRIDAY),
    ):
        with pytest.raises(CaseRefused, match="closed"):
            refused()


def test_the_log_commits_to_the_words_and_does_not_hold_them(auditor: User, case: CaseFile) -> None:
    entry = write_entry(
        by=auditor, case_uuid=case.uuid, kind="note", text="砖小明的电话打不通", about_record=None, at=FRIDAY
    )
    told = LogRecord.objects.get(kind="audit.case_entered").payload
    assert told == {"entry_kind": "note", "entry_ref": commitment(bytes(entry.salt), "砖小明的电话打不通")}
    CaseEntry.objects.filter(pk=entry.pk).update(text="改写")
    entry.refresh_from_db()
    assert commitment(bytes(entry.salt), entry.text) != told["entry_ref"], "a rewritten note is seen to be one"


def test_the_last_day_is_counted_in_working_days_and_the_person_is_told(
    auditor: User, learner: User, case: CaseFile
) -> None:
    asked = ask_explanation(by=auditor, case_uuid=case.uuid, question=asked_of(learner), at=FRIDAY)
    notice = Notice.objects.get(person_id=learner.pk, kind="audit.explanation_asked")
    # Saturday the 9th is worked, Sunday is not: Saturday, Monday, Tuesday.
    assert notice.params == {"number": case.number, "until": "2026-05-12"}
    assert notice.path == reverse("audit:explanation", args=[asked.uuid])


def test_after_the_last_day_a_silent_case_can_be_closed(auditor: User, learner: User, case: CaseFile) -> None:
    ask_explanation(by=auditor, case_uuid=case.uuid, question=asked_of(learner), at=FRIDAY)
    for days, over in ((4, False), (5, True)):
        at = FRIDAY + timedelta(days=days)
        if over:
            close_case(by=auditor, case_uuid=case.uuid, conclusion="confirmed", text="未答复", at=at)
        else:
            with pytest.raises(CaseRefused, match="waiting"):
                close_case(by=auditor, case_uuid=case.uuid, conclusion="confirmed", text="未答复", at=at)


def test_a_company_answers_by_its_managers(auditor: User, client: Client) -> None:
    company = people.organisation("enterprise", name="测试建筑公司")
    manager, staff = people.person(Role.ENTERPRISE_MANAGER), people.person(Role.LEARNER)
    people.join(manager, company, "manager")
    people.join(staff, company)
    case = open_case(by=auditor, subject_kind="company", subject_ref="测试建筑公司", title="集中签到", at=FRIDAY)
    assert case.subject_ref == str(company.uuid)
    question = Question(text="请说明。", working_days=5, organisation_uuid=company.uuid)
    asked = ask_explanation(by=auditor, case_uuid=case.uuid, question=question, at=FRIDAY)
    assert set(Notice.objects.filter(kind="audit.explanation_asked").values_list("person_id", flat=True)) == {
        manager.pk
    }
    page = reverse("audit:explanation", args=[asked.uuid])
    client.force_login(staff)
    assert client.get(page).status_code == 403
    client.force_login(manager)
    assert "请说明。" in client.get(page).content.decode()
    assert client.post(page, {"text": "班组统一到场。"}).status_code == 302
    assert "班组统一到场。" in client.get(page).content.decode()
    assert client.post(page, {"text": "再改"}).status_code == 422
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by_id) == ("班组统一到场。", manager.pk)


def test_only_who_was_asked_sees_the_question(
    auditor: User, learner: User, case: CaseFile, client: Client, person: Person
) -> None:
    asked = ask_explanation(by=auditor, case_uuid=case.uuid, question=asked_of(learner), at=FRIDAY)
    page = reverse("audit:explanation", args=[asked.uuid])
    assert client.get(page).status_code == 302
    for stranger in (person(name="梁大柱"), person(Role.ENTERPRISE_MANAGER), auditor):
        client.force_login(stranger)
        answers = [client.get(page), client.post(page, {"text": "我来答"})]
        assert {answer.status_code for answer in answers} == {403}
        assert QUESTION.text not in answers[0].content.decode()
        with pytest.raises(PermissionDenied):
            give_explanation(by=stranger, request_uuid=asked.uuid, text="我来答", at=FRIDAY)
    with pytest.raises(PermissionDenied):
        give_explanation(by=learner, request_uuid=uuid4(), text="没有这一份", at=FRIDAY)
    client.force_login(learner)
    assert QUESTION.text in client.get(reverse("audit:explanations")).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR, Role.ADMINISTRATOR}])
def test_outsiders_open_read_write_and_close_nothing(
    client: Client, person: Person, case: CaseFile, learner: User, role: Role
) -> None:
    outsider = person(role)
    client.force_login(outsider)
    before = LogRecord.objects.count(), CaseFile.objects.values_list("conclusion", flat=True).get()
    for name in ("case", "case_pack"):
        assert client.get(reverse(f"audit:{name}", args=[case.uuid])).status_code == 403
    assert client.get(reverse("audit:cases")).status_code == 403
    assert client.post(reverse("audit:cases"), {"kind": "learner", "ref": "1", "title": "x"}).status_code == 403
    for step in ("entry", "ask", "close"):
        assert client.post(reverse("audit:case_step", args=[case.uuid]), {"step": step}).status_code == 403
    for deed in (
        lambda: open_case(by=outsider, subject_kind="learner", subject_ref="1", title="x", at=FRIDAY),
        lambda: write_entry(by=outsider, case_uuid=case.uuid, kind="note", text="x", about_record=None, at=FRIDAY),
        lambda: ask_explanation(by=outsider, case_uuid=case.uuid, question=asked_of(learner), at=FRIDAY),
        lambda: close_case(by=outsider, case_uuid=case.uuid, conclusion="partly", text="x", at=FRIDAY),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    assert before == (LogRecord.objects.count(), CaseFile.objects.values_list("conclusion", flat=True).get())


@pytest.mark.parametrize(
    ("kind", "reference"),
    [
        ("learner", "砖小明"),
        ("hour", "999999999"),
        ("lead", "x"),
        ("company", "没有这家"),
        ("nothing", "1"),
        ("learner", ""),
    ],
)
def test_a_case_is_about_something_that_is_there(auditor: User, kind: str, reference: str) -> None:
    with pytest.raises(CaseRefused, match="subject"):
        open_case(by=auditor, subject_kind=kind, subject_ref=reference, title="x", at=FRIDAY)
    assert not CaseFile.objects.exists()


def test_questions_to_nobody_or_for_ever_are_refused(auditor: User, learner: User, case: CaseFile) -> None:
    for question, why in (
        (Question(text="x", working_days=0, person_id=learner.pk), "period"),
        (Question(text="x", working_days=61, person_id=learner.pk), "period"),
        (Question(text="x", working_days=5), "addressee"),
        (Question(text="x", working_days=5, person_id=10**9), "addressee"),
        (Question(text="x", working_days=5, organisation_uuid=UUID(int=7)), "addressee"),
        (Question(text=" ", working_days=5, person_id=learner.pk), "text"),
    ):
        with pytest.raises(CaseRefused, match=why):
            ask_explanation(by=auditor, case_uuid=case.uuid, question=question, at=FRIDAY)
    assert not ExplanationRequest.objects.exists()


def test_the_pages_lead_through_a_case(client: Client, auditor: User, learner: User) -> None:
    client.force_login(auditor)
    assert "没有办理中的案卷" in client.get(reverse("audit:cases")).content.decode()
    answer = client.post(reverse("audit:cases"), {"kind": "learner", "ref": learner.pk, "title": "代签嫌疑"})
    page = answer["Location"]
    steps = reverse("audit:case_step", args=[CaseFile.objects.get().uuid])
    assert client.post(steps, {"step": "entry", "kind": "note", "text": "第一条"}).status_code == 302
    asking = {"step": "ask", "whom": learner.pk, "working_days": "5", "text": "请说明"}
    assert client.post(steps, asking).status_code == 302
    told = client.get(page).content.decode()
    assert "第一条" in told and "待答复" in told and "砖**" in told and "砖小明" not in told
    assert "没有找到答复人" in client.post(steps, asking | {"whom": "没有这家"}).content.decode()
    assert "还有未答复的说明没有到期" in (
        client.post(steps, {"step": "close", "conclusion": "partly", "text": "x"}).content.decode()
    )
    assert client.post(steps, {"step": "delete"}).status_code == 400
    number = LogRecord.objects.earliest("pk").pk
    entry = {"step": "entry", "kind": "finding", "text": "见记录"}
    assert client.post(steps, entry | {"about_record": str(number)}).status_code == 302
    assert CaseEntry.objects.latest("pk").about_record == number
    assert client.post(steps, entry | {"about_record": "七"}).status_code == 422
    assert client.post(reverse("audit:cases"), {"kind": "hour", "ref": str(number), "title": "一笔"}).status_code == 302
    assert "代签嫌疑" in client.get(reverse("audit:cases")).content.decode()


def test_the_file_of_a_case_is_signed_and_its_words_can_be_checked(
    client: Client, auditor: User, learner: User, case: CaseFile, settings: Settings
) -> None:
    settings.PAPER_KEY = paper.pem()
    write_entry(by=auditor, case_uuid=case.uuid, kind="note", text="电话 13800001234", about_record=None, at=FRIDAY)
    write_entry(by=auditor, case_uuid=case.uuid, kind="finding", text="两处同时计时", about_record=None, at=FRIDAY)
    client.force_login(auditor)
    answer = client.get(reverse("audit:case_pack", args=[case.uuid]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        report, words = file.read("report.pdf"), json.loads(file.read("words.json"))
    (signature,) = PdfFileReader(io.BytesIO(report)).embedded_signatures
    signature.compute_integrity_info()
    assert signature.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert [each["text"] for each in words] == ["电话 138****1234", "两处同时计时"]
    assert words[0]["salt"] == "", "what is covered cannot be guessed at with its salt"
    record = LogRecord.objects.filter(kind="audit.case_entered").latest("pk")
    assert commitment(bytes.fromhex(words[1]["salt"]), words[1]["text"]) == record.payload["entry_ref"]
    assert LogRecord.objects.get(kind="audit.case_exported").payload["signed"] is True


def test_two_cases_never_have_one_number(auditor: User, learner: User) -> None:
    numbers = [
        open_case(by=auditor, subject_kind="learner", subject_ref=str(learner.pk), title="x", at=FRIDAY).number
        for _ in range(3)
    ]
    assert numbers == ["AJ-2026-0001", "AJ-2026-0002", "AJ-2026-0003"]
    assert cases.MOST_WORKING_DAYS == 60
