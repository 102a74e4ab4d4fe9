"""Recordings of classes and tests are kept for three months and not disposed of without a record."""

import os
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import Settings

from analytics.learning_log import actions
from analytics.learning_log.actions import DisposedRecordings
from analytics.learning_log.models import LogRecord
from analytics.learning_log.tasks import dispose_of_recordings as by_the_clock

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 30, 4, tzinfo=UTC)
OLD, AT_THE_END, YOUNG = (datetime(2026, month, day, 4, tzinfo=UTC) for month, day in ((3, 1), (8, 30), (9, 1)))


def clip(root: Path, name: str, written: datetime, content: bytes = b"film") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (written.timestamp(), written.timestamp()))
    return path


def there(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def told() -> list[dict[str, Any]]:
    return list(
        LogRecord.objects.filter(kind="audit.recordings_disposed").order_by("pk").values_list("payload", flat=True)
    )


def test_what_is_over_goes_with_a_record_and_the_rest_stays(tmp_path: Path) -> None:
    for name, written in (("venue-1/exam 1.mp4", OLD), ("venue-2/class.flv", AT_THE_END), ("venue-2/new.flv", YOUNG)):
        clip(tmp_path, name, written)
    done = actions.dispose_of_recordings(root=tmp_path, at=NOW)
    assert done == DisposedRecordings(files=2, size_bytes=8, held=0, oldest=YOUNG)
    assert there(tmp_path) == ["venue-2/new.flv"]
    (record,) = told()
    assert record | {"list_sha256": ""} == {
        "files": 2, "size_bytes": 8, "oldest_at": "2026-03-01T04:00:00.000Z", "newest_at": "2026-08-30T04:00:00.000Z",
        "list_sha256": "", "held": 0, "rule": "R-119, R-140, R-155",
    }  # fmt: skip
    assert actions.dispose_of_recordings(root=tmp_path, at=NOW).files == 0
    assert len(told()) == 1, "where nothing goes, nothing is told"


def test_what_an_appeal_needs_is_held_until_the_mark_is_gone(tmp_path: Path) -> None:
    mark = clip(tmp_path, "exam.mp4.hold", OLD)
    clip(tmp_path, "exam.mp4", OLD)
    done = actions.dispose_of_recordings(root=tmp_path, at=NOW)
    assert (done.files, done.held, done.oldest) == (0, 1, OLD)
    mark.unlink()
    assert actions.dispose_of_recordings(root=tmp_path, at=NOW).files == 1
    assert there(tmp_path) == []


def test_links_lead_nowhere(tmp_path: Path) -> None:
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "root"
    precious = clip(elsewhere, "precious.mp4", OLD)
    root.mkdir()
    (root / "folder").symlink_to(elsewhere)
    (root / "file.mp4").symlink_to(precious)
    assert actions.dispose_of_recordings(root=root, at=NOW).files == 0
    assert precious.exists()


@pytest.mark.parametrize("dies", ["before the record", "after the record"])
def test_whatever_breaks_in_between_is_finished_and_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: str
) -> None:
    clip(tmp_path, "exam.mp4", OLD)

    def die(*_: object, **__: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="power"):
        broken.setattr(
            "analytics.learning_log.actions.recordings." + ("append" if dies[0] == "b" else "shutil.rmtree"), die
        )
        actions.dispose_of_recordings(root=tmp_path, at=NOW)
    assert len(told()) == (dies[0] == "a")
    assert len(there(tmp_path)) == 1, "moved aside, not gone"
    actions.dispose_of_recordings(root=tmp_path, at=NOW)
    assert (len(told()), there(tmp_path)) == (1, [])


def test_a_deed_around_it_is_refused(tmp_path: Path) -> None:
    """Files do not come back when somebody else's transaction is rolled back."""
    clip(tmp_path, "exam.mp4", OLD)
    with transaction.atomic(), pytest.raises(RuntimeError):
        actions.dispose_of_recordings(root=tmp_path, at=NOW)
    assert there(tmp_path) == ["exam.mp4"]


def test_the_command_and_the_clock(tmp_path: Path, settings: Settings) -> None:
    settings.RECORDINGS_ROOT = tmp_path / "recordings"
    assert by_the_clock() == 0, "no folder, no recordings"
    now = datetime.now(UTC)
    clip(settings.RECORDINGS_ROOT, "a.mp4", now - timedelta(days=93))
    clip(settings.RECORDINGS_ROOT, "b.mp4", now - timedelta(days=80))
    said = StringIO()
    call_command("dispose_of_recordings", folder=settings.RECORDINGS_ROOT, stdout=said)
    kept = f"{now - timedelta(days=80):%Y-%m-%d}"
    assert said.getvalue() == f"1 recordings (4 bytes) are gone, 0 are held; the oldest that is kept is of {kept}\n"
    clip(settings.RECORDINGS_ROOT, "c.mp4", now - timedelta(days=93))
    assert by_the_clock() == 1
