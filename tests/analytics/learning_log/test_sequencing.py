"""Places in the tree: without a gap, none twice, none lost, whoever commits when and however many sequencers run."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from analytics.domain.merkle import EMPTY_ROOT, Tree, verify_consistency, verify_inclusion
from analytics.domain.note import opened
from analytics.learning_log import queries
from analytics.learning_log.actions import LogBroken, Sequenced, Sequencer
from analytics.learning_log.models import LogArrival, LogNode, LogPosition, LogRecord, TreeHead
from analytics.learning_log.queries import partitions
from analytics.learning_log.signer import Signer
from tests.analytics.conftest import Append

pytestmark = pytest.mark.django_db

AppendMany = Callable[..., list[LogRecord]]
Seal = Callable[[], Sequenced]


def whole_tree() -> Tree:
    """The tree over the records' bytes, in the order of their places."""
    order = LogPosition.objects.order_by("position").values_list("record_id", flat=True)
    bytes_of = dict(LogRecord.objects.values_list("pk", "canonical"))
    return Tree(bytes(bytes_of[record_id]) for record_id in order)


def assert_whole() -> None:
    """Every record has one place, every place one record, and the last head is over all of them."""
    positions = list(LogPosition.objects.order_by("position").values_list("position", "record_id"))
    assert [position for position, _ in positions] == list(range(len(positions)))
    assert sorted(record_id for _, record_id in positions) == sorted(LogRecord.objects.values_list("pk", flat=True))
    assert not LogArrival.objects.exists()
    tree = whole_tree()
    for head in TreeHead.objects.all():
        assert bytes(head.root) == tree.root(head.size)


def test_a_record_waits_until_it_gets_its_place(append: Append, seal: Seal) -> None:
    seal()
    record = append()
    assert queries.place_of(record.pk) is None
    assert queries.waiting_count() == 1
    done = seal()
    place = queries.place_of(record.pk)
    assert place is not None and place.position == done.size - 1 and place.leaf_hash == record.leaf_hash
    assert queries.waiting_count() == 0


def test_heads_are_signed_checkpoints_over_all_leaves(append_many: AppendMany, seal: Seal, signer: Signer) -> None:
    for count in (1, 2, 300, 7):
        append_many(count)
        seal()
        head = queries.latest_head()
        assert head is not None
        checkpoint = opened(head.note, [signer.key])
        assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (signer.origin, head.size, head.root)
    assert_whole()


def test_a_log_without_records_has_no_head(signer: Signer, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE analytics_logarrival DISABLE TRIGGER log_arrival_placed")
        cursor.execute("DELETE FROM analytics_logarrival")
    done = Sequencer(signer).sequence(at=now, sign_now=True)
    assert done == Sequenced(placed=0, size=0, head=None)
    assert queries.latest_head() is None and queries.TreeReader().root(0) == EMPTY_ROOT


def test_a_head_is_due_once_in_a_while(append: Append, signer: Signer, now: datetime) -> None:
    sequencer = Sequencer(signer)
    append()
    first = sequencer.sequence(at=now)
    append()
    soon = sequencer.sequence(at=now + timedelta(seconds=1))
    quiet = sequencer.sequence(at=now + timedelta(seconds=6))
    idle = sequencer.sequence(at=now + timedelta(minutes=6))
    assert first and soon and quiet and idle
    assert first.head and not soon.head and soon.placed == 1
    assert quiet.head and quiet.head.size == quiet.size
    assert idle.head is None, "a tree that has not grown needs no new head"


def test_batches_and_a_new_sequencer_go_on_where_the_last_one_stopped(
    append_many: AppendMany, signer: Signer, now: datetime
) -> None:
    append_many(700)
    one, two = Sequencer(signer), Sequencer(signer)
    placed = 0
    for turn in range(100):
        done = (one, two)[turn % 2].sequence(at=now + timedelta(seconds=10 * turn), batch=97)
        assert done is not None
        placed += done.placed
        if not done.placed:
            break
    assert placed >= 700
    assert LogNode.objects.filter(level=1).count() == placed // 256
    assert_whole()


def test_proofs_from_the_tables_are_those_of_the_whole_tree(append_many: AppendMany, seal: Seal) -> None:
    append_many(600)
    size = seal().size
    tree, reader = whole_tree(), queries.TreeReader()
    for position in (0, 1, 255, 256, 511, 512, size - 1):
        for within in (position + 1, size):
            proof = reader.inclusion_proof(position, within)
            assert proof == tree.inclusion_proof(position, within)
            assert verify_inclusion(tree.node(0, position), position, within, proof, tree.root(within))
    for size1 in (0, 1, 255, 256, 257, 512, size):
        proof = reader.consistency_proof(size1, size)
        assert proof == tree.consistency_proof(size1, size)
        assert verify_consistency(size1, size, tree.root(size1), tree.root(size), proof)


def test_a_proof_costs_few_queries(append_many: AppendMany, seal: Seal, django_assert_max_num_queries: Any) -> None:
    append_many(600)
    size = seal().size
    with django_assert_max_num_queries(5):
        queries.TreeReader().inclusion_proof(300, size)


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE analytics_logposition SET record_id = 1",
        "DELETE FROM analytics_logposition",
        "UPDATE analytics_lognode SET index = 1",
        "DELETE FROM analytics_lognode",
        "UPDATE analytics_treehead SET size = 1",
        "DELETE FROM analytics_treehead",
        "UPDATE analytics_cosignature SET line = ''",
        "DELETE FROM analytics_cosignature",
        "UPDATE analytics_logarrival SET record_id = 1",
        "DELETE FROM analytics_logarrival",
        "INSERT INTO analytics_logposition (position, record_id, leaf_hash) VALUES (1000000, 1, '')",
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_the_tree_is_insert_only(forbidden: str, role: str, append: Append, seal: Seal) -> None:
    seal()
    append()
    refused = pytest.raises(DatabaseError, match=r"append-only|only for its place|without a gap")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = {role}")
        cursor.execute(forbidden)


def test_every_table_of_the_log_refuses_truncation(signer: Signer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0"
            " AND tgrelid::regclass::text LIKE 'analytics_%'"
        )
        guarded = {table for (table,) in cursor.fetchall()}
    tables = {f"analytics_{name}" for name in
              ("logrecord", "logarrival", "logposition", "lognode", "treehead", "cosignature")}  # fmt: skip
    assert guarded == tables | {month.table for month in partitions.months()} | {"analytics_logrecord_other"}


def test_a_tree_that_was_changed_is_not_signed_on(
    append_many: AppendMany, signer: Signer, seal: Seal, now: datetime
) -> None:
    append_many(300)
    seal()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE analytics_logposition DISABLE TRIGGER log_position_no_change")
        cursor.execute("UPDATE analytics_logposition SET leaf_hash = sha256('another') WHERE position = 290")
        cursor.execute("ALTER TABLE analytics_logposition ENABLE ALWAYS TRIGGER log_position_no_change")
    append_many(1)
    with pytest.raises(LogBroken):
        Sequencer(signer).sequence(at=now, sign_now=True)
    assert queries.waiting_count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_record_that_commits_late_keeps_its_place_and_none_is_skipped(
    append: Append, append_many: AppendMany, seal: Seal
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    late: list[int] = []

    def slow_deed() -> None:
        try:
            with transaction.atomic():
                late.append(append().pk)
                begun.set()
                assert go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow_deed)
    thread.start()
    assert begun.wait(20)
    younger = append_many(5)
    assert min(record.pk for record in younger) > late[0]
    seal()
    assert queries.place_of(late[0]) is None
    places = [queries.place_of(record.pk) for record in younger]
    go_on.set()
    thread.join()
    seal()
    mine = queries.place_of(late[0])
    assert mine is not None
    assert all(place and place.position < mine.position for place in places)
    assert [queries.place_of(record.pk) for record in younger] == places
    assert_whole()


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_is_taken_back_leaves_no_gap(append: Append, append_many: AppendMany, seal: Seal) -> None:
    append_many(3)
    with pytest.raises(RuntimeError), transaction.atomic():
        append()
        raise RuntimeError("the deed failed")
    append_many(3)
    seal()
    assert_whole()


@pytest.mark.django_db(transaction=True)
def test_many_sequencers_and_many_writers_at_once(append_many: AppendMany, signer: Signer, now: datetime) -> None:
    over, failures = threading.Event(), []
    start = threading.Barrier(7)

    def sequence() -> None:
        sequencer = Sequencer(signer)
        start.wait()
        try:
            while not over.is_set():
                sequencer.sequence(at=now, batch=17, sign_now=True)
        except Exception as error:  # noqa: BLE001 — shown by the test
            failures.append(error)
        finally:
            connection.close()

    def write() -> None:
        start.wait()
        try:
            for count in range(1, 25):
                append_many(count)
        finally:
            connection.close()

    sequencers = [threading.Thread(target=sequence) for _ in range(3)]
    writers = [threading.Thread(target=write) for _ in range(4)]
    for thread in (*sequencers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in sequencers:
        thread.join()
    assert failures == []
    last = Sequencer(signer)
    while (done := last.sequence(at=now, sign_now=True)) and done.placed:
        pass
    assert LogRecord.objects.count() >= 4 * 300
    assert_whole()


@pytest.mark.django_db(transaction=True)
def test_the_command_seals_all_there_is(append_many: AppendMany, signer: Signer) -> None:
    append_many(10)
    call_command("sequence_log", "--once", stdout=open("/dev/null", "w"))  # noqa: SIM115 — nobody reads it
    assert_whole()
    assert TreeHead.objects.get().size >= 10
