"""Old months leave the tables for files, and files are disposed of when their term is over. Each has a record of its own.

Only the owner of the tables can do this, from the command line. The tree keeps every hash, so no proof breaks: docs/adr/0020.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import connection, transaction
from psycopg import sql

from analytics.domain import retention
from analytics.domain.note import VerifierKey
from analytics.domain.record import Payload
from analytics.learning_log import kinds
from analytics.learning_log.actions.filing import append
from analytics.learning_log.log_kinds import MONTH_ARCHIVED, MONTH_DISPOSED
from analytics.learning_log.models import LogRecord
from analytics.learning_log.queries import archived, months
from analytics.learning_log.queries.partitions import Month, first_number, name_of_month
from analytics.learning_log.queries.partitions import make_months as make
from analytics.learning_log.queries.partitions import months as partitions

MONTHS_AHEAD = 12
_DISPOSING = 0x7A78_646D  # the advisory lock of whoever disposes of a month


class NotYet(ValueError):
    """The month may not be archived or disposed of; the message says why."""


@dataclass(frozen=True, slots=True)
class Disposed:
    """What is gone for good, and what of the month stays in the file."""

    records: int
    kept: int


def make_months() -> tuple[str, ...]:
    """Make the months that are missing up to a year ahead, and return the tables made. Harmless when repeated."""
    return tuple(make(MONTHS_AHEAD))


def archive_month(*, name: str, path: Path, keys: Sequence[VerifierKey], online_months: int, at: datetime) -> int:
    """Write a month to a file, verify the file, take the month out of the tables; return how many records. Raises NotYet.

    name: "2026-11", or "before". online_months: the month must have ended so long ago. Months go in their order. One that
    has a record which is not under a signed head stays. When this fails, the tables are as they were. Raises Wrong.
    """
    month = _next_month(name)
    if month.until > first_number(_months_before(at, online_months)):
        raise NotYet(f"{name} has not ended {online_months} months ago")
    there = months.records_of(month).count()
    months.write_partition(path, month)
    good = months.verify_month(path, keys=tuple(keys))
    if good.records != there:
        raise NotYet(f"{there - good.records} records of {name} are not under a signed head")
    _onto_the_disk(path)
    digest = months.digest_of(path)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")  # writers queue behind us: give up rather than hold them
        cursor.execute("LOCK TABLE analytics_logrecord IN ACCESS EXCLUSIVE MODE")  # as readers do: it, then its months
        if months.records_of(month).count() != there:
            raise NotYet(f"{name} was written to meanwhile")
        payload: dict[str, Payload] = {
            "month": name,
            "records": there,
            "until": month.until,
            "archived": archived.state().records + there,
            "sha256": digest,
            "size": good.head.size,
        }
        append(kind=MONTH_ARCHIVED, actor_id=None, happened_at=at, subject=name, payload=payload)
        for gone in (each for each in partitions() if each.until <= month.until):
            table = sql.Identifier(gone.table)
            cursor.execute(sql.SQL("ALTER TABLE analytics_logrecord DETACH PARTITION {}").format(table).as_string())
            cursor.execute(sql.SQL("DROP TABLE {}").format(table).as_string())
    return there


def dispose_of_month(*, path: Path, keys: Sequence[VerifierKey], at: datetime) -> Disposed:
    """Dispose of a month's file, but for the kinds that are kept for good. Raises NotYet, Wrong.

    The records in it must be those of this log's tree, and have been kept for their term. Done twice, or by two at once, it
    is done once: a file that was already disposed of and is still there is taken away, and what is left of one stays.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DISPOSING])
        return _dispose(path, tuple(keys), at)


def _dispose(path: Path, keys: tuple[VerifierKey, ...], at: datetime) -> Disposed:
    good = months.verify_month(path, keys=keys, show=archived.compare_with_tree)
    if good.largest_id >= archived.state().until:
        raise NotYet("the month of this file is in the tables still: archive it first")
    over = retention.over_at(good.latest, retention.RECORDS)
    if over is None or over > at:
        raise NotYet(
            f"the last of its records must be kept until {over:%Y-%m-%d} ({', '.join(retention.RECORDS.sources)})"
        )
    stays = {kind: count for kind, count in good.kinds.items() if _is_kept_for_good(kind)}
    done = Disposed(good.records - sum(stays.values()), sum(stays.values()))
    if not done.records:
        return done  # what an earlier disposal has left, or a month of nothing else
    rest = path.with_name(path.name + ".rest")
    if stays:
        months.write_kinds(rest, path, stays)
        _onto_the_disk(rest)
    digest, month = months.digest_of(path), name_of_month(good.largest_id)
    if not LogRecord.objects.filter(kind=MONTH_DISPOSED, subject=month, payload__sha256=digest).exists():
        payload: dict[str, Payload] = {
            "month": month,
            "records": done.records,
            "kept": done.kept,
            "sha256": digest,
            "rule": ", ".join(retention.RECORDS.sources),
        }
        append(kind=MONTH_DISPOSED, actor_id=None, happened_at=at, subject=month, payload=payload)
    transaction.on_commit(partial(rest.replace, path) if stays else path.unlink)
    return done


def _next_month(name: str) -> Month:
    """Return the month of that name. Raises NotYet when an earlier one has records, or when there is none."""
    for month in partitions():
        if month.name == name:
            return month
        if months.records_of(month).exists():
            raise NotYet(f"{month.name} comes first")
    raise NotYet(f"there is no month {name} in the tables")


def _is_kept_for_good(kind: str) -> bool:
    """Whether a kind is kept past the term. One that nobody registers any more is kept as long as the others."""
    known = kinds.find(kind)
    return known is not None and retention.TERMS[known.keep].months is None


def _months_before(at: datetime, count: int) -> datetime:
    local = at.astimezone(retention.DAYS_OF)
    years, month = divmod(local.year * 12 + local.month - 1 - count, 12)
    return local.replace(year=years, month=month + 1, day=1)


def _onto_the_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
