"""What the demo's people watched today is counted like anybody's: by beats, keys, answers about the film, and checks."""

from collections import Counter
from datetime import datetime

import pytest
from django.conf import LazySettings

from analytics.learning_log.models import LogRecord
from content.actions import publish_edition
from content.models import Lesson
from lms.config.demo import data, desk, people, watched
from lms.credit.actions import load_rule_sets
from player.domain.stretch_keys import encrypt_segment
from player.models import Coverage, Video
from player.videos import key_safe, media_store
from proctoring.models import FaceCheck, Hold
from tests.content.shelf import AT, draft_edition, fill_shelf

SECONDS = 66
MASTER_KEY = bytes(range(32))


@pytest.fixture
def edition_id(db: None, settings: LazySettings, now: datetime) -> int:
    settings.DEMO, settings.DEMO_PASSWORD = True, "Zhuxue-2026"
    load_rule_sets(at=now)
    people.make_people(now, lambda line: None)
    desk.staff(now, lambda line: None)
    edition = draft_edition(
        fill_shelf().courses["site_civil-04"], hours="0.02", minutes_per_hour=45, seconds=(SECONDS,)
    )
    publish_edition(edition_id=edition.pk, at=AT, by=None)
    film(Video.objects.get(pk=Lesson.objects.get(edition=edition).video_id))
    return edition.pk


def film(video: Video) -> None:
    """Store the segments of a video, so that questions about it can be answered."""
    video.master_key_encrypted = key_safe.seal(MASTER_KEY, video_uuid=video.uuid)
    video.save()
    for n in range(len(video.renditions.get().segment_ms)):
        sealed = encrypt_segment(MASTER_KEY, code="360", segment=n, plain=b"film %d" % n)
        media_store.write(video.folder, media_store.segment_name("360", n), sealed)


def counted_ms(username: str) -> int:
    found = Coverage.objects.filter(learner__username=username).first()
    return found.counted_ms if found else 0


@pytest.mark.django_db(transaction=True)  # each deed is a transaction of its own
def test_what_was_watched_counts_and_what_was_missed_waits(edition_id: int, now: datetime) -> None:
    topics = {viewing.topic: edition_id for viewing in data.viewings()}
    watched.watch(topics, now, lambda line: None)
    for viewing in data.viewings():
        asked_of = viewing.presence in {"missed", "appealed"}  # these stop where nobody answers
        most = min(viewing.seconds, SECONDS)
        counted = counted_ms(viewing.username) / 1000
        assert 10 < counted < 30 if asked_of else most - 5 <= counted <= most, (viewing, counted)
    assert Counter(FaceCheck.objects.values_list("session__learner__username", "state")) == {
        ("yuanzi", "missed"): 1,
        ("mao", "missed"): 1,
        ("lin", "proved"): FaceCheck.objects.filter(state="proved").count(),
    }
    held = {hold.learner.username: hold for hold in Hold.objects.select_related("learner")}
    assert {name: hold.state for name, hold in held.items()} == {"yuanzi": "held", "mao": "held"}
    assert held["mao"].appealed_at and held["mao"].answer_due and not held["yuanzi"].appealed_at
    assert LogRecord.objects.filter(kind="player.span_watched", happened_at__gt=now).count() == 0
    refused = LogRecord.objects.filter(kind="player.watching_refused").values_list("payload__reason", flat=True)
    assert set(refused) == {"hidden"}


def test_names_and_people_are_there_once() -> None:
    names = Counter(row.username for row in data.learners(AT.date()))
    names.update(row.username for row in data.staff())
    assert [name for name, times in names.items() if times > 1] == []
