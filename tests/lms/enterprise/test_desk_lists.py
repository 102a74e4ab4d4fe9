"""Every list of the desk as a file: the same rows as on the page, of this desk alone, and nothing that runs."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.enterprise import actions
from lms.enterprise.desk_lists import LISTS
from lms.enterprise.domain.on_site_code import code_at
from lms.enterprise.models import RosterLine
from tests import people
from tests.lms.enterprise.conftest import Firm, planned
from tests.lms.enterprise.test_desk import client_of

FORMULA = "=HYPERLINK(1)"


def csv_of(user: User, firm: Firm, name: str, query: str = "") -> list[list[str]]:
    address = reverse("enterprise:desk_list", args=[firm.place.uuid, name, "csv"])
    return read_csv(client_of(user).get(address + query))


def read_csv(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


@pytest.fixture
def full(firm: Firm, now: datetime) -> Firm:
    """The firm with something in each list; one of its people has a formula for a name."""
    User.objects.filter(pk=firm.yong.pk).update(name=FORMULA)
    site = actions.open_site(organisation_uuid=firm.place.uuid, name="@一号", at=now, by=firm.manager)
    actions.refresh_company(firm.place.pk, at=now)
    actions.move_people(
        organisation_uuid=firm.place.uuid, people=[firm.yong.pk], site_uuid=site.uuid, at=now, by=firm.manager
    )
    actions.grant_manager(
        organisation_uuid=firm.place.uuid, person_uuid=firm.yong.uuid, site_uuid=site.uuid, at=now, by=firm.manager
    )
    actions.refresh_company(firm.place.pk, at=now)
    training = planned(firm, now)
    actions.sign_in(
        training_uuid=training.uuid, code=code_at(bytes(training.code_secret), now), fix=None, at=now, by=firm.yong
    )
    chosen = [firm.yong.pk, firm.lan.pk]
    job = actions.ask_reminders(organisation_uuid=firm.place.uuid, people=chosen, at=now, by=firm.manager)
    actions.run_job(job.uuid, now=lambda: now)
    return firm


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_leaves_as_a_file_and_runs_nothing(full: Firm, name: str, form: str) -> None:
    answer: Any = client_of(full.manager).get(reverse("enterprise:desk_list", args=[full.place.uuid, name, form]))
    assert f"{name}.{form}" in answer["Content-Disposition"]
    if form == "csv":
        cells = [cell for row in read_csv(answer) for cell in row]
    else:
        sheet = load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]
        found = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in found} <= {"s", "n"}
        cells = [str(cell.value) for cell in found]
    assert len(cells) > 1
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    record = LogRecord.objects.filter(kind="enterprise.list_exported").latest("pk")
    assert (record.actor_id, record.payload["list"]) == (full.manager.pk, name)


def test_the_progress_has_a_row_for_each_category_of_each_certificate(full: Firm) -> None:
    rows = csv_of(full.manager, full, "progress")
    lan = [row for row in rows if row[0] == "筋小兰"]
    assert rows[0][-3:] == ["已有学时", "要求学时", "还差学时"]
    assert len(lan) > 1 and len({row[7] for row in lan}) == len(lan)
    assert all(float(row[8]) + float(row[10]) >= float(row[9]) for row in lan)


def test_what_stands_in_the_lists(full: Firm) -> None:
    me = full.manager.name
    assert [row[:2] for row in csv_of(full.manager, full, "managers")[1:]] == [
        [me, "全单位"],
        [f"'{FORMULA}", "'@一号"],
    ]
    sites = {row[0]: row for row in csv_of(full.manager, full, "sites")}
    assert sites["'@一号"][1] == "1" and sites["'@一号"][-1] == f"'{FORMULA}"
    (job,) = csv_of(full.manager, full, "jobs")[1:]
    assert (job[0], job[2], job[6], job[7]) == ("提醒", "已完成", "2", "2")
    assert {row[0] for row in csv_of(full.manager, full, "reminders")[1:]} == {f"'{FORMULA}", "筋小兰"}
    assert csv_of(full.manager, full, "trainings")[1][0] == "塔吊安全专项培训"
    assert csv_of(full.manager, full, "attendances")[1][:2] == ["塔吊安全专项培训", f"'{FORMULA}"]


def test_a_site_manager_takes_home_his_site_alone(full: Firm) -> None:
    chief = User.objects.get(pk=full.yong.pk)
    for name in ("progress", "reminders"):
        assert "筋小兰" not in {row[0] for row in csv_of(chief, full, name)}
    assert len(csv_of(chief, full, "jobs")) == 1  # the manager's job is not his
    for name in ("managers", "letters", "trainings", "attendances"):
        address = reverse("enterprise:desk_list", args=[full.place.uuid, name, "csv"])
        assert client_of(chief).get(address).status_code == 404


def test_who_has_left_stands_in_no_list_any_more(full: Firm, now: datetime) -> None:
    actions.let_go(organisation_uuid=full.place.uuid, people=[full.lan.pk], at=now, by=full.manager)
    for name in ("progress", "reminders"):
        assert "筋小兰" not in {row[0] for row in csv_of(full.manager, full, name)}


def test_the_progress_of_many_costs_as_many_questions_as_that_of_few(full: Firm, now: datetime) -> None:
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as questions:
            rows = len(csv_of(full.manager, full, "progress"))
        return len(questions), rows

    asked()
    few, rows = asked()
    for _ in range(12):
        people.join(people.learner(post="labor", rule_set="jiangxi", region="360100"), full.place)
    actions.refresh_company(full.place.pk, at=now)
    many, more_rows = asked()
    assert many == few and more_rows >= rows + 12


def test_exports_run_nothing(firm: Firm, now: datetime) -> None:
    actions.refresh_company(firm.place.pk, at=now)
    RosterLine.objects.filter(person=firm.yong).update(name="=HYPERLINK(1)")
    client = client_of(firm.manager)
    sent = client.get(reverse("enterprise:export", args=[firm.place.uuid, "csv"])).getvalue().decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in {row[0] for row in csv.reader(io.StringIO(sent))}
    book = load_workbook(
        io.BytesIO(client.get(reverse("enterprise:export", args=[firm.place.uuid, "xlsx"])).getvalue())
    )
    cells = [row[0] for row in book.active.iter_rows()] if book.active is not None else []
    assert "'=HYPERLINK(1)" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} == {"s"}
