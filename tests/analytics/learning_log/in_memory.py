"""A log in memory, as its tables would hold it: thousands can be made, spoilt, packed and verified in a minute.

The pack has the form of `queries.write_log_pack`, which test_tampering drives over real tables; the verifier is the real one.
"""

import io
import json
import random
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from analytics.domain.evidence import verify_pack
from analytics.domain.merkle import Frontier, leaf_hash
from analytics.domain.record import Record, canonical_bytes, utc_text
from analytics.learning_log.signer import Signer, verify_quickly

NOON = datetime(2026, 5, 9, 4, tzinfo=UTC)
KINDS = ("player.span_watched", "player.session_opened", "credit.hours_awarded", "accounts.signed_in")


@dataclass
class Row:
    """A stored record: columns for searching, the sealed bytes, and the hash kept beside them."""

    columns: dict[str, Any]
    canonical: bytes = b""
    kept_hash: bytes = b""

    def seal(self) -> None:
        """Write bytes and hash anew, in perfect form, from what the columns say."""
        told = self.columns
        self.canonical = canonical_bytes(
            Record(
                uuid=UUID(told["uuid"]),
                kind=told["kind"],
                actor_id=told["actor_id"],
                learner_id=told["learner_id"],
                subject=told["subject"],
                happened_at=datetime.fromisoformat(told["happened_at"]),
                recorded_at=datetime.fromisoformat(told["recorded_at"]),
                payload=told["payload"],
            )
        )
        self.kept_hash = leaf_hash(self.canonical)


@dataclass
class Place:
    """A stored place: which record, and the hash that the tree was built of."""

    position: int
    record_id: int
    placed_hash: bytes


@dataclass
class StoredLog:
    """All tables of a log. `left`: heads that left the house, the smallest first; nobody in the house can change them."""

    signer: Signer
    rows: dict[int, Row] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    heads: list[tuple[int, str]] = field(default_factory=list)
    unplaced: list[int] = field(default_factory=list)
    left: tuple[str, ...] = ()

    @property
    def left_size(self) -> int:
        """How many records the newest head that left the house covers."""
        return int(self.left[-1].split("\n")[1])

    def rebuild(self, *, sign: bool) -> None:
        """Build the tree anew over what the records say now; with the key, sign every head anew as well."""
        order = [place.record_id for place in self.places if place.record_id in self.rows]
        frontier, roots, places = Frontier(), {0: Frontier().root()}, []
        for position, record_id in enumerate(order):
            leaf = leaf_hash(self.rows[record_id].canonical)
            frontier.extend([leaf])
            places.append(Place(position, record_id, leaf))
            roots[position + 1] = frontier.root()
        self.places = places
        if sign:
            sizes = sorted({min(size, len(order)) for size, _ in self.heads})
            self.heads = [(size, self.signer.signed(size, roots[size])) for size in sizes]

    def cut(self, size: int) -> None:
        """Forget everything from a place on, heads and all."""
        for place in self.places[size:]:
            del self.rows[place.record_id]
        del self.places[size:]
        self.heads = [head for head in self.heads if head[0] <= size]


def honest_log(signer: Signer, dice: random.Random) -> StoredLog:
    """Return a log of random size under several heads; some of these, never none, have left the house."""
    log, frontier, left = StoredLog(signer), Frontier(), []
    sizes = sorted(dice.sample(range(2, 70), dice.randrange(2, 6)))
    for number in range(sizes[-1]):
        at = NOON + timedelta(seconds=number * 7, milliseconds=dice.randrange(1000))
        row = Row(
            {
                "uuid": str(UUID(int=dice.getrandbits(128))),
                "kind": dice.choice(KINDS),
                "actor_id": dice.choice((None, 7, 8, 9)),
                "learner_id": dice.choice((None, 7, 8, 9)),
                "subject": dice.choice(("", "高支模的搭设与验收", str(UUID(int=dice.getrandbits(128))))),
                "happened_at": utc_text(at),
                "recorded_at": utc_text(at + timedelta(milliseconds=40)),
                "payload": {"counted_ms": dice.randrange(300_000), "what": f"第{number}件", "ok": dice.random() < 0.5},
            }
        )
        row.seal()
        record_id = number * 2 + 1  # numbers of rolled-back deeds are missing, as they are in life
        log.rows[record_id] = row
        frontier.extend([row.kept_hash])
        log.places.append(Place(number, record_id, row.kept_hash))
        if number + 1 in sizes:
            log.heads.append((number + 1, signer.signed(number + 1, frontier.root())))
            left.append(log.heads[-1][1])
    log.left = tuple(
        sorted(dice.sample(left, dice.randrange(1, len(left) + 1)), key=lambda note: int(note.split("\n")[1]))
    )
    return log


def packed(log: StoredLog) -> io.BytesIO:
    """Return the whole log as the export writes it."""
    file = io.BytesIO()
    manifest = {
        "format": 1,
        "what": "log",
        "keys": [log.signer.key.text],
        "witnesses": [],
        "unplaced": log.unplaced,
    }
    with zipfile.ZipFile(file, "w") as pack:
        pack.writestr("manifest.json", json.dumps(manifest))
        pack.writestr("heads.jsonl", _lines({"note": note} for _, note in log.heads))
        pack.writestr(
            "records.jsonl",
            _lines(_told(log.rows[place.record_id], place) for place in log.places if place.record_id in log.rows),
        )
    return file


def verify(log: StoredLog) -> None:
    """Verify as an auditor does who has the bundle, the key, and the heads that left the house. Raises Wrong."""
    verify_pack(packed(log), keys=[log.signer.key], checkpoints=log.left, verify=verify_quickly)


def _told(row: Row, place: Place) -> dict[str, Any]:
    return {
        "id": place.record_id,
        "position": place.position,
        "canonical": b64encode(row.canonical).decode(),
        "kept_hash": b64encode(row.kept_hash).decode(),
        "placed_hash": b64encode(place.placed_hash).decode(),
        "columns": row.columns,
    }


def _lines(told: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in told)


def _some(log: StoredLog, dice: random.Random) -> Place:
    return log.places[dice.randrange(log.left_size)]


def _other_learner(row: Row) -> None:
    row.columns["learner_id"] = 4711


def edit_a_column(log: StoredLog, dice: random.Random) -> None:
    row = log.rows[_some(log, dice).record_id]
    name = dice.choice(sorted(row.columns))
    changed: dict[str, Any] = {
        "uuid": str(UUID(int=1)),
        "kind": "test.other_done",
        "actor_id": 4711,
        "learner_id": 4711,
        "subject": "另一个",
        "happened_at": utc_text(NOON - timedelta(days=1)),
        "recorded_at": utc_text(NOON - timedelta(days=1)),
        "payload": {**row.columns["payload"], "counted_ms": 300_000},
    }
    row.columns[name] = changed[name]


def edit_the_bytes(log: StoredLog, dice: random.Random) -> None:
    row = log.rows[_some(log, dice).record_id]
    data = bytearray(row.canonical)
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    row.canonical = bytes(data)


def edit_bytes_and_hash(log: StoredLog, dice: random.Random) -> None:
    row = log.rows[_some(log, dice).record_id]
    _other_learner(row)
    row.seal()


def edit_bytes_hash_and_place(log: StoredLog, dice: random.Random) -> None:
    place = _some(log, dice)
    row = log.rows[place.record_id]
    _other_learner(row)
    row.seal()
    place.placed_hash = row.kept_hash


def edit_and_rebuild(log: StoredLog, dice: random.Random) -> None:
    edit_bytes_and_hash(log, dice)
    log.rebuild(sign=False)


def delete_a_record(log: StoredLog, dice: random.Random) -> None:
    del log.rows[_some(log, dice).record_id]


def delete_with_its_place(log: StoredLog, dice: random.Random) -> None:
    place = _some(log, dice)
    del log.rows[place.record_id]
    log.places.remove(place)


def delete_and_close_the_gap(log: StoredLog, dice: random.Random) -> None:
    del log.rows[_some(log, dice).record_id]
    log.rebuild(sign=dice.random() < 0.5)


def insert_beside_the_sequencer(log: StoredLog, dice: random.Random) -> None:
    record_id = max(log.rows) + 1
    log.rows[record_id] = deepcopy(log.rows[_some(log, dice).record_id])
    log.unplaced.append(record_id)


def insert_into_the_past(log: StoredLog, dice: random.Random) -> None:
    row = deepcopy(log.rows[_some(log, dice).record_id])
    row.columns |= {"uuid": str(UUID(int=dice.getrandbits(128))), "learner_id": 4711}
    row.seal()
    record_id = max(log.rows) + 1
    log.rows[record_id] = row
    log.places.insert(dice.randrange(log.left_size), Place(0, record_id, row.kept_hash))
    log.rebuild(sign=dice.random() < 0.5)


def reorder(log: StoredLog, dice: random.Random) -> None:
    one, two = dice.sample(range(log.left_size), 2)
    log.places[one], log.places[two] = log.places[two], log.places[one]
    log.rebuild(sign=dice.random() < 0.5)


def swap_two_records(log: StoredLog, dice: random.Random) -> None:
    """Exchange the records of two places, and leave the places' hashes as they were."""
    one, two = (log.places[at] for at in dice.sample(range(log.left_size), 2))
    one.record_id, two.record_id = two.record_id, one.record_id


def swap_learners(log: StoredLog, dice: random.Random) -> None:
    """Give one learner's record to another, in columns, bytes, hashes and tree."""
    row = log.rows[_some(log, dice).record_id]
    row.columns["learner_id"] = 8 if row.columns["learner_id"] == 7 else 7
    row.seal()
    log.rebuild(sign=dice.random() < 0.5)


def cut_the_tail(log: StoredLog, dice: random.Random) -> None:
    log.cut(dice.randrange(log.left_size))


def cut_and_sign_the_rest(log: StoredLog, dice: random.Random) -> None:
    """The tail never was: the key signs what is left, as if it had always ended there."""
    log.cut(dice.randrange(1, log.left_size))
    log.heads.append((len(log.places), ""))
    log.rebuild(sign=True)


def restore_an_old_backup(log: StoredLog, dice: random.Random) -> None:
    """A state of the past, perfect in itself, from before the newest head that left the house."""
    older = [size for size, _ in log.heads if size < log.left_size]
    log.cut(dice.choice(older) if older else log.left_size - 1)


def rebuild_everything_with_the_key(log: StoredLog, dice: random.Random) -> None:
    edit_bytes_and_hash(log, dice)
    log.rebuild(sign=True)


def fork_with_the_key(log: StoredLog, dice: random.Random) -> None:
    """From some place under a head that left the house on, another past, sealed by the true key."""
    since = dice.randrange(log.left_size)
    for place in log.places[since:]:
        _other_learner(log.rows[place.record_id])
        log.rows[place.record_id].seal()
    log.rebuild(sign=True)


def forge_a_head(log: StoredLog, dice: random.Random) -> None:
    at = dice.randrange(len(log.heads))
    size, note = log.heads[at]
    log.heads[at] = (size, note.replace(f"\n{size}\n", f"\n{size + 1}\n", 1))


TAMPERINGS: tuple[Callable[[StoredLog, random.Random], None], ...] = (
    edit_a_column,
    edit_the_bytes,
    edit_bytes_and_hash,
    edit_bytes_hash_and_place,
    edit_and_rebuild,
    delete_a_record,
    delete_with_its_place,
    delete_and_close_the_gap,
    insert_beside_the_sequencer,
    insert_into_the_past,
    reorder,
    swap_two_records,
    swap_learners,
    cut_the_tail,
    cut_and_sign_the_rest,
    restore_an_old_backup,
    rebuild_everything_with_the_key,
    fork_with_the_key,
    forge_a_head,
)
