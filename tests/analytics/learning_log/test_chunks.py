"""A chunk is read as a few long strings of bytes: what could hide in them is found, what is honest passes the quick way."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from analytics.domain.evidence import Wrong
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogPosition, LogRecord, TreeHead
from analytics.learning_log.queries import blocks, tree, whole
from analytics.learning_log.queries.chunks import ChunkAsked, ChunkFound
from tests.analytics.learning_log.tampering import House, arrange, rebuild, record_at, sql

pytestmark = pytest.mark.django_db
AppendMany = Callable[..., list[LogRecord]]
Seal = Callable[[], Sequenced]


def verify(run: whole.Map = map) -> whole.WholeLog:
    return whole.verify_whole(keys=(), brought=(), start=0, run=run, tell=lambda *_: None)


AWKWARD: list[dict[str, Any]] = [
    {"subject": 'he said "no" \\ and left'},
    {"subject": "a tab\t, a line\nand a bell\x07\x1f\x7f"},
    {"subject": "学习 ' , : {} \u2028 \U0001f3d7"},
    {"subject": ""},
    {"actor_id": 1, "learner_id": 2**53 - 1},
    {"actor_id": None, "learner_id": None},
    {"payload": {"what": '"quoted", \\ and: {"not": "parsed"}'}},
    {"payload": {"what": "\x01\x1f \x7f \u2029 \U0001f3d7 /"}},
    {"payload": {"what": {"b": [1, [True, False, []], {}], "a": -(2**53 - 1), "aa": 0, "B.-:_": ""}}},
]


@pytest.mark.parametrize("said", AWKWARD, ids=str)
@pytest.mark.parametrize("ms", [0, 7, 100, 120, 999])
def test_whatever_may_be_filed_agrees_with_its_bytes_at_once(
    append_many: AppendMany, seal: Seal, said: dict[str, Any], now: datetime, ms: int
) -> None:
    at = now.replace(microsecond=ms * 1000)
    rows = append_many(2, **({"happened_at": at} | said))
    seal()
    assert [row[3] for row in blocks.filed_rows([row.pk for row in rows], compared=True)] == [True, True]
    assert verify().records == 2


def shifted(table: str, key: str, first: int, second: int) -> None:
    """Move the border between two hashes by a byte: lined up, they look as they did."""
    sql(
        f"UPDATE analytics_{table} one SET leaf_hash = CASE one.{key} WHEN %s THEN substr(one.leaf_hash, 1, 31)"  # noqa: S608 — the test's own
        f" ELSE substr(other.leaf_hash, 32) || one.leaf_hash END FROM analytics_{table} other"
        f" WHERE one.{key} IN (%s, %s) AND other.{key} = %s",
        first, first, second, first,
    )  # fmt: skip


def test_a_border_between_two_kept_hashes_cannot_be_moved(log: House) -> None:
    shifted("logrecord", "id", record_at(7).pk, record_at(8).pk)
    with pytest.raises(Wrong, match=f"record #{record_at(7).pk} at position 7 was altered"):
        verify()


def test_a_border_between_two_hashes_of_the_tree_cannot_be_moved(log: House) -> None:
    shifted("logposition", "position", 7, 8)
    with pytest.raises(Wrong, match=f"record #{record_at(7).pk} at position 7 was altered"):
        verify()


COLUMNS: list[tuple[str, str]] = [
    ("happened_at", "happened_at + interval '1 microsecond'"),
    ("happened_at", "happened_at - interval '1 microsecond'"),
    ("recorded_at", "recorded_at + interval '999 microseconds'"),
    ("payload", """payload || '{"more": 1}'"""),
    ("payload", """'{"what": true}'"""),
    ("payload", "'[]'"),
    ("subject", "subject || ' '"),
    ("kind", "kind || '\"'"),
    ("actor_id", "0"),
    ("learner_id", "NULL"),
]


@pytest.mark.parametrize(("column", "value"), COLUMNS)
def test_a_column_of_one_record_cannot_be_changed(log: House, column: str, value: str) -> None:
    record = record_at(41)
    sql(f"UPDATE analytics_logrecord SET {column} = {value} WHERE id = %s", record.pk)  # noqa: S608 — the test's own
    with pytest.raises(Wrong, match=rf"record #{record.pk} at position 41 was altered: the column {column}"):
        verify()


@pytest.mark.parametrize("column", ["payload", "subject", "kind", "happened_at", "uuid"])
def test_what_was_taken_out_of_a_column_is_missed(log: House, column: str) -> None:
    sql(f"ALTER TABLE analytics_logrecord ALTER COLUMN {column} DROP NOT NULL")
    record = record_at(41)
    sql(f"UPDATE analytics_logrecord SET {column} = NULL WHERE id = %s", record.pk)  # noqa: S608 — the test's own
    with pytest.raises(Wrong, match=rf"record #{record.pk} at position 41 was altered"):
        verify()


def test_places_may_be_in_another_order_than_numbers(log: House) -> None:
    """Who committed late has a place after those with larger numbers, and a number far below theirs."""
    order = list(LogPosition.objects.order_by("position").values_list("record_id", flat=True))
    arrange([*order[1:50], *order[60:], order[0], *order[50:60][::-1]])
    rebuild(log, sign=True)
    assert verify().records == len(order)
    record = record_at(len(order) - 1)
    sql("UPDATE analytics_logrecord SET learner_id = 4711 WHERE id = %s", record.pk)
    with pytest.raises(
        Wrong, match=rf"record #{record.pk} at position {len(order) - 1} was altered: the column learner"
    ):
        verify()


def test_numbers_far_apart_are_read_in_stretches() -> None:
    gap = blocks.WIDEST_GAP
    assert blocks.stretches([]) == []
    assert blocks.stretches([5]) == [(5, 5)]
    assert blocks.stretches([9, 5, 5 + gap]) == [(5, 5 + gap)]
    assert blocks.stretches([1, 3 * gap, 3 * gap + 2, 9 * gap]) == [(1, 1), (3 * gap, 3 * gap + 2), (9 * gap, 9 * gap)]


def test_a_log_that_grows_while_it_is_verified_raises_no_alarm(append_many: AppendMany, seal: Seal) -> None:
    """Heads that are signed meanwhile cover records that were not yet there."""

    def grown(check: Callable[[ChunkAsked], ChunkFound], asked: Iterable[ChunkAsked]) -> Iterable[ChunkFound]:
        append_many(300)
        seal()
        return map(check, asked)

    append_many(20)
    seal()
    first = verify(grown)
    assert (first.records, first.size, first.heads) == (20, 20, 1)
    assert verify().records == 320 and TreeHead.objects.count() == verify().heads


def test_only_what_is_under_the_last_head_read_is_asked_of_the_tree(
    append_many: AppendMany, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A head may be signed at any moment, also between reading the heads and reading how large the tree is."""
    append_many(20)
    seal()
    sizes = tree.head_sizes

    def while_another_signs() -> tuple[int, ...]:
        found = sizes()
        append_many(5)
        seal()
        return found

    monkeypatch.setattr(tree, "head_sizes", while_another_signs)
    assert verify().size == 25


def test_the_first_thing_that_is_wrong_in_bytes_that_are_no_json_is_named(log: House) -> None:
    record = record_at(3)
    data = bytes(record.canonical)
    spoilt = data[: data.index(b'"payload":') + 11] + b"}" * (len(data) - data.index(b'"payload":') - 11)
    sql("UPDATE analytics_logrecord SET canonical = %s WHERE id = %s", spoilt, record.pk)
    with pytest.raises(Wrong, match=re.escape(f"record #{record.pk} at position 3 was altered")):
        verify()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # the transaction goes on
