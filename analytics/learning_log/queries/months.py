"""A month of the log as a Parquet file with a proof for each record: readable by any tool, and still verifiable without us."""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from django.db.models import QuerySet

from analytics.domain.evidence import Wrong
from analytics.domain.merkle import leaf_hash, verify_inclusion
from analytics.domain.note import BadNote, Checkpoint, VerifierKey, opened
from analytics.learning_log.models import LogRecord
from analytics.learning_log.queries import tree
from analytics.learning_log.queries.partitions import Month
from analytics.learning_log.signer import verify_quickly

CHUNK = 2_000
COLUMNS = {
    "position": "BIGINT", "record_id": "BIGINT", "kind": "VARCHAR", "learner_id": "BIGINT", "recorded_at": "VARCHAR",
    "canonical": "VARCHAR", "proof": "VARCHAR[]", "checkpoint": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Archive:
    """What a file holds, and by which head it is proved. latest: when the last of its records was filed."""

    records: int
    largest_id: int
    head: Checkpoint
    latest: datetime
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One record of a file: its place, and the hash that its bytes give."""

    position: int
    record_id: int
    leaf_hash: bytes


def write_month(path: Path, *, start: datetime, end: datetime) -> int:
    """Write the sealed records filed in [start, end) and return how many. Raises NothingSealed.

    canonical and proof are hexadecimal; `canonical` is the sealed bytes, all else is for searching. The signed head stands
    in every row, and takes no room: Parquet keeps it once.
    """
    return _write_rows(path, LogRecord.objects.filter(recorded_at__gte=start, recorded_at__lt=end))


def write_partition(path: Path, month: Month) -> int:
    """Write the sealed records of a partition, as `write_month`."""
    return _write_rows(path, records_of(month))


def records_of(month: Month) -> QuerySet[LogRecord]:
    """Return the records of a partition."""
    return LogRecord.objects.filter(pk__gte=month.first, pk__lt=month.until)


def write_kinds(path: Path, source: Path, kinds: Collection[str]) -> None:
    """Write those records of a file that are of these kinds, with the proofs that they have."""
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE rows AS SELECT * FROM read_parquet(?) WHERE list_contains(?, kind)",
            [str(source), sorted(kinds)],
        )
        _copy(connection, path)


def verify_month(
    path: Path, *, keys: tuple[VerifierKey, ...], show: Callable[[list[Leaf]], None] = lambda _: None
) -> Archive:
    """Verify every record of a file by the head in it, which must be signed by one of the keys. Raises Wrong.

    show: is given the leaves, some at a time, for whoever has the tree to compare them with.
    """
    head, before, largest, latest, kinds = None, -1, 0, "", dict[str, int]()
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT position, record_id, kind, learner_id, recorded_at, canonical, proof, checkpoint"
            " FROM read_parquet(?) ORDER BY position",
            [str(path)],
        )
        while part := found.fetchmany(CHUNK):
            leaves = []
            for position, record_id, kind, learner_id, _, canonical, proof, note in part:
                named, data = f"record #{record_id} at position {position}", bytes.fromhex(canonical)
                head = head or _opened(note, keys)
                leaf, path_up = leaf_hash(data), [bytes.fromhex(each) for each in proof]
                if not verify_inclusion(leaf, position, head.size, path_up, head.root):
                    raise Wrong(f"{named} was altered or never stood there: its proof does not lead to the signed head")
                if position <= before:
                    raise Wrong(f"{named} comes twice")
                sealed = json.loads(data[1:])
                if (sealed["kind"], sealed.get("learner_id")) != (kind, learner_id):
                    raise Wrong(f"{named} was altered: a column says other than the sealed bytes")
                before, largest, latest = position, max(largest, record_id), max(latest, sealed["recorded_at"])
                kinds[kind] = kinds.get(kind, 0) + 1
                leaves.append(Leaf(position, record_id, leaf))
            show(leaves)
    if head is None:
        raise Wrong("the file holds no record")
    return Archive(sum(kinds.values()), largest, head, datetime.fromisoformat(latest), kinds)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_rows(path: Path, records: QuerySet[LogRecord]) -> int:
    head = tree.latest_head()
    if head is None:
        raise tree.NothingSealed
    reader, written = tree.TreeReader(), 0
    with TemporaryDirectory() as folder:
        lines = Path(folder) / "rows.jsonl"
        with lines.open("w", encoding="utf-8") as file:
            part: list[LogRecord] = []
            for row in records.order_by("pk").iterator(CHUNK):
                part.append(row)
                if len(part) == CHUNK:
                    written += _write(file, part, head, reader)
                    part = []
            written += _write(file, part, head, reader)
        with duckdb.connect() as connection:
            columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
            connection.execute(f"CREATE TABLE rows ({columns})")
            if written:
                connection.execute("INSERT INTO rows SELECT * FROM read_json(?, format='newline_delimited', columns=?)",
                                   [str(lines), COLUMNS])  # fmt: skip
            _copy(connection, path)
    return written


def _copy(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    target = str(path).replace("'", "''")
    connection.execute(
        f"COPY (SELECT * FROM rows ORDER BY position) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"  # noqa: S608 — COPY takes no parameters; quotes are doubled
    )


def _write(file: Any, rows: list[LogRecord], head: tree.Head, reader: tree.TreeReader) -> int:
    places, written = tree.places_of(row.pk for row in rows), 0
    for row in rows:
        place = places.get(row.pk)
        if place is None or place.position >= head.size:
            continue
        proof = [each.hex() for each in reader.inclusion_proof(place.position, head.size)]
        told = {
            "position": place.position, "record_id": row.pk, "kind": row.kind, "learner_id": row.learner_id,
            "recorded_at": row.recorded_at.isoformat(), "canonical": bytes(row.canonical).hex(), "proof": proof,
            "checkpoint": head.note,
        }  # fmt: skip
        file.write(json.dumps(told) + "\n")
        written += 1
    return written


def _opened(note: str, keys: tuple[VerifierKey, ...]) -> Checkpoint:
    try:
        return opened(note, keys, verify_quickly)
    except BadNote as bad:
        raise Wrong(f"the head of the file: {bad}") from None
