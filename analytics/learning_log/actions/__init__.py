"""Writing the log: filing records, and giving them their places in the tree."""

from analytics.learning_log.actions.filing import (
    Draft,
    OutsideOfDeed,
    append,
    append_many,
    forget_label,
    put_labels,
)
from analytics.learning_log.actions.sequencing import (
    BATCH,
    LogBroken,
    Sequenced,
    Sequencer,
)

__all__ = [
    "BATCH",
    "Draft",
    "LogBroken",
    "OutsideOfDeed",
    "Sequenced",
    "Sequencer",
    "append",
    "append_many",
    "forget_label",
    "put_labels",
]
