"""What the demo's people watched today: through the product's own deeds, with the times at which a player would have sent them.

The films are read for the answers about them, as a player that fetched them would; nothing is written past the rules.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from content.queries import edition_outline
from lms.accounts.queries import find_by_sign_in_name
from lms.classroom.actions import open_lesson
from lms.classroom.presence import appeal_hold, follow_lesson
from lms.config.demo import data
from lms.config.demo.stories import ENROLLED_BEFORE
from lms.enrolment.actions import enrol
from player.domain.chain import first_mac, next_mac
from player.domain.heartbeat import Beat
from player.domain.possession import answer
from player.videos.queries import plain_segment, rendition_codes, stretch_starts_ms
from player.watching.actions import BeatReport, OpenSession, TooEarly, close_session, release_key, report_beats
from player.watching.clock import to_ms
from player.watching.evidence import checked
from player.watching.protocol import Proof
from player.watching.queries import open_question
from proctoring.actions import prove_check

if TYPE_CHECKING:
    from lms.accounts.models import User

BEAT = timedelta(seconds=5)
DEADLINE = timedelta(seconds=61)  # a check that nobody answers is missed after a minute

LONGEST = timedelta(minutes=5)


def watch(editions: Mapping[str, int], at: datetime, say: Callable[[str], None]) -> None:
    """Let everybody of people.yaml's `watched` watch what they watched. Each deed is a transaction of its own."""
    done = 0
    for viewing in data.viewings():
        learner = find_by_sign_in_name(viewing.username)
        if learner is None or viewing.topic not in editions:
            continue
        begins = at - timedelta(minutes=viewing.minutes_ago)
        enrol(learner=learner, edition_id=editions[viewing.topic], at=begins - ENROLLED_BEFORE, by=None)
        outline = edition_outline(editions[viewing.topic])
        assert outline is not None  # noqa: S101 — it was published a moment ago
        _sit(viewing, learner, outline.lessons[0].uuid, begins)
        done += 1
    say(f"今天的学习 {done} 次")


def _sit(viewing: data.Viewing, learner: "User", lesson_uuid: UUID, begins: datetime) -> None:
    session = open_lesson(learner=learner, lesson_uuid=lesson_uuid, at=begins)
    viewer = _Viewer(learner, session, begins)
    last_ms = min(viewing.seconds * 1000, session.duration_ms)
    viewer.beat(playing=True)
    while viewer.position_ms < last_ms and viewer.now < begins + LONGEST:
        hidden = viewing.hidden_from <= (viewer.now - begins).seconds < viewing.hidden_until
        viewer.play(last_ms, visible=not hidden)
        standing = follow_lesson(learner=learner, lesson_uuid=lesson_uuid, at=viewer.now)
        if standing is None or standing.check is None:
            continue
        viewer.beat(playing=False)  # the page stops the picture while it asks
        if viewing.presence == "proved":
            viewer.now += 3 * BEAT
            prove_check(
                check_uuid=standing.check.check_uuid, learner_id=learner.pk, way="phone", by=learner, at=viewer.now
            )
            viewer.beat(playing=True)
            continue
        viewer.now += DEADLINE
        standing = follow_lesson(learner=learner, lesson_uuid=lesson_uuid, at=viewer.now)
        if standing and standing.held and viewing.presence == "appealed":
            viewer.now += 3 * BEAT
            appeal_hold(learner=learner, hold_uuid=standing.held[0].uuid, words=viewing.words, at=viewer.now)
        break
    viewer.beat(playing=False)
    close_session(session_uuid=session.uuid, learner_id=learner.pk, at=viewer.now)


@dataclass(slots=True)
class _Viewer:
    """A player on a clock of its own. position_ms: where its film stands; visible: whether it was, until the next beat."""

    learner: "User"
    session: OpenSession
    now: datetime
    position_ms: int = 0
    seq: int = 0
    mac: bytes = b""
    _stretch: int = 0
    _starts_ms: tuple[int, ...] = field(default=())

    def __post_init__(self) -> None:
        self.mac = first_mac(self.session.beat_key, self.session.uuid)
        self._starts_ms = stretch_starts_ms(self.session.video_id)

    def play(self, last_ms: int, *, visible: bool) -> None:
        """Let a beat's time pass, and tell of it."""
        step = min(BEAT, timedelta(milliseconds=last_ms - self.position_ms))
        self.now += step
        self.position_ms += step // timedelta(milliseconds=1)
        if self.beat(playing=True, visible=visible):
            self.beat(playing=True, visible=visible)

    def beat(self, *, playing: bool, visible: bool = True) -> bool:
        """Send a beat; say whether the film was sent back, as to what ran out of sight."""
        self._fetch()
        self.seq += 1
        stretch = bisect_right(self._starts_ms, self.position_ms) - 1
        beat = Beat(seq=self.seq, position_ms=self.position_ms, playing=playing, visible=visible, stretch=stretch)
        self.mac = next_mac(self.session.beat_key, self.mac, beat)
        sealed = replace(beat, mac=self.mac)
        (told,) = report_beats([BeatReport(self.session.uuid, self.learner.pk, sealed, to_ms(self.now))])
        self._answer()
        if told.go_back_to_ms < 0:
            return False
        self.position_ms = told.go_back_to_ms
        return True

    def _fetch(self) -> None:
        """Ask for the keys that come next, as far as they are given."""
        while self._stretch < len(self._starts_ms):
            try:
                release_key(
                    session_uuid=self.session.uuid, learner_id=self.learner.pk, stretch=self._stretch, at=self.now
                )
            except TooEarly:
                return
            self._stretch += 1

    def _answer(self) -> None:
        """Answer what was asked about the film, from the film."""
        asked = open_question(self.session.uuid, self.learner.pk)
        if asked is None:
            return
        code = rendition_codes(asked.video_id)[-1]
        proof = Proof(
            asked.nonce, asked.segment, code, answer(asked.nonce, plain_segment(asked.video_id, code, asked.segment))
        )
        report = checked(
            proof, session_uuid=self.session.uuid, learner_id=self.learner.pk, received_at_ms=to_ms(self.now)
        )
        report_beats([report])
