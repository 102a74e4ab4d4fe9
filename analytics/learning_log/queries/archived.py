"""Which months have left the tables: told by the records of their leaving, the newest of which speaks for all before."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.domain.evidence import Wrong
from analytics.learning_log.log_kinds import MONTH_ARCHIVED
from analytics.learning_log.models import LogRecord
from analytics.learning_log.queries import tree
from analytics.learning_log.queries.months import Leaf


@dataclass(frozen=True, slots=True)
class Archived:
    """So many records, all with numbers below `until`, are in files or disposed of. Their hashes stay in the tree."""

    until: int = 0
    records: int = 0


def state() -> Archived:
    """Return what has left the tables so far. One query."""
    row = LogRecord.objects.filter(kind=MONTH_ARCHIVED).order_by("-pk").first()
    return Archived(row.payload["until"], row.payload["archived"]) if row else Archived()


def compare_with_tree(leaves: Sequence[Leaf]) -> None:
    """Compare records of a file with the places of the tree. Raises Wrong for the first that stands elsewhere or nowhere."""
    if not leaves:
        return
    placed = {place.position: place for place in tree.places(leaves[0].position, leaves[-1].position + 1)}
    for leaf in leaves:
        place = placed.get(leaf.position)
        if place is None or (place.record_id, place.leaf_hash) != (leaf.record_id, leaf.leaf_hash):
            raise Wrong(f"record #{leaf.record_id} of the file does not stand at position {leaf.position} of this log")
