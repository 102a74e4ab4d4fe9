"""What a process knows of the sessions whose beats it has just written, so that it need not read them again.

Nothing rests on it: a row is written only where its version is still the one known here, and what was known wrongly is
read anew, under lock, and judged again. So any number of processes may write the same sessions.
"""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from player.watching.actions.sittings import Sitting

if TYPE_CHECKING:
    from player.watching.actions.beats import BeatReport
    from player.watching.actions.replies import Reply

MOST = 10_000


class Memory:
    """The sessions last written, at most so many. One thread takes and keeps; any may ask for the answer to a repeat.

    By the number of their uuid: it is looked up several times for each beat, and hashing the uuid itself is Python.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._sittings: dict[int, Sitting] = {}
        self._answers: dict[int, tuple[int, bytes, int, Reply]] = {}

    def take(self, uuids: Collection[UUID]) -> dict[UUID, Sitting]:
        """Return those known of these, and know them no more until they are kept again.

        Two that share a coverage are both left out: they must see what each other adds.
        """
        forget = self._sittings.pop
        found = {uuid: sitting for uuid in uuids if (sitting := forget(uuid.int, None))}
        if len({sitting.ground.coverage_id for sitting in found.values()}) < len(found):
            return {}
        return found

    def keep(self, sittings: Iterable[Sitting]) -> None:
        """Know these, as they were committed."""
        for sitting in sittings:
            sitting.forget_the_batch()
            self._sittings[sitting.uuid.int] = sitting
        while len(self._sittings) > self._most:
            del self._sittings[next(iter(self._sittings))]

    def answered(self, report: "BeatReport", reply: "Reply") -> None:
        """Know what the last beat of a session was answered."""
        beat = report.beat
        self._answers[report.session_uuid.int] = (beat.seq, beat.mac, report.learner_id, reply)
        while len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]

    def repeated(self, report: "BeatReport") -> "Reply | None":
        """Return the answer to a beat that was answered a moment ago and comes again; None for any other."""
        known = self._answers.get(report.session_uuid.int)
        beat = report.beat
        if known is None or known[:3] != (beat.seq, beat.mac, report.learner_id):
            return None
        return known[3]
