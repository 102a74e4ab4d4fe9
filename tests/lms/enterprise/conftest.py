"""A company of Jiangxi with its manager and two certificate holders, a reviewer, a session to sign in to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage
from openpyxl import Workbook

from lms.accounts.actions import record_identity
from lms.accounts.models import User
from lms.credit.actions import load_rule_sets
from lms.enterprise import actions
from lms.enterprise.models import Training
from lms.organisations.models import Organisation
from lms.reviews.models import Evidence
from tests import people
from tests.lms.reviews.conftest import reviewer_at

DOCUMENTS = ("99000019911225707" + "1", "99000019790630606" + "7")


@dataclass(frozen=True)
class Firm:
    """ENT: the company; yong and lan work there; other: the manager of another company."""

    place: Organisation
    manager: User
    yong: User
    lan: User
    reviewer: User
    other: User


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Evidence._meta.get_field("file"),
        "storage",
        FileSystemStorage(location=str(tmp_path / "private"), base_url=None),
    )
    cache.clear()


@pytest.fixture
def firm(db: None, now: datetime) -> Firm:
    load_rule_sets(at=now)
    place = people.organisation("enterprise", region="360100")
    learners = []
    for name, number, post in zip(("模小勇", "筋小兰"), DOCUMENTS, ("machinery", "labor"), strict=True):
        user = people.learner(name, post=post, rule_set="jiangxi", region="360100")
        record_identity(user=user, kind="resident_id", legal_name=name, number=number, at=now, by=None)
        people.join(user, place)
        learners.append(user)
    reviewer = reviewer_at(people.organisation("authority", region="360000"))
    yong, lan = learners
    return Firm(place, people.employer(place), yong, lan, reviewer, people.employer())


def planned(
    firm: Firm, starts_at: datetime, *, latitude: Decimal | None = None, longitude: Decimal | None = None
) -> Training:
    """A session of two hours."""
    end, at = starts_at + timedelta(hours=2), starts_at - timedelta(days=1)
    plan = actions.Plan("塔吊安全专项培训", "课目与讲师", starts_at, end, "一号会议室", latitude, longitude)
    return actions.plan_training(organisation_id=firm.place.pk, plan=plan, at=at, by=firm.manager)


def workbook(*rows: list[object]) -> bytes:
    book, out = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    table: list[list[object]] = [["姓名", "证件号码", "培训日期", "培训内容", "学时"], *rows]
    for row in table:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def good_row(number: int = 0, *, day: date = date(2026, 4, 20), hours: float = 4) -> list[object]:
    return [("模小勇", "筋小兰")[number], DOCUMENTS[number], day, "塔吊安全", hours]
