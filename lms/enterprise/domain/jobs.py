"""What is done for many people at once, and where it stands."""

from datetime import timedelta
from enum import StrEnum

REST = timedelta(days=7)  # between two reminders of one person, by whichever company


class JobKind(StrEnum):
    """ENROL: seats and courses. REMIND: of what is missing. PAPERS: certificates as one ZIP."""

    ENROL = "enrol"
    REMIND = "remind"
    PAPERS = "papers"


class JobState(StrEnum):
    """QUEUED → RUNNING → DONE; FAILED: it stopped, `trouble` says why; CANCELLED: what was done until then stays done."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self not in (JobState.QUEUED, JobState.RUNNING)
