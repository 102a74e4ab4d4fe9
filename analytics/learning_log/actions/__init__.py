"""Writing the log: filing records, and giving them their places in the tree."""

from analytics.learning_log.actions.archiving import Disposed, NotYet, archive_month, dispose_of_month, make_months
from analytics.learning_log.actions.copying import as_jsonb, copy_rows, random_pieces, random_uuids
from analytics.learning_log.actions.cosigning import NotOurs, file_cosignature
from analytics.learning_log.actions.filing import (
    Draft,
    OutsideOfDeed,
    append,
    append_many,
    commit_words,
    forget_label,
    put_labels,
)
from analytics.learning_log.actions.in_batches import Concerned, append_alike, name_newcomers
from analytics.learning_log.actions.nightly import send_daily_head, verify_everything
from analytics.learning_log.actions.recordings import DisposedRecordings, dispose_of_recordings
from analytics.learning_log.actions.sequencing import (
    BATCH,
    LogBroken,
    Sequenced,
    Sequencer,
)

__all__ = [
    "BATCH",
    "Concerned",
    "Disposed",
    "DisposedRecordings",
    "Draft",
    "LogBroken",
    "NotOurs",
    "NotYet",
    "OutsideOfDeed",
    "Sequenced",
    "Sequencer",
    "append",
    "append_alike",
    "append_many",
    "archive_month",
    "as_jsonb",
    "commit_words",
    "copy_rows",
    "dispose_of_month",
    "dispose_of_recordings",
    "file_cosignature",
    "forget_label",
    "make_months",
    "name_newcomers",
    "put_labels",
    "random_pieces",
    "random_uuids",
    "send_daily_head",
    "verify_everything",
]
