"""Where the objects rest: one table of JSON in SQLite, so that a demonstration goes on where it stopped."""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

Thing = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS things_of_kind ON things (kind, place);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    place INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0
);
"""


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def now() -> int:
    return int(time.time())


class Store:
    """Every request holds `lock` from its first read to its last write: two refunds at once cannot both see the old rest."""

    def __init__(self, path: Path | None = None) -> None:
        self.lock = RLock()
        self.db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        if path is not None:
            self.db.execute("PRAGMA journal_mode=WAL")
        self.db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one at a time. May be nested: the outermost decides."""
        with self.lock:
            if self.db.in_transaction:
                yield
                return
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def add(self, thing: Thing) -> Thing:
        values = (thing["id"], thing["object"], json.dumps(thing))
        self.db.execute("INSERT INTO things (id, kind, body) VALUES (?, ?, ?)", values)
        return thing

    def change(self, thing: Thing) -> Thing:
        self.db.execute("UPDATE things SET body = ? WHERE id = ?", (json.dumps(thing), thing["id"]))
        return thing

    def find(self, kind: str, identity: str) -> Thing | None:
        with self.lock:
            row = self.db.execute("SELECT body FROM things WHERE id = ? AND kind = ?", (identity, kind)).fetchone()
        return json.loads(row[0]) if row else None

    def page(self, kind: str, *, limit: int, after: str | None, before: str | None) -> tuple[list[Thing], bool]:
        """Return things newest first, and whether more follow. after, before: ids, as `starting_after`, `ending_before`."""
        clauses, values = ["kind = ?"], [kind]
        if after:
            clauses.append("place < (SELECT place FROM things WHERE id = ?)")
            values.append(after)
        if before:
            clauses.append("place > (SELECT place FROM things WHERE id = ?)")
            values.append(before)
        order = "ASC" if before else "DESC"
        question = f"SELECT body FROM things WHERE {' AND '.join(clauses)} ORDER BY place {order} LIMIT ?"  # noqa: S608 — clauses are ours
        with self.lock:
            rows = self.db.execute(question, (*values, limit + 1)).fetchall()
        found = [json.loads(row[0]) for row in rows[:limit]]
        return (found[::-1] if before else found), len(rows) > limit

    def all(self, kind: str) -> list[Thing]:
        with self.lock:
            rows = self.db.execute("SELECT body FROM things WHERE kind = ? ORDER BY place", (kind,)).fetchall()
        return [json.loads(row[0]) for row in rows]
