"""The tables of this room: one noun a file."""

from lms.enterprise.models.desk import DeskJob, Posting, Reminder, RosterLine, Site, SiteManager
from lms.enterprise.models.imports import (
    ColumnMemory,
    ImportBatch,
    ImportRow,
    Invitation,
    RosterImport,
    TransferRequest,
)
from lms.enterprise.models.training import Attendance, Training

__all__ = [
    "Attendance",
    "ColumnMemory",
    "DeskJob",
    "ImportBatch",
    "ImportRow",
    "Invitation",
    "Posting",
    "Reminder",
    "RosterImport",
    "RosterLine",
    "Site",
    "SiteManager",
    "Training",
    "TransferRequest",
]
