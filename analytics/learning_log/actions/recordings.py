"""Recordings of classes and tests: kept for their term of three months, then disposed of, with a record of its own.

The house films nobody. Recorders of venues and streaming servers write into the folder that the operator names, and what lies
there is video in the sense of R-119, R-140 and R-155. Lesson videos are teaching material and stay; frames of face checks
expire by the rules of their region (proctoring).
"""

import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.db import connection, transaction

from analytics.domain import retention
from analytics.domain.record import Payload, utc_text
from analytics.learning_log.actions.filing import append
from analytics.learning_log.log_kinds import RECORDINGS_DISPOSED
from analytics.learning_log.models import LogRecord

logger = logging.getLogger(__name__)

HOLD = ".hold"  # exam-7.mp4.hold beside exam-7.mp4: an appeal or a case needs it
_GOING = ".disposed-"
_LOCK = 0x7A78_7265_63  # the advisory lock of whoever disposes


@dataclass(frozen=True, slots=True)
class DisposedRecordings:
    """What is gone for good; what was held back; and of when the oldest is that stays (None = nothing stays)."""

    files: int
    size_bytes: int
    held: int
    oldest: datetime | None


@transaction.atomic(durable=True)
def dispose_of_recordings(*, root: Path, at: datetime) -> DisposedRecordings:
    """Dispose of the files below a folder whose term is over, counted from when each was last written to.

    They are first moved aside under a name that the record carries, then put on record, then deleted after the commit.
    So whatever breaks in between is finished by the next run, and nothing is told twice. A file with a `.hold` beside it stays.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    over, held, oldest = [], 0, None
    for path in _files(root):
        written = _written(path)
        end = retention.over_at(written, retention.VIDEO)
        is_over = end is not None and end <= at
        if is_over and not path.with_name(path.name + HOLD).exists():
            over.append(path)
            continue
        held += is_over
        oldest = written if oldest is None else min(oldest, written)
    if over:
        aside = root / f"{_GOING}{uuid4()}"
        for path in over:
            target = aside / path.relative_to(root)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                path.rename(target)
            except OSError:  # on a mount of its own, or not ours to move: the others go nevertheless
                logger.exception("a recording whose term is over could not be moved aside")
                written = _written(path)
                oldest = written if oldest is None else min(oldest, written)
    told = [_file_disposal(folder, held, at) for folder in sorted(root.glob(f"{_GOING}*"))]
    return DisposedRecordings(sum(files for files, _ in told), sum(size for _, size in told), held, oldest)


def _file_disposal(folder: Path, held: int, at: datetime) -> tuple[int, int]:
    """Put on record what was moved aside, unless it is, and delete it after the commit. Return how many files and bytes."""
    files = sorted(_files(folder))
    written = [_written(path) for path in files]
    sizes = [path.stat().st_size for path in files]
    subject = folder.name.removeprefix(_GOING)
    transaction.on_commit(partial(shutil.rmtree, folder))
    if not files or LogRecord.objects.filter(kind=RECORDINGS_DISPOSED, subject=subject).exists():
        return 0, 0
    listed = [
        [path.relative_to(folder).as_posix(), size, utc_text(when)]
        for path, size, when in zip(files, sizes, written, strict=True)
    ]
    payload: dict[str, Payload] = {
        "files": len(files),
        "size_bytes": sum(sizes),
        "oldest_at": utc_text(min(written)),
        "newest_at": utc_text(max(written)),
        "list_sha256": sha256(json.dumps(listed, ensure_ascii=False).encode()).hexdigest(),
        "held": held,
        "rule": ", ".join(retention.VIDEO.sources),
    }
    append(kind=RECORDINGS_DISPOSED, actor_id=None, happened_at=at, subject=subject, payload=payload)
    return len(files), sum(sizes)


def _files(root: Path) -> Iterator[Path]:
    """Yield the files below a folder: no links, which may lead out of it, nothing hidden, no holds."""
    if not root.is_dir():
        return
    for path in root.iterdir():
        if path.is_symlink() or path.name.startswith(".") or path.suffix == HOLD:
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
