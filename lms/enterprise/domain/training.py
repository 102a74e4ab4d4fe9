"""The life of a company's training, and how much of it a person was there for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """PLANNED: people may sign in at its time. SUBMITTED: waits for a reviewer. A rejected or accepted one is at its end."""

    PLANNED = "planned"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"

    @property
    def is_editable(self) -> bool:
        return self in (State.PLANNED, State.RETURNED)


class TrainingRefused(ValueError):
    """A deed that cannot be done. The sentence for `code` stands in lms.enterprise.sentences."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Stay:
    """When somebody signed in and out; None: not."""

    signed_in: datetime | None
    signed_out: datetime | None


def seconds_present(stay: Stay, *, starts_at: datetime, ends_at: datetime) -> int:
    """Return the whole seconds of the training that lie between signing in and out. Without both of them: none.

    >>> from datetime import timedelta
    >>> nine = datetime(2026, 5, 9, 9)
    >>> seconds_present(Stay(nine, nine + timedelta(hours=3)), starts_at=nine, ends_at=nine + timedelta(hours=2))
    7200
    """
    if stay.signed_in is None or stay.signed_out is None:
        return 0
    start, end = max(stay.signed_in, starts_at), min(stay.signed_out, ends_at)
    return max(0, int((end - start).total_seconds()))
