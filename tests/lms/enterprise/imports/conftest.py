"""A company of Chongqing with its manager, and a folder of the test's own for lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage

from lms.accounts.models import User
from lms.enterprise import actions
from lms.enterprise.models import RosterImport
from lms.organisations.models import Organisation
from tests import people
from tests.lms.enterprise.imports.lists import workbook


@dataclass(frozen=True)
class Company:
    place: Organisation
    manager: User
    other: User  # manages another company


@pytest.fixture(autouse=True)
def demo_numbers(settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that belong to nobody pass, as in the demo."""
    settings.DEMO = True  # type: ignore[attr-defined]  # pytest-django's wrapper
    storage = FileSystemStorage(location=str(tmp_path / "private"), base_url=None)
    monkeypatch.setattr(RosterImport._meta.get_field("file"), "storage", storage)
    cache.clear()


@pytest.fixture
def company(db: None) -> Company:
    place = people.organisation("enterprise", region="500112")
    return Company(place, people.employer(place), people.employer())


def received(company: Company, rows: Sequence[Sequence[object]], now: datetime) -> RosterImport:
    """An upload that waits for its columns."""
    return actions.receive_list(
        organisation_id=company.place.pk, name="名单.xlsx", content=workbook(rows), at=now, by=company.manager
    )


def checked(company: Company, rows: Sequence[Sequence[object]], now: datetime) -> RosterImport:
    """An import whose rows were checked."""
    row = received(company, rows, now)
    actions.choose_columns(import_uuid=row.uuid, sheet=row.sheet, columns=row.columns, at=now, by=company.manager)
    found = actions.check_list(import_id=row.pk, at=now)
    assert found is not None
    return found


def done(company: Company, rows: Sequence[Sequence[object]], now: datetime) -> RosterImport:
    """An import that ran to its end."""
    row = checked(company, rows, now)
    actions.confirm_import(import_uuid=row.uuid, at=now, by=company.manager)
    while actions.run_batch(import_id=row.pk, at=now) is not None:
        pass
    row.refresh_from_db()
    return row
