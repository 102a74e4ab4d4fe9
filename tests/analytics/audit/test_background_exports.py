"""Files made in the background: complete in every format, safe to open, gone on with after a death, handed out in parts."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from django.core.files.storage import storages
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pyhanko.pdf_utils.reader import PdfFileReader
from pytest_django import DjangoAssertNumQueries, Settings

from analytics.audit import background_exports, export_files, queries
from analytics.audit.background_exports import (
    CLAIM_LASTS,
    KEPT,
    MOST_ATTEMPTS,
    ExportRefused,
    ask_export,
    expire_exports,
    make_export,
    waiting_exports,
)
from analytics.audit.export_words import sheet, told_conditions
from analytics.audit.models import LogExport, SavedFilter
from analytics.audit.queries import Conditions
from analytics.audit.sight import MASKED
from analytics.audit.unmasking import mask_again, unmask
from analytics.learning_log import actions as log
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.analytics.conftest import Append, Person
from tests.lms.certificates import paper

pytestmark = pytest.mark.django_db
HERE = Conditions(kind="test.thing_done")
Many = Callable[..., list[LogRecord]]


@pytest.fixture(autouse=True)
def _own_storage(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"location": str(tmp_path), "base_url": None}
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "private": backend}
    monkeypatch.setattr(background_exports, "PIECE_ROWS", 4)


def made(by: User, file_format: str, asked: Conditions = HERE) -> LogExport:
    row = ask_export(by=by, asked=asked, file_format=file_format, at=timezone.now())
    assert make_export(export_id=row.pk, at=timezone.now())
    row.refresh_from_db()
    assert row.state == "ready"
    return row


def download(client: Client, row: LogExport, **headers: str) -> tuple[int, bytes]:
    answer = client.get(reverse("audit:export_file", args=[row.uuid]), headers=headers)
    return answer.status_code, answer.getvalue() if isinstance(answer, StreamingHttpResponse) else answer.content


def test_every_format_has_every_record_and_runs_nothing(
    client: Client, append_many: Many, auditor: User, settings: Settings, tmp_path: Path
) -> None:
    settings.PAPER_KEY = paper.pem()
    log.put_labels(kind="lesson", texts={"l-1": "=1+1"})
    wanted = [record.pk for record in append_many(10, subject="l-1")][::-1]
    client.force_login(auditor)
    status, text = download(client, made(auditor, "csv"))
    heading, *lines = csv.reader(io.StringIO(text.decode().removeprefix("\ufeff"), newline=""))
    assert (status, [int(line[0]) for line in lines]) == (200, wanted)
    assert lines[0][heading.index("对象名称")] == "'=1+1"
    _, book = download(client, made(auditor, "xlsx"))
    pages = load_workbook(io.BytesIO(book))["records"]
    cells = list(pages.iter_rows(values_only=True))
    assert [row[0] for row in cells[1:]] == wanted
    assert {cell.data_type for row in pages.iter_rows() for cell in row} <= {"n", "s", "inlineStr"}
    _, columns = download(client, made(auditor, "parquet"))
    (tmp_path / "file.parquet").write_bytes(columns)
    found = duckdb.execute("SELECT id, sentence FROM read_parquet(?)", [str(tmp_path / "file.parquet")])
    told = found.fetchall()
    assert [number for number, _ in told] == wanted
    assert pages.freeze_panes == "B2" and pages["A1"].font.bold
    assert pages.column_dimensions["A"].width > len(str(wanted[0])), "a number of 14 digits is not shown as 2.6E+13"
    _, report = download(client, made(auditor, "pdf"))
    reader = PdfFileReader(io.BytesIO(report))
    assert len(reader.embedded_signatures) == 1


def test_a_file_says_what_it_is_an_extract_of(client: Client, append_many: Many, auditor: User) -> None:
    append_many(2)
    asked = Conditions(kind="test.thing_done", learner="砖小明", since=date(2026, 5, 1))
    row = ask_export(by=auditor, asked=asked, file_format="csv", at=timezone.now())
    (told,) = told_conditions([(row, MASKED)])
    assert told == "学员 “砖**”、种类 " + queries.kind_label("test.thing_done") + "、自 2026-05-01"
    client.force_login(auditor)
    assert "学员 “砖**”" in client.get(reverse("audit:exports")).content.decode()
    about = sheet(row, MASKED).about
    assert any(told in line for line in about) and any(f"审**（{auditor.pk}）" in line for line in about)
    everything = ask_export(by=auditor, asked=Conditions(), file_format="csv", at=timezone.now())
    assert told_conditions([(everything, MASKED)]) == ["全部记录"]


def test_the_list_of_files_asks_for_names_once_however_many_they_are(
    append_many: Many, auditor: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    append_many(2)
    asked = Conditions(region="500000", company="01890a5d-ac96-774b-bcce-b302099a8057")
    files = [
        (ask_export(by=auditor, asked=asked, file_format=form, at=timezone.now()), MASKED)
        for form in ("csv", "xlsx", "parquet")
    ]
    for some in (files[:1], files):
        with django_assert_num_queries(2):
            told_conditions(some)


def test_a_worker_that_died_is_followed_by_another_that_goes_on(
    append_many: Many, auditor: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [record.pk for record in append_many(10)][::-1]
    row = ask_export(by=auditor, asked=HERE, file_format="csv", at=timezone.now())
    honest = background_exports._piece_name

    class Killed(BaseException):
        """As if the process ended here: the piece is on disk, and the row has not heard of it."""

    def dies_at_the_third(told: LogExport, number: int, attempt: int) -> str:
        if number == 2:
            storages["private"].save(honest(told, number, attempt), io.BytesIO(b"half a pie"))
            raise Killed
        return honest(told, number, attempt)

    monkeypatch.setattr(background_exports, "_piece_name", dies_at_the_third)
    with pytest.raises(Killed):
        make_export(export_id=row.pk, at=timezone.now())
    monkeypatch.setattr(background_exports, "_piece_name", honest)
    row.refresh_from_db()
    assert (row.state, row.pieces, row.rows_done) == ("running", [1, 1], 8)
    append_many(3)
    assert not make_export(export_id=row.pk, at=timezone.now()), "somebody may still be at it"
    later = timezone.now() + CLAIM_LASTS + timedelta(seconds=1)
    assert waiting_exports(at=later) == (row.pk,)
    assert make_export(export_id=row.pk, at=later)
    row.refresh_from_db()
    client.force_login(auditor)
    lines = download(client, row)[1].decode().split("\r\n")[1:-1]
    assert [int(line.split(",")[0]) for line in lines] == wanted, "each once, and none that came after it was asked"
    assert not make_export(export_id=row.pk, at=later), "done is done"


def files(row: LogExport) -> list[str]:
    return sorted(storages["private"].listdir(f"log_exports/{row.uuid}")[1])


@pytest.mark.parametrize("slow_at", ["a piece", "putting it together"])
def test_a_slow_worker_that_was_followed_changes_nothing_any_more(
    append_many: Many, auditor: User, client: Client, monkeypatch: pytest.MonkeyPatch, slow_at: str
) -> None:
    wanted = [record.pk for record in append_many(10)][::-1]
    row = ask_export(by=auditor, asked=HERE, file_format="csv", at=timezone.now())
    name_of, write = background_exports._piece_name, export_files.write_csv
    followed: list[bool] = []

    def is_followed() -> None:
        """While the first is slow for longer than a claim lasts, another takes the row up and finishes."""
        if not followed:
            followed.append(True)
            assert make_export(export_id=row.pk, at=timezone.now() + CLAIM_LASTS + timedelta(seconds=1))
            row.refresh_from_db()

    def slow_name(told: LogExport, number: int, attempt: int) -> str:
        if number == 1:
            is_followed()
        return name_of(told, number, attempt)

    def slow_write(into: Path, heading: export_files.Cells, rows: Iterator[export_files.Cells]) -> None:
        write(into, heading, rows)
        is_followed()

    if slow_at == "a piece":
        monkeypatch.setattr(background_exports, "_piece_name", slow_name)
    else:
        monkeypatch.setattr(export_files, "write_csv", slow_write)
    assert not make_export(export_id=row.pk, at=timezone.now()), "the first has lost its claim"
    told = LogExport.objects.values().get(pk=row.pk)
    assert (row.state, row.attempts, told["sha256"], told["claimed_at"]) == ("ready", 2, row.sha256, None)
    client.force_login(auditor)
    status, content = download(client, row)
    assert (status, sha256(content).hexdigest(), len(content)) == (200, row.sha256, row.size_bytes)
    assert [int(line.split(",")[0]) for line in content.decode().split("\r\n")[1:-1]] == wanted
    expire_exports(at=timezone.now() + KEPT + timedelta(minutes=1))
    assert files(row) == [], "what the slow one left goes with the rest"


def test_putting_together_keeps_the_claim(append_many: Many, auditor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    append_many(10)
    row = ask_export(by=auditor, asked=HERE, file_format="csv", at=timezone.now())
    write, late = export_files.write_csv, timezone.now() + CLAIM_LASTS

    def slow_write(into: Path, heading: export_files.Cells, rows: Iterator[export_files.Cells]) -> None:
        LogExport.objects.filter(pk=row.pk).update(claimed_at=late - timedelta(hours=1))
        write(into, heading, rows)
        assert waiting_exports(at=late) == (), "each piece that is read renews it"

    monkeypatch.setattr(export_files, "write_csv", slow_write)
    assert make_export(export_id=row.pk, at=timezone.now())
    assert files(row) == ["records-1.csv"], "the pieces are gone, the file is there"


def test_what_breaks_again_and_again_is_given_up(append: Append, auditor: User) -> None:
    append()
    row = ask_export(by=auditor, asked=HERE, file_format="csv", at=timezone.now())
    LogExport.objects.filter(pk=row.pk).update(state="running", claimed_at=timezone.now(), attempts=MOST_ATTEMPTS)
    assert waiting_exports(at=timezone.now() + timedelta(hours=1)) == ()
    row.refresh_from_db()
    assert row.state == "failed"


def test_a_download_goes_on_where_it_was_broken_off(append_many: Many, auditor: User, client: Client) -> None:
    append_many(9)
    row = made(auditor, "csv")
    client.force_login(auditor)
    _, whole = download(client, row)
    assert len(whole) == row.size_bytes
    assert LogRecord.objects.filter(kind="audit.export_downloaded").count() == 1
    for asked, expected in (
        ("bytes=100-", whole[100:]), ("bytes=100-199", whole[100:200]), ("bytes=-50", whole[-50:]),
        ("bytes=1-99999999", whole[1:]),
    ):  # fmt: skip
        assert download(client, row, Range=asked) == (206, expected)
    for asked in ("bytes=0-1,5-9", "lines=1-2", "bytes=-", "bytes=x"):
        assert download(client, row, Range=asked) == (200, whole)
    for asked in (f"bytes={len(whole)}-", "bytes=-0", "bytes=9-3"):
        assert download(client, row, Range=asked)[0] == 416
    headers = {"Range": "bytes=100-", "If-Range": '"another version"'}
    assert download(client, row, **headers) == (200, whole)
    assert download(client, row, **(headers | {"If-Range": f'"{row.sha256}"'})) == (206, whole[100:])


def test_what_is_covered_was_decided_when_it_was_asked_for(
    append: Append, person: Person, auditor: User, client: Client
) -> None:
    learner = person(name="砖小明")
    append(actor_id=learner.pk, learner_id=learner.pk, payload={"what": "电话 13800001234"})
    covered = ask_export(by=auditor, asked=HERE, file_format="csv", at=timezone.now())
    unmask(by=auditor, person_id=None, reason="核对投诉人与签到人是否一致", minutes=15, at=timezone.now())
    opened = ask_export(by=auditor, asked=HERE, file_format="csv", at=timezone.now())
    mask_again(by=auditor, at=timezone.now())
    client.force_login(auditor)
    for row, seen in ((covered, False), (opened, True)):
        assert make_export(export_id=row.pk, at=timezone.now())
        row.refresh_from_db()
        text = download(client, row)[1].decode()
        assert ("砖小明" in text, "13800001234" in text) == (seen, seen)


def test_files_end_after_their_time(append: Append, auditor: User, client: Client, tmp_path: Path) -> None:
    append()
    row = made(auditor, "csv")
    assert expire_exports(at=timezone.now()) == 0
    assert expire_exports(at=timezone.now() + KEPT) == 1
    client.force_login(auditor)
    assert download(client, row)[0] == 404
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_asking_and_taking_are_recorded(append: Append, auditor: User, client: Client) -> None:
    append()
    row = made(auditor, "parquet")
    told = LogRecord.objects.get(kind="audit.records_exported")
    assert (told.actor_id, told.subject) == (auditor.pk, str(row.uuid))
    assert told.payload == {"filter": {"kind": HERE.kind}, "rows": 1, "format": "parquet"}
    client.force_login(auditor)
    download(client, row)
    taken = LogRecord.objects.get(kind="audit.export_downloaded")
    assert taken.payload["sha256"] == row.sha256


@pytest.fixture
def strangers(person: Person) -> Iterator[User]:
    return (person(role) for role in [role for role in Role if role != Role.ADMINISTRATOR])


def test_nobody_else_gets_the_file_nor_asks_for_one(
    append: Append, auditor: User, strangers: Iterator[User], client: Client
) -> None:
    append()
    row = made(auditor, "csv")
    for stranger in strangers:  # another auditor among them
        client.force_login(stranger)
        assert download(client, row)[0] in {403, 404}
        if not stranger.has_perm("analytics.view_logrecord"):
            assert client.get(reverse("audit:exports")).status_code == 403
            assert client.post(reverse("audit:exports"), {"format": "csv"}).status_code == 403
            assert client.post(reverse("audit:save_filter"), {"name": "x", "query": "kind=x"}).status_code == 403
    assert LogExport.objects.count() == 1
    assert not SavedFilter.objects.exists()


def test_a_page_asks_and_shows_how_far_it_is(client: Client, append: Append, auditor: User) -> None:
    append()
    client.force_login(auditor)
    query = "kind=test.thing_done"
    assert client.post(reverse("audit:exports"), {"query": query, "format": "exe"}).status_code == 422
    assert client.post(reverse("audit:exports"), {"query": "since=x", "format": "csv"}).status_code == 422
    assert client.post(reverse("audit:exports"), {"query": query, "format": "csv"}).status_code == 302
    assert "0 / 1 条" in client.get(reverse("audit:exports")).content.decode()
    make_export(export_id=LogExport.objects.get().pk, at=timezone.now())
    assert "已生成" in client.get(reverse("audit:exports")).content.decode()
    for _ in range(background_exports.MOST_WAITING):
        ask_export(by=auditor, asked=HERE, file_format="csv", at=timezone.now())
    with pytest.raises(ExportRefused, match="waiting"):
        ask_export(by=auditor, asked=HERE, file_format="csv", at=timezone.now())


def test_searches_are_kept_by_name_for_their_auditor_alone(client: Client, auditor: User, person: Person) -> None:
    client.force_login(auditor)
    address = reverse("audit:save_filter")
    assert client.post(address, {"name": "深夜的课", "query": "kind=test.thing_done&before=7"}).status_code == 302
    client.post(address, {"name": "深夜的课", "query": "kind=test.other_done"})
    kept = SavedFilter.objects.get()
    assert kept.query == "kind=test.other_done", "the page of a list is no condition; the same name replaces"
    assert "深夜的课" in client.get(reverse("audit:records")).content.decode()
    for wrong in ({"name": "", "query": "kind=x"}, {"name": "x", "query": ""}, {"name": "x", "query": "since=x"}):
        assert client.post(address, wrong).status_code == 422
    client.force_login(person(Role.AUDITOR))
    assert "深夜的课" not in client.get(reverse("audit:records")).content.decode()
    client.post(address, {"forget": kept.pk})
    assert SavedFilter.objects.exists()
    client.force_login(auditor)
    client.post(address, {"forget": kept.pk})
    assert not SavedFilter.objects.exists()
