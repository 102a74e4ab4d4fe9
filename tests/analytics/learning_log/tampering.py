"""What a superuser of the database may try, who owns every table, and at worst the signing key too.

Each spoils the stored log at random and returns what a verifier must say of it (a regular expression).
"""

import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection

from analytics.domain.evidence import Wrong, verify_pack
from analytics.domain.merkle import Frontier, leaf_hash
from analytics.domain.note import parse_signature
from analytics.domain.record import Record, canonical_bytes
from analytics.learning_log import queries
from analytics.learning_log.models import LogNode, LogPosition, LogRecord, TreeHead
from analytics.learning_log.queries import whole
from analytics.learning_log.signer import Signer, verify_quickly
from tests.analytics.learning_log.witnessing import a_cosignature

TABLES = ("logrecord", "logarrival", "logposition", "lognode", "treehead", "cosignature")
REWRITTEN = "was rewritten, put in, taken out or moved|forked head"


@dataclass
class House:
    """The log under attack. left: heads that left the house, the smallest first."""

    left: list[str]
    signer: Signer
    at: datetime
    dice: random.Random = field(default_factory=lambda: random.Random(20260509))  # noqa: S311 — not a secret

    @property
    def left_size(self) -> int:
        """How many records the newest head that left the house covers."""
        return int(self.left[-1].split("\n")[1])

    def sealed_position(self) -> int:
        """Some position under a head that left the house."""
        return self.dice.randrange(self.left_size)


def packed(house: House) -> io.BytesIO:
    file = io.BytesIO()
    queries.write_log_pack(file, at=house.at)
    return file


def verify_bundle(house: House) -> None:
    """What an auditor does who has the bundle, the key, and heads from elsewhere. Raises Wrong."""
    try:
        pack = packed(house)
    except queries.NothingSealed:
        raise Wrong("there is no signed head, and two have left the house") from None
    verify_pack(pack, keys=[house.signer.key], checkpoints=house.left, verify=verify_quickly)


def verify_stored(house: House) -> None:
    whole.verify_whole(keys=[house.signer.key], brought=house.left, start=0, run=map, tell=lambda *_: None)


def let_a_superuser_write() -> None:
    """Put every trigger of the log to sleep."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE analytics_{table} DISABLE TRIGGER USER")


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))


def record_at(position: int) -> LogRecord:
    return LogRecord.objects.get(pk=LogPosition.objects.get(position=position).record_id)


def forged(record: LogRecord, learner_id: int) -> bytes:
    """The bytes of a record that never was, in perfect form."""
    return canonical_bytes(
        Record(record.uuid, record.kind, record.actor_id, learner_id, record.subject, record.happened_at,
               record.recorded_at, record.payload)
    )  # fmt: skip


def rewrite(record: LogRecord, learner_id: int) -> None:
    """Change the learner in column, bytes and hash alike."""
    data = forged(record, learner_id)
    sql("UPDATE analytics_logrecord SET learner_id = %s, canonical = %s, leaf_hash = %s WHERE id = %s",
        learner_id, data, leaf_hash(data), record.pk)  # fmt: skip


def rebuild(house: House, *, sign: bool) -> None:
    """Build the whole tree anew over what the records say now; with the key, sign every head anew as well."""
    order = list(LogPosition.objects.order_by("position").values_list("record_id", flat=True))
    bytes_of = {pk: bytes(data) for pk, data in LogRecord.objects.values_list("pk", "canonical")}
    order = [record_id for record_id in order if record_id in bytes_of]
    sizes = [min(size, len(order)) for size in TreeHead.objects.order_by("size").values_list("size", flat=True)]
    sql("DELETE FROM analytics_logposition")
    sql("DELETE FROM analytics_lognode")
    frontier, places, nodes, roots = Frontier(), [], [], {}
    for position, record_id in enumerate(order):
        leaf = leaf_hash(bytes_of[record_id])
        places.append(LogPosition(position=position, record_id=record_id, leaf_hash=leaf))
        nodes += frontier.extend([leaf])
        roots[position + 1] = frontier.root()
    LogPosition.objects.bulk_create(places)
    LogNode.objects.bulk_create([LogNode(level=level, index=index, hash=node) for level, index, node in nodes])
    if sign:
        sql("DELETE FROM analytics_treehead")
        for size in sorted(set(sizes)):
            TreeHead.objects.create(size=size, root=roots[size], signed_at=house.at,
                                    note=house.signer.signed(size, roots[size]), verifier_key=house.signer.key.text)  # fmt: skip


def edit_a_column(house: House) -> str:
    record = record_at(house.sealed_position())
    column, value = house.dice.choice(
        [("learner_id", "4711"), ("actor_id", "4711"), ("kind", "'test.other_done'"), ("subject", "'另一个'"),
         ("happened_at", "happened_at + interval '1 second'"), ("recorded_at", "recorded_at - interval '1 day'"),
         ("payload", "'{\"what\": \"别的\"}'"), ("uuid", "'00000000-0000-4000-8000-000000000000'")]
    )  # fmt: skip
    sql(f"UPDATE analytics_logrecord SET {column} = {value} WHERE id = %s", record.pk)  # noqa: S608 — the test's own
    return rf"record #{record.pk} at position \d+ was altered: the column {column}"


def edit_the_bytes(house: House) -> str:
    record = record_at(house.sealed_position())
    data = bytearray(record.canonical)
    data[house.dice.randrange(len(data))] ^= 1 << house.dice.randrange(8)
    sql("UPDATE analytics_logrecord SET canonical = %s WHERE id = %s", bytes(data), record.pk)
    return rf"record #{record.pk} at position \d+ was altered"


def edit_bytes_and_hash(house: House) -> str:
    record = record_at(house.sealed_position())
    rewrite(record, 4711)
    return f"record #{record.pk} at position .* is not the one that got this place|record #{record.pk} .* was altered"


def edit_bytes_hash_and_place(house: House) -> str:
    record = record_at(house.sealed_position())
    rewrite(record, 4711)
    sql(
        "UPDATE analytics_logposition SET leaf_hash = %s WHERE record_id = %s",
        leaf_hash(forged(record, 4711)),
        record.pk,
    )
    return REWRITTEN


def delete_a_record(house: House) -> str:
    position = house.sealed_position()
    sql("DELETE FROM analytics_logrecord WHERE id = %s", record_at(position).pk)
    return f"position {position} is missing|at position {position} is gone"


def delete_a_record_and_its_place(house: House) -> str:
    position = house.sealed_position()
    record = record_at(position)
    sql("DELETE FROM analytics_logrecord WHERE id = %s", record.pk)
    sql("DELETE FROM analytics_logposition WHERE position = %s", position)
    return f"position {position} is missing"


def take_a_record_out_and_close_the_gap(house: House) -> str:
    sql("DELETE FROM analytics_logrecord WHERE id = %s", record_at(house.sealed_position()).pk)
    rebuild(house, sign=False)
    return f"{REWRITTEN}|removed tail"


def insert_beside_the_sequencer(house: House) -> str:
    record = record_at(house.sealed_position())
    sql(
        "INSERT INTO analytics_logrecord (uuid, kind, actor_id, learner_id, subject, happened_at, recorded_at, payload,"
        " canonical, leaf_hash) SELECT gen_random_uuid(), kind, actor_id, learner_id, subject, happened_at, recorded_at,"
        " payload, canonical, leaf_hash FROM analytics_logrecord WHERE id = %s",
        record.pk,
    )
    return "has no place in the tree and waits for none"


def insert_into_the_past(house: House) -> str:
    """Put a record of perfect form somewhere in the middle, and renumber all that follow."""
    at, record = house.sealed_position(), record_at(house.sealed_position())
    data = forged(record, 4711)
    sql(
        "INSERT INTO analytics_logrecord (uuid, kind, actor_id, learner_id, subject, happened_at, recorded_at, payload,"
        " canonical, leaf_hash) VALUES (gen_random_uuid(), %s, %s, 4711, %s, %s, %s, %s, %s, %s)",
        record.kind, record.actor_id, record.subject, record.happened_at, record.recorded_at,
        json.dumps(record.payload), data, leaf_hash(data),
    )  # fmt: skip
    order = list(LogPosition.objects.order_by("position").values_list("record_id", flat=True))
    order.insert(at, LogRecord.objects.order_by("-pk").values_list("pk", flat=True)[0])
    arrange(order)
    rebuild(house, sign=False)
    return f"{REWRITTEN}|the column uuid"


def arrange(order: list[int]) -> None:
    sql("DELETE FROM analytics_logposition")
    LogPosition.objects.bulk_create(
        [LogPosition(position=position, record_id=record_id, leaf_hash=b"") for position, record_id in enumerate(order)]
    )


def reorder(house: House) -> str:
    order = list(LogPosition.objects.order_by("position").values_list("record_id", flat=True))
    first = house.sealed_position()
    second = house.dice.choice([at for at in range(house.left_size) if at != first])
    order[first], order[second] = order[second], order[first]
    arrange(order)
    rebuild(house, sign=False)
    return REWRITTEN


def swap_two_records(house: House) -> str:
    """Exchange the records of two places, and leave the places' hashes as they were."""
    one, two = sorted(house.dice.sample(range(house.left_size), 2))
    a, b = record_at(one).pk, record_at(two).pk
    sql("UPDATE analytics_logposition SET record_id = -1 WHERE position = %s", one)
    sql("UPDATE analytics_logposition SET record_id = %s WHERE position = %s", a, two)
    sql("UPDATE analytics_logposition SET record_id = %s WHERE position = %s", b, one)
    return f"swapped pair: the records at positions {one} and {two}"


def swap_learners(house: House) -> str:
    """Give one learner's hours to another, in columns, bytes, hashes and tree."""
    one = record_at(house.dice.randrange(house.left_size))
    rewrite(one, 8 if one.learner_id == 7 else 7)
    rebuild(house, sign=False)
    return REWRITTEN


def cut_the_tail(house: House) -> str:
    size = house.dice.randrange(house.left_size)
    cut(size)
    return f"removed tail|no signed head|{REWRITTEN}"


def cut(size: int) -> None:
    gone = list(LogPosition.objects.filter(position__gte=size).values_list("record_id", flat=True))
    sql("DELETE FROM analytics_logposition WHERE position >= %s", size)
    sql("DELETE FROM analytics_logrecord WHERE id = ANY(%s)", gone)
    sql("DELETE FROM analytics_lognode WHERE (index + 1) * 256 > %s", size)
    sql("DELETE FROM analytics_treehead WHERE size > %s", size)


def restore_an_old_backup(house: House) -> str:
    """The state of the first head, perfect in itself; what came later never happened."""
    cut(int(house.left[0].split("\n")[1]))
    return "removed tail"


def fork_from_an_old_backup(house: House) -> str:
    """The old state, and from there another past, sealed by the true key."""
    old = int(house.left[0].split("\n")[1])
    positions = LogPosition.objects.filter(position__gte=old).order_by("position").values_list("record_id", flat=True)
    for record_id in positions:
        rewrite(LogRecord.objects.get(pk=record_id), 4711)
    rebuild(house, sign=True)
    return "forked head"


def rebuild_everything_with_the_key(house: House) -> str:
    rewrite(record_at(house.sealed_position()), 4711)
    rebuild(house, sign=True)
    return "forked head"


def forge_a_head(house: House) -> str:
    head = TreeHead.objects.order_by("?")[0]
    note = head.note.replace(f"\n{head.size}\n", f"\n{head.size + 1}\n")
    sql("UPDATE analytics_treehead SET note = %s WHERE id = %s", note, head.pk)
    return "forged signature"


def forge_a_cosignature(house: House) -> str:
    head = TreeHead.objects.earliest("size")
    row = a_cosignature(head.note, head.size)
    at = house.dice.randrange(12, 84)  # inside of time and signature, past the key's id
    signature = parse_signature(row.line)
    value = bytearray(signature.value)
    value[at - 12] ^= 1
    row.line = replace(signature, value=bytes(value)).line
    row.save()
    return "forged cosignature"


TAMPERINGS: list[Callable[[House], str]] = [
    edit_the_bytes,
    edit_a_column,
    edit_bytes_and_hash,
    edit_bytes_hash_and_place,
    delete_a_record,
    delete_a_record_and_its_place,
    take_a_record_out_and_close_the_gap,
    insert_beside_the_sequencer,
    insert_into_the_past,
    reorder,
    swap_two_records,
    swap_learners,
    cut_the_tail,
    restore_an_old_backup,
    fork_from_an_old_backup,
    rebuild_everything_with_the_key,
    forge_a_head,
    forge_a_cosignature,
]
