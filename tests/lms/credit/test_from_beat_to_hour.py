"""The whole way without a browser: beats of a player, a sealed chunk, the bell, the ledger, the decision."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from analytics.learning_log.models import LogRecord
from lms.accounts import actions as accounts
from lms.accounts.queries import licences_of
from lms.credit import queries
from lms.credit.domain.terms import LedgerCategory
from lms.credit.models import CreditEntry
from player.domain.heartbeat import Beat
from player.watching.actions import BeatReport, close_session, report_beats
from player.watching.clock import to_ms
from tests import people
from tests.lms.credit.conftest import House
from tests.player.watching.conftest import Seals, open_with_keys

pytestmark = pytest.mark.django_db


def test_forty_seconds_of_watching_are_forty_seconds_of_credit(
    house: House, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    learner = people.learner()
    accounts.record_licence(
        holder=learner,
        post_code="site_civil",
        number="DEMO-0000-0001",
        issued_on=date(2026, 3, 10),
        region_code="500000",
        rule_set_code="demo",
        at=now,
        by=None,
    )
    lesson = house.formwork.lessons.get(position=1)
    with django_capture_on_commit_callbacks(execute=True):
        session = open_with_keys(learner_id=learner.pk, video_id=lesson.video_id, subject_uuid=lesson.uuid, at=now)
        seals = Seals(session)
        for seq, second in enumerate(range(0, 41, 5), start=1):
            beat = Beat(seq=seq, position_ms=second * 1000, playing=second < 40, leaving=False)
            at_ms = to_ms(session.opened_at) + (second + 2) * 1000
            (reply,) = report_beats([BeatReport(session.uuid, learner.pk, seals.seal(beat), at_ms)])
            assert reply.accepted
        close_session(session_uuid=session.uuid, learner_id=learner.pk, at=now + timedelta(seconds=45))
    confirmed = reply.counted_ms // 1000
    assert confirmed == 40
    entry = CreditEntry.objects.get(learner=learner)
    assert (entry.seconds, entry.category, entry.activity_day) == (40, "online_professional", date(2026, 5, 9))
    watched = LogRecord.objects.get(kind="player.span_watched", learner_id=learner.pk)
    assert entry.evidence["records"] == [watched.pk]
    (item,) = queries.decisions_of(learner.pk, date(2026, 5, 9))
    assert licences_of(learner.pk)[0] == item.licence
    assert item.current is not None
    assert dict(item.current.earned) == {LedgerCategory.ONLINE_PROFESSIONAL: Fraction(2, 3)}
    assert item.current.missing == {"online_general": 1, "online_professional": Fraction(4, 3)}
