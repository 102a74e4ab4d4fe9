"""Imports lists of staff as the product does, beside the least that such an import can be."""

import gc
import resource
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING

from infra.bench.measure import interleaved

if TYPE_CHECKING:
    from lms.accounts.models import User

HEAD = ("姓名", "证件号码", "手机号", "岗位", "证书编号", "发证日期", "入职日期")
WRONG_EVERY = 100  # rows: one in so many has a wrong check digit, and gets a remark
_STAGE = "CREATE TEMP TABLE IF NOT EXISTS bare (name text, document text, phone text, username text, joined date)"
_USERS = """
INSERT INTO accounts_user (uuid, password, username, name, phone, email, first_name, last_name,
                           is_superuser, is_staff, is_active, date_joined)
SELECT gen_random_uuid(), '!', username, name, phone, '', '', '', false, false, true, now() FROM bare
"""
_PLACES = """
INSERT INTO organisations_membership (user_id, organisation_id, role, valid_from)
SELECT person.id, %s, 'staff', joined FROM bare JOIN accounts_user AS person USING (username)
"""
_numbers = count(1)


def main(*, rows: int, rounds: int, large: int) -> dict[str, object]:
    """Given back: seconds of each round for `product`, its parts and `bare`; and megabytes that a large list took."""
    from django.conf import settings

    settings.DEMO = True  # the people belong to nobody: their area 990000 and phones 120… pass only so
    wrong: list[str] = []
    parts: dict[str, list[float]] = {}
    ways: dict[str, Callable[[], float]] = {
        "product": partial(_product, rows, wrong, parts),
        "bare": partial(_bare, rows, wrong),
    }
    taken = interleaved(ways, rounds=rounds, warm_up=1, say=_say)
    before = _peak()
    seconds = _product(large, wrong, {})
    grown = [_peak() - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]
    return {
        **{name: samples.values for name, samples in taken.items()},
        "parts": {name: values[1:] for name, values in parts.items()},
        "large_seconds": seconds,
        "large_megabytes": grown,
        "wrong": wrong[:5],
    }


def _say(text: str) -> None:
    print(text, flush=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _list(rows: int, first: int, *, mistakes: bool = True) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("名单")
    page.append(HEAD)
    for at in range(rows):
        number = first + at
        document = _document(number)
        if mistakes and at % WRONG_EVERY == 0:
            document = document[:-1] + ("1" if document[-1] != "1" else "2")
        phone = f"120{number:08d}"
        page.append(
            (
                f"测{number}".translate(_HAN),
                document,
                phone,
                "土建施工员",
                f"测-{number:08d}",
                "2025-03-10",
                "2024-01-02",
            )
        )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


_HAN = str.maketrans("0123456789", "甲乙丙丁戊己庚辛壬癸")


def _document(number: int) -> str:
    from datetime import date, timedelta

    from lms.accounts.domain.id_document import check_character

    born = date(1950, 1, 1) + timedelta(days=number // 1000)
    first = f"990000{born:%Y%m%d}{number % 1000:03d}"
    return first + check_character(first)


def _product(rows: int, wrong: list[str], parts: dict[str, list[float]]) -> float:
    """Upload, check, copy with remarks, confirm, run: what a manager and a worker do. The file itself is made before."""
    from django.utils import timezone

    from lms.enterprise import actions, queries
    from lms.enterprise.import_copies import copy_of

    manager, place = company()
    first = next(_numbers) * 200_000
    content = _list(rows, first)
    gc.collect()
    now = timezone.now()
    marks = [time.perf_counter()]
    run = actions.receive_list(organisation_id=place, name="list.xlsx", content=content, at=now, by=manager)
    marks.append(time.perf_counter())
    actions.choose_columns(import_uuid=run.uuid, sheet=run.sheet, columns=run.columns, at=now, by=manager)
    actions.check_list(import_id=run.pk, at=now)
    marks.append(time.perf_counter())
    facts = queries.import_for_manager(manager, run.uuid, on=timezone.localdate(now))
    copy = copy_of(facts, at=now, by=manager) if facts is not None else b""
    marks.append(time.perf_counter())
    actions.confirm_import(import_uuid=run.uuid, at=now, by=manager)
    actions.run_import(import_id=run.pk, told=lambda _run: None)
    marks.append(time.perf_counter())
    for name, began, ended in zip(("look", "check", "copy", "run"), marks, marks[1:], strict=False):
        parts.setdefault(name, []).append(ended - began)
    run.refresh_from_db()
    refused = -(-rows // WRONG_EVERY)
    if run.counts != {"new": rows - refused, "refused": refused} or not copy.startswith(b"PK"):
        wrong.append(f"{rows} rows became {run.counts}")
    return marks[-1] - marks[0]


def _bare(rows: int, wrong: list[str]) -> float:
    from django.db import connection, transaction
    from python_calamine import CalamineWorkbook

    _manager, place = company()
    content = _list(rows, next(_numbers) * 200_000, mistakes=False)
    gc.collect()
    began = time.perf_counter()
    cells = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.execute("TRUNCATE bare")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in cells[1:]:
                copy.write_row((row[0], row[1], row[2], str(row[1]).lower(), row[6]))
        cursor.execute("ANALYZE bare")
        cursor.execute(_USERS)
        cursor.execute(_PLACES, [place])
        inserted = cursor.rowcount
    passed = time.perf_counter() - began
    if inserted != rows:
        wrong.append(f"the bare way inserted {inserted} of {rows}")
    return passed


def company() -> "tuple[User, int]":
    """Make a company and its manager; give back the manager and the id of the company."""
    from django.utils import timezone

    from lms.accounts.actions import grant_role, register_person
    from lms.accounts.roles import Role
    from lms.organisations.actions import add_member, create_organisation
    from lms.organisations.domain.credit_code import check_character

    now, number = timezone.now(), next(_numbers)
    manager = register_person(username=f"bench{number}", name="经理", phone=None, password=None, at=now, by=None)
    grant_role(user=manager, role=Role.ENTERPRISE_MANAGER, at=now, by=None)
    code = f"91990000MA{number:07d}"
    place = create_organisation(
        kind="enterprise",
        name=f"测试单位{number}",
        credit_code=code + check_character(code),
        region_code="500112",
        fictional=True,
        at=now,
        by=None,
    )
    add_member(user=manager, organisation=place, role="manager", from_day=timezone.localdate(now), at=now, by=None)
    return manager, place.pk


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
