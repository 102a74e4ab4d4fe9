"""Giving records their places in the tree, and signing its heads. Only the sequencer's process calls this.

Any number of sequencers may run: each batch is one transaction that holds an advisory lock for its length. Who dies
leaves nothing half done, and the next one goes on within a second. See docs/adr/0013.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from psycopg.types.numeric import Int8

from analytics.domain.merkle import Frontier, OutOfTree
from analytics.learning_log.models import LogNode, TreeHead
from analytics.learning_log.queries import tree
from analytics.learning_log.queries.bound import bound_cursor
from analytics.learning_log.signer import Signer

BATCH = 2_000
HEAD_EVERY = timedelta(seconds=5)  # a head costs half a kilobyte for ever; a record waits no longer than this for one
# One number for all sequencers of a database; nobody else may use it.
LOCK = 0x7A7875_6C6F67
STATEMENT_MS, IDLE_MS = 5_000, 3_000  # a sequencer that hangs inside its batch is thrown out, and another takes over

TAKE_PLACES = """
WITH waiting AS (
    SELECT record_id FROM analytics_logarrival ORDER BY record_id LIMIT %(batch)b
), placed AS (
    INSERT INTO analytics_logposition (position, record_id, leaf_hash)
    SELECT %(size)b + row_number() OVER (ORDER BY record.id) - 1, record.id, record.leaf_hash
    FROM waiting JOIN analytics_logrecord record ON record.id = waiting.record_id
    RETURNING position, record_id, leaf_hash
), taken AS (
    DELETE FROM analytics_logarrival USING placed WHERE analytics_logarrival.record_id = placed.record_id
)
SELECT leaf_hash FROM placed ORDER BY position
"""


class LogBroken(RuntimeError):
    """The stored tree is not the one that was signed last: to go on would seal a forgery. `verify_log` says what is wrong."""


@dataclass(frozen=True, slots=True)
class Sequenced:
    """What one batch did. placed: records that got a place. size: leaves of the tree now. head: signed in this batch."""

    placed: int
    size: int
    head: tree.Head | None


@dataclass(slots=True)
class Sequencer:
    """Extends the tree. Keeps the frontier between batches, and reads it anew when another sequencer has gone on."""

    signer: Signer
    _frontier: Frontier = field(default_factory=Frontier)
    _head: tree.Head | None = None

    def sequence(self, *, at: datetime, batch: int = BATCH, sign_now: bool = False) -> Sequenced | None:
        """Give places to the next `batch` records that wait, and sign a head when one is due. One transaction.

        A head is due when the tree has grown and the last one is HEAD_EVERY old. sign_now: do not wait for that.
        Returns None when another sequencer is at it. Raises LogBroken.
        """
        with transaction.atomic(), bound_cursor(binary=True) as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(%s), set_config('statement_timeout', %s, true),"
                " set_config('idle_in_transaction_session_timeout', %s, true)",
                [LOCK, str(STATEMENT_MS), str(IDLE_MS)],
            )
            row = cursor.fetchone()
            if row is None or not row[0]:
                return None
            frontier, last = self._caught_up()
            cursor.execute(TAKE_PLACES, {"batch": Int8(batch), "size": Int8(frontier.size)})
            hashes = [leaf_hash for (leaf_hash,) in cursor.fetchall()]
            full = frontier.extend(hashes)
            if full:
                LogNode.objects.bulk_create(
                    [LogNode(level=level, index=index, hash=hash_) for level, index, hash_ in full]
                )
            new = None
            if _is_due(frontier, last, at, sign_now):
                new = self._sign(frontier, at)
        # Kept only now: a transaction that failed has changed nothing.
        self._frontier, self._head = frontier, new or last
        return Sequenced(len(hashes), frontier.size, new)

    def _caught_up(self) -> tuple[Frontier, tree.Head | None]:
        """Return the frontier of the stored tree, to be extended, and the last head. Raises LogBroken."""
        size, last = tree.size_and_head()
        same_head = (
            (last.id, last.root) == (self._head.id, self._head.root) if last and self._head else last is self._head
        )
        if same_head and self._frontier.size == size:
            return Frontier(size, list(self._frontier.peaks)), last
        reader = tree.TreeReader()
        try:
            if last and reader.root(last.size) != last.root:
                raise LogBroken(
                    f"the stored tree of {last.size} leaves is not the one that was signed at {last.signed_at}"
                )
            return Frontier(size, reader.peaks(size)), last
        except OutOfTree as missing:
            raise LogBroken(f"the stored tree lacks a part: {missing}") from missing

    def _sign(self, frontier: Frontier, at: datetime) -> tree.Head:
        root = frontier.root()
        note, key = self.signer.signed(frontier.size, root), self.signer.key.text
        row = TreeHead.objects.create(size=frontier.size, root=root, signed_at=at, note=note, verifier_key=key)
        return tree.Head(row.pk, row.size, root, at, note, key)


def _is_due(frontier: Frontier, last: tree.Head | None, at: datetime, sign_now: bool) -> bool:
    if frontier.size == (last.size if last else 0):
        return False
    return last is None or sign_now or abs(at - last.signed_at) >= HEAD_EVERY
