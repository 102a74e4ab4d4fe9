"""A month of the log as a Parquet file with a proof for each record: readable by any tool, and still verifiable without us."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from analytics.domain.evidence import Wrong
from analytics.domain.merkle import leaf_hash, verify_inclusion
from analytics.domain.note import BadNote, Checkpoint, VerifierKey, opened
from analytics.learning_log.models import LogRecord
from analytics.learning_log.queries import tree
from analytics.learning_log.queries.packs import NothingSealed
from analytics.learning_log.signer import verify_quickly

CHUNK = 2_000
COLUMNS = {
    "position": "BIGINT", "record_id": "BIGINT", "kind": "VARCHAR", "learner_id": "BIGINT", "recorded_at": "VARCHAR",
    "canonical": "VARCHAR", "proof": "VARCHAR[]", "checkpoint": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Archive:
    """What a file holds, and by which head it is proved."""

    records: int
    head: Checkpoint


def write_month(path: Path, *, start: datetime, end: datetime) -> int:
    """Write the sealed records filed in [start, end) and return how many. Raises NothingSealed.

    canonical and proof are hexadecimal; `canonical` is the sealed bytes, all else is for searching. The signed head stands
    in every row, and takes no room: Parquet keeps it once.
    """
    head = tree.latest_head()
    if head is None:
        raise NothingSealed
    reader, written = tree.TreeReader(), 0
    rows = LogRecord.objects.filter(recorded_at__gte=start, recorded_at__lt=end).order_by("pk")
    with TemporaryDirectory() as folder:
        lines = Path(folder) / "rows.jsonl"
        with lines.open("w", encoding="utf-8") as file:
            part: list[LogRecord] = []
            for row in rows.iterator(CHUNK):
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
            target = str(path).replace("'", "''")
            copied = f"COPY (SELECT * FROM rows ORDER BY position) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"  # noqa: S608 — COPY takes no parameters; quotes are doubled
            connection.execute(copied)
    return written


def verify_month(path: Path, *, keys: tuple[VerifierKey, ...]) -> Archive:
    """Verify every record of a file by the head in it, which must be signed by one of the keys. Raises Wrong."""
    head, count, before = None, 0, -1
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT position, record_id, kind, learner_id, canonical, proof, checkpoint FROM read_parquet(?) ORDER BY position",
            [str(path)],
        )
        while part := found.fetchmany(CHUNK):
            for position, record_id, kind, learner_id, canonical, proof, note in part:
                named, data = f"record #{record_id} at position {position}", bytes.fromhex(canonical)
                head = head or _opened(note, keys)
                path_up = [bytes.fromhex(each) for each in proof]
                if not verify_inclusion(leaf_hash(data), position, head.size, path_up, head.root):
                    raise Wrong(f"{named} was altered or never stood there: its proof does not lead to the signed head")
                if position <= before:
                    raise Wrong(f"{named} comes twice")
                sealed = json.loads(data[1:])
                if (sealed["kind"], sealed.get("learner_id")) != (kind, learner_id):
                    raise Wrong(f"{named} was altered: a column says other than the sealed bytes")
                before, count = position, count + 1
    if head is None:
        raise Wrong("the file holds no record")
    return Archive(count, head)


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
