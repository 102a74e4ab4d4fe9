"""Evidence packs: what analytics.domain.evidence checks, written as a zip from the tables as they are. Nothing is corrected."""

import json
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from analytics.domain.evidence import FORMAT
from analytics.domain.hours_again import PUBLISHED, WATCHED
from analytics.domain.record import utc_text
from analytics.domain.standalone import verifier_source
from analytics.learning_log.models import Cosignature, LogArrival, LogPosition, LogRecord, TreeHead
from analytics.learning_log.queries import archived, tree

CHUNK = 2_000
MOST_UNPLACED = 1_000
RULES_LOADED = "credit.rule_set_loaded"
DAYS_OF = ZoneInfo("Asia/Shanghai")
README = """这是一份学习证据包。核验：python3 verify.py 本文件.zip
核验程序只用 Python 3.10 自带的库，不联网；它逐条核对记录、证明、签名，并按观看区间重新计算学时。
请把程序显示的公钥和检查点与您从别处得到的相比较（--key、--checkpoint）。
封存内容里没有姓名，只有编号。包里有没有少放记录，只能与整本日志比较才能知道。

This is an evidence pack. To verify it: python3 verify.py THIS.zip
The program needs nothing but Python 3.10 and no network. It checks each record, proof and signature, and adds up the
hours again from the watched stretches. Compare the key it prints, and heads that you have from elsewhere.
Records hold no names. Whether a record was left out can be told from the whole log alone.
"""


def write_learner_pack(file: IO[bytes], *, learner_id: int, at: datetime) -> int:
    """Write a learner's pack and return how many records it holds. Raises NothingSealed.

    In it: every record of the learner under the newest head, the published editions and rule sets that the hours stand
    on, a proof for each, and the last head of every day. What came after the newest head is left for the next pack.
    """
    heads = _daily_heads()
    newest = heads[-1]
    reader = tree.TreeReader()
    records = sorted(_records_of(learner_id, newest.size), key=lambda each: each[1].position)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        more = {"what": "learner", "learner_id": learner_id, "records": len(records)}
        _write_common(pack, heads, at, more, reader)
        _write_lines(pack, "records.jsonl", (_proved(row, place, newest.size, reader) for row, place in records))
    return len(records)


def write_log_pack(file: IO[bytes], *, at: datetime, tell: Callable[[int], None] = lambda _: None) -> int:
    """Write the whole log under the newest head, in order, and return how many records it holds. Raises NothingSealed.

    tell: is given the number of records written so far, now and then.
    """
    heads = tree.heads(limit=1_000_000)
    if not heads:
        raise tree.NothingSealed
    more = {"what": "log", "unplaced": list(unplaced()[:MOST_UNPLACED])}
    written = 0

    def lines() -> Iterator[dict[str, Any]]:
        nonlocal written
        for row, place in _with_archived(heads[-1].size):
            yield _with_columns(row, place) if row else _archived(place)
            written += 1
            if written % CHUNK == 0:
                tell(written)

    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        _write_common(pack, heads, at, more, None)
        _write_lines(pack, "records.jsonl", lines())
    return written


def in_order(start: int, end: int) -> Iterator[tuple[LogRecord, tree.Place]]:
    """Yield records with their places, in the order of places [start, end). A place whose record is gone is left out."""
    for first in range(start, end, CHUNK):
        found = tree.places(first, min(first + CHUNK, end))
        rows = LogRecord.objects.in_bulk([place.record_id for place in found])
        yield from ((rows[place.record_id], place) for place in found if place.record_id in rows)


def _with_archived(size: int) -> Iterator[tuple[LogRecord | None, tree.Place]]:
    """Yield as `in_order`, and None for records that have left the tables."""
    left = archived.state()
    for first in range(0, size, CHUNK):
        found = tree.places(first, min(first + CHUNK, size))
        rows = LogRecord.objects.in_bulk([place.record_id for place in found])
        for place in found:
            if place.record_id in rows or place.record_id < left.until:
                yield rows.get(place.record_id), place


def unplaced() -> QuerySet[LogRecord, int]:
    """Return the numbers of records that have no place and wait for none: nobody but a superuser can make such."""
    placed = LogPosition.objects.filter(record_id=OuterRef("pk"))
    waits = LogArrival.objects.filter(record_id=OuterRef("pk"))
    return LogRecord.objects.filter(~Exists(placed), ~Exists(waits)).order_by("pk").values_list("pk", flat=True)


def _daily_heads() -> tuple[tree.Head, ...]:
    days = TreeHead.objects.values(day=TruncDate("signed_at", tzinfo=DAYS_OF)).order_by("day")
    sizes = list(days.annotate(largest=Max("size")).values_list("largest", flat=True))
    if not sizes:
        raise tree.NothingSealed
    return tree.heads_of_sizes(sizes)


def _records_of(learner_id: int, size: int) -> Iterator[tuple[LogRecord, tree.Place]]:
    rows = list(LogRecord.objects.filter(learner_id=learner_id).order_by("pk"))
    lessons = {row.subject for row in rows if row.kind == WATCHED}
    for row in LogRecord.objects.filter(kind__in=(PUBLISHED, RULES_LOADED)).order_by("pk"):
        published = (
            {str(lesson["lesson_uuid"]) for lesson in row.payload["lessons"]} if row.kind == PUBLISHED else lessons
        )
        if published & lessons:
            rows.append(row)
    for first in range(0, len(rows), CHUNK):
        part = rows[first : first + CHUNK]
        found = tree.places_of(row.pk for row in part)
        yield from ((row, found[row.pk]) for row in part if row.pk in found and found[row.pk].position < size)


def _write_common(
    pack: zipfile.ZipFile,
    heads: tuple[tree.Head, ...],
    at: datetime,
    more: dict[str, Any],
    reader: tree.TreeReader | None,
) -> None:
    sizes = [head.size for head in heads]
    witnesses = Cosignature.objects.filter(head_size__in=sizes).values_list("verifier_key", flat=True).distinct()
    manifest = {
        "format": FORMAT,
        "made_at": utc_text(at),
        "size": sizes[-1],
        "keys": sorted({head.verifier_key for head in heads}),
        "witnesses": sorted(witnesses),
        **more,
    }
    pack.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2))
    pack.writestr("README.txt", README)
    pack.writestr("verify.py", verifier_source())
    told: list[dict[str, Any]] = [{"note": head.published} for head in heads]
    if reader is not None:
        for each, size1, size2 in zip(told[1:], sizes, sizes[1:], strict=False):
            each["consistency"] = [_base64(one) for one in reader.consistency_proof(size1, size2)]
    _write_lines(pack, "heads.jsonl", told)


def _write_lines(pack: zipfile.ZipFile, name: str, lines: Iterable[dict[str, Any]]) -> None:
    with pack.open(name, "w", force_zip64=True) as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def _proved(row: LogRecord, place: tree.Place, size: int, reader: tree.TreeReader) -> dict[str, Any]:
    proof = [_base64(each) for each in reader.inclusion_proof(place.position, size)]
    return {"id": row.pk, "position": place.position, "canonical": _base64(row.canonical), "proof": proof}


def _with_columns(row: LogRecord, place: tree.Place) -> dict[str, Any]:
    columns = {
        "uuid": str(row.uuid),
        "kind": row.kind,
        "actor_id": row.actor_id,
        "learner_id": row.learner_id,
        "subject": row.subject,
        "happened_at": utc_text(row.happened_at),
        "recorded_at": utc_text(row.recorded_at),
        "payload": row.payload,
    }
    return {
        "id": row.pk,
        "position": place.position,
        "canonical": _base64(row.canonical),
        "kept_hash": _base64(row.leaf_hash),
        "placed_hash": _base64(place.leaf_hash),
        "columns": columns,
    }


def _archived(place: tree.Place) -> dict[str, Any]:
    return {
        "id": place.record_id,
        "position": place.position,
        "placed_hash": _base64(place.leaf_hash),
        "archived": True,
    }


def _base64(data: bytes | memoryview) -> str:
    return b64encode(data).decode()
