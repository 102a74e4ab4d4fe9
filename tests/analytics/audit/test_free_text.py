"""What people write freely names persons: covered wherever an auditor reads it, and open to whoever opened them."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from analytics.audit.case_packs import take_case
from analytics.audit.cases import Question, ask_explanation, give_explanation, open_case, write_entry
from analytics.audit.models import CaseFile
from analytics.audit.sight import Opening, Sight, persons_in
from analytics.audit.unmasking import unmask
from analytics.learning_log import actions as log
from analytics.learning_log.models import LogRecord
from analytics.learning_log.queries import names_in
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.analytics.conftest import Append, Person

pytestmark = pytest.mark.django_db
PHONE, ID_NUMBER = "13800001234", "500101199001011013"
NAMES = ("砖小明", "梁大柱", "阿卜杜拉·买买提", "John Smith")
WRITTEN = f"请砖小明（{PHONE}）说明：梁大柱、阿卜杜拉·买买提与 John Smith 当日在场，证件 {ID_NUMBER}"
COVERED = "请砖**（138****1234）说明：梁**、阿**与 J** 当日在场，证件 500101**********13"


@pytest.fixture
def learner(person: Person) -> User:
    for name in NAMES[1:]:
        person(name=name)
    return person(Role.LEARNER, name=NAMES[0])


@pytest.fixture
def case(auditor: User, learner: User, now: datetime) -> CaseFile:
    """A case whose every text names persons; the addressee has answered."""
    case = open_case(by=auditor, subject_kind="learner", subject_ref=str(learner.pk), title=WRITTEN, at=now)
    write_entry(by=auditor, case_uuid=case.uuid, kind="note", text=WRITTEN, about_record=None, at=now)
    question = Question(text=WRITTEN, working_days=3, person_id=learner.pk)
    asked = ask_explanation(by=auditor, case_uuid=case.uuid, question=question, at=now)
    give_explanation(by=learner, request_uuid=asked.uuid, text=WRITTEN, at=now)
    return case


def test_every_text_of_a_case_is_covered_on_its_pages(client: Client, auditor: User, case: CaseFile) -> None:
    client.force_login(auditor)
    page = client.get(reverse("audit:case", args=[case.uuid])).content.decode()
    listed = client.get(reverse("audit:cases")).content.decode()
    assert (page.count(COVERED), listed.count(COVERED)) == (4, 1), "title, entry, question, answer; the title"
    for told in (page, listed):
        assert not [word for word in (*NAMES, PHONE, ID_NUMBER) if word in told]


def test_the_file_to_hand_over_is_covered_too(auditor: User, case: CaseFile, now: datetime) -> None:
    taken = take_case(by=auditor, case_uuid=case.uuid, at=now)
    assert taken is not None
    with zipfile.ZipFile(io.BytesIO(taken.content)) as file:
        words = json.loads(file.read("words.json"))
    assert [(each["text"], each["salt"]) for each in words] == [(COVERED, "")] * 3


def test_whom_an_auditor_opened_he_reads(client: Client, auditor: User, case: CaseFile, learner: User) -> None:
    unmask(by=auditor, person_id=learner.pk, reason="核对投诉人与签到人是否为同一人", minutes=15, at=timezone.now())
    client.force_login(auditor)
    page = client.get(reverse("audit:case", args=[case.uuid])).content.decode()
    assert "请砖小明（138****1234）说明：梁**、" in page
    unmask(by=auditor, person_id=None, reason="核对投诉人与签到人是否为同一人", minutes=15, at=timezone.now())
    assert client.get(reverse("audit:case", args=[case.uuid])).content.decode().count(WRITTEN) == 4


def test_the_reason_of_an_opening_is_covered(client: Client, auditor: User, learner: User, now: datetime) -> None:
    unmask(by=auditor, person_id=learner.pk, reason=WRITTEN, minutes=15, at=now - timedelta(days=1))
    told = LogRecord.objects.get(kind="audit.personal_data_unmasked")
    client.force_login(auditor)
    page = client.get(reverse("audit:record", args=[told.pk])).content.decode()
    assert COVERED in page
    assert not [word for word in (*NAMES, PHONE, ID_NUMBER) if word in page]


def test_taking_a_case_puts_the_evidence_in_it_on_record_under_the_learner(
    auditor: User, case: CaseFile, append: Append, seal: Callable[[], object], now: datetime
) -> None:
    learner_id = int(case.subject_ref)
    append(learner_id=learner_id)
    assert take_case(by=auditor, case_uuid=case.uuid, at=now), "nothing is sealed: no evidence is in it"
    assert not LogRecord.objects.filter(kind="audit.evidence_packed").exists()
    seal()
    taken = take_case(by=auditor, case_uuid=case.uuid, at=now)
    assert taken is not None
    with zipfile.ZipFile(io.BytesIO(taken.content)) as file:
        evidence = zipfile.ZipFile(io.BytesIO(file.read("evidence.zip")))
        records = len(evidence.read("records.jsonl").splitlines())
    told = LogRecord.objects.get(kind="audit.evidence_packed")
    assert (told.actor_id, told.learner_id, told.payload["records"]) == (auditor.pk, learner_id, records)


def test_the_calendar_is_asked_for_once_whatever_number_of_questions(
    client: Client, auditor: User, learner: User, case: CaseFile
) -> None:
    pages = [(auditor, reverse("audit:case", args=[case.uuid])), (learner, reverse("audit:explanations"))]

    def queries() -> list[int]:
        found = []
        for who, page in pages:
            client.force_login(who)
            client.get(page)
            with CaptureQueriesContext(connection) as counted:
                client.get(page)
            found.append(len(counted))
        return found

    before = queries()
    for _ in range(5):
        question = Question(text="请说明。", working_days=3, person_id=learner.pk)
        ask_explanation(by=auditor, case_uuid=case.uuid, question=question, at=timezone.now())
    assert queries() == before


def test_a_name_inside_a_longer_one_and_namesakes() -> None:
    log.put_labels(kind="person", texts={"1": "王建", "2": "王建设", "3": "王建"})
    known = persons_in(["王建设同志与王建在场，李建没有来"])
    assert known == ((1, "王建"), (2, "王建设"), (3, "王建"))
    until = datetime.max
    assert Sight().text("王建设与王建", known) == "王**与王**"
    assert Sight((Opening(2, until, 0),)).text("王建设与王建", known) == "王建设与王**"
    assert Sight((Opening(3, until, 0),)).text("王建设与王建", known) == "王**与王建", "of namesakes one is enough"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [("王建", "找王建设", True), ("王建", "王　建", False), ("买买提·阿", "托买买提·阿转告", True),
     ("Li Wei", "by Li Wei.", True), ("Li", "Lily", False), ("欧阳修文远", "请欧阳修文远来", False)],
)  # fmt: skip
def test_which_pieces_of_a_text_may_be_names(name: str, text: str, found: bool) -> None:
    log.put_labels(kind="person", texts={"1": name})
    log.put_labels(kind="lesson", texts={"2": name})
    assert names_in([text], kind="person") == ((("1", name),) if found else ())


def test_a_text_without_letters_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert names_in(["2026-05-08 10:00", ""], kind="person") == ()
