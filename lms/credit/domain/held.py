"""Watching between face checks: what is trusted, what is held until somebody decides, what was refused in the end.

A failed check holds, it never voids: only the time since the last passed check waits, because a face may not be the
only way (人脸识别技术应用安全管理办法). All amounts are in one unit of the caller's choice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Resolution(StrEnum):
    """What became of held time. OPEN: nobody has decided; CONFIRMED: another way of proof, or a person, said yes."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Check:
    """A face check at a point of the watching, and whether it was passed in the end (a check has several tries)."""

    at: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """credited + held + refused = what was watched."""

    credited: int
    held: int
    refused: int


def trust(watched: int, checks: Iterable[Check], resolution: Resolution = Resolution.OPEN) -> Trust:
    """Return what of `watched` may count.

    Cases: before a passed check and after another → credited; between the last passed check and a failed one → in
    doubt; after a failed check until the end → in doubt, until a passed one clears what follows the failure. What is in
    doubt follows the resolution. Without a failed check everything counts. A check passed at the very moment of a
    failure clears it: it was another try.
    """
    passed: dict[int, bool] = {}
    for check in checks:
        at = min(check.at, watched)
        passed[at] = passed.get(at, False) or check.passed
    cleared = doubtful = 0
    failed_at: int | None = None
    for at, was_passed in sorted(passed.items()):
        if not was_passed:
            failed_at = at
            continue
        if failed_at is not None:
            doubtful += failed_at - cleared
        cleared, failed_at = at, None
    if failed_at is not None:
        doubtful += watched - cleared
    if resolution is Resolution.CONFIRMED:
        return Trust(watched, 0, 0)
    held, refused = (doubtful, 0) if resolution is Resolution.OPEN else (0, doubtful)
    return Trust(watched - doubtful, held, refused)
