"""One learner's evidence pack: what an auditor takes away, proves the hours elsewhere, and shows what was changed."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from analytics.domain.evidence import Wrong, verify_pack
from analytics.domain.merkle import leaf_hash
from analytics.learning_log import actions as log
from analytics.learning_log import kinds
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from analytics.learning_log.signer import Signer
from lms.accounts.models import User
from tests.analytics.conftest import Append, Person
from tests.analytics.learning_log.tampering import let_a_superuser_write, sql

pytestmark = pytest.mark.django_db
Seal = Callable[[], Sequenced]

LESSON = "11111111-1111-4111-8111-111111111111"
LEARNER = 77


def watched(at: datetime, *spans: tuple[int, int]) -> LogRecord:
    """File watched stretches of the lesson, as the player does."""
    counted = sum(end - start for start, end in spans)
    with transaction.atomic():
        return log.append(
            kind="player.span_watched",
            actor_id=LEARNER,
            learner_id=LEARNER,
            happened_at=at,
            subject=LESSON,
            payload={
                "session_uuid": LESSON, "subject_uuid": LESSON, "video_uuid": LESSON, "spans": [list(span) for span in spans],
                "counted_ms": counted, "wall_from": at.isoformat(), "wall_until": (at + timedelta(minutes=5)).isoformat(),
                "beats": 60,
            },
        )  # fmt: skip


def awarded(at: datetime, day: str, seconds: int, seen: int, **more: Any) -> LogRecord:
    """File an award, as credit does."""
    with transaction.atomic():
        return log.append(
            kind="credit.hours_awarded",
            actor_id=None,
            learner_id=LEARNER,
            happened_at=at,
            subject=LESSON,
            payload={
                "entry_uuid": LESSON, "category": "online_general", "seconds": seconds, "activity_day": day, "state": "valid",
                "source_kind": "video", "source_ref": LESSON, "post_code": "", "records": [seen], "log_record_id": seen, **more,
            },
        )  # fmt: skip


def published(at: datetime, duration_ms: int) -> None:
    """File the edition that tells the lesson's length."""
    fields: dict[str, Any] = {
        "edition_uuid": LESSON, "edition_id": 1, "course_title": "课", "number": 1, "category": "general", "post_code": "",
        "topic_id": "t", "declared_hours": "1", "minutes_per_hour": 45,
        "lessons": [{"lesson_uuid": LESSON, "video_id": 1, "duration_ms": duration_ms}],
    }  # fmt: skip
    kind = kinds.find("content.edition_published")
    assert kind is not None
    with transaction.atomic():
        log.append(kind=kind.name, actor_id=1, happened_at=at,
                   payload={name: fields.get(name, "x") for name in kind.fields})  # fmt: skip


@pytest.fixture
def studied(now: datetime, append_many: Callable[..., list[LogRecord]]) -> None:
    """Two days of watching, some of it twice and some past the lesson's end, and what was awarded for it."""
    published(now, 600_000)
    append_many(20)
    first = watched(now, (0, 200_500))
    awarded(now, "2026-05-09", 200, first.pk)
    append_many(5, learner_id=LEARNER)
    second = watched(now + timedelta(days=1), (100_000, 300_500), (550_000, 650_000))
    awarded(now + timedelta(days=1), "2026-05-10", 150, second.pk)


def taken(client: Client, learner_id: int = LEARNER) -> io.BytesIO:
    answer = client.get(reverse("audit:evidence", args=[learner_id]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith(f'attachment; filename="evidence-{learner_id}-')
    return io.BytesIO(answer.getvalue())


def test_a_pack_proves_the_hours(client: Client, auditor: User, studied: None, seal: Seal, signer: Signer) -> None:
    size = seal().size
    client.force_login(auditor)
    shown = verify_pack(taken(client), keys=[signer.key])
    assert (shown.what, shown.size, shown.records) == ("learner", size, 10)
    (lesson,) = shown.hours
    assert lesson.supported == lesson.awarded == {"2026-05-09": 200, "2026-05-10": 150}
    look = LogRecord.objects.get(kind="audit.evidence_packed")
    assert (look.actor_id, look.learner_id, look.payload) == (auditor.pk, LEARNER, {"records": 10, "size": size})


def test_an_hour_that_nobody_watched_is_named(
    client: Client, auditor: User, studied: None, now: datetime, seal: Seal
) -> None:
    third = watched(now + timedelta(days=2), (300_500, 301_500))
    awarded(now + timedelta(days=2), "2026-05-11", 3_600, third.pk)
    seal()
    client.force_login(auditor)
    with pytest.raises(Wrong, match=f"lesson {LESSON}, 2026-05-11: the records support 1 s, 3600 s were awarded"):
        verify_pack(taken(client))


def test_what_was_changed_since_is_named(client: Client, auditor: User, studied: None, seal: Seal) -> None:
    seal()
    let_a_superuser_write()
    record = LogRecord.objects.filter(learner_id=LEARNER, kind="player.span_watched").earliest("pk")
    data = bytes(record.canonical).replace(b"200500", b"999999")
    sql("UPDATE analytics_logrecord SET canonical = %s, leaf_hash = %s WHERE id = %s", data, leaf_hash(data), record.pk)
    client.force_login(auditor)
    with pytest.raises(Wrong, match=f"record #{record.pk} at position .* was altered or never stood there"):
        verify_pack(taken(client))
    page = client.get(reverse("audit:record", args=[record.pk])).content.decode()
    assert "证明通不到签名检查点" in page


def test_another_learners_record_in_the_pack_is_refused(
    client: Client, auditor: User, studied: None, seal: Seal
) -> None:
    seal()
    let_a_superuser_write()
    sql("UPDATE analytics_logrecord SET learner_id = 78 WHERE learner_id = %s", LEARNER)
    client.force_login(auditor)
    with pytest.raises(Wrong, match="is of another learner"):
        verify_pack(taken(client, 78))


def test_a_pack_holds_no_name_and_carries_its_verifier(
    client: Client,
    auditor: User,
    studied: None,
    person: Person,
    seal: Seal,
) -> None:
    log.put_labels(kind="person", texts={str(LEARNER): "砖小明"})
    seal()
    client.force_login(auditor)
    with zipfile.ZipFile(taken(client)) as pack:
        assert set(pack.namelist()) == {"manifest.json", "README.txt", "verify.py", "heads.jsonl", "records.jsonl"}
        assert "砖小明" not in "".join(pack.read(name).decode() for name in pack.namelist())
        assert json.loads(pack.read("manifest.json"))["learner_id"] == LEARNER


def test_without_sealed_records_there_is_no_pack(client: Client, auditor: User, append: Append, seal: Seal) -> None:
    append(learner_id=LEARNER)
    client.force_login(auditor)
    address = reverse("audit:evidence", args=[LEARNER])
    assert client.get(address).status_code == 404
    seal()
    assert client.get(reverse("audit:evidence", args=[999_999])).status_code == 404
    assert client.get(address).status_code == 200


def test_outsiders_get_no_pack(client: Client, person: Person, studied: None, seal: Seal) -> None:
    seal()
    address = reverse("audit:evidence", args=[LEARNER])
    assert client.get(address).status_code == 302
    client.force_login(person())
    assert client.get(address).status_code == 403
    assert not LogRecord.objects.filter(kind="audit.evidence_packed").exists()


def test_a_records_page_shows_its_proof(client: Client, auditor: User, append: Append, seal: Seal) -> None:
    record = append(learner_id=LEARNER)
    client.force_login(auditor)
    address = reverse("audit:record", args=[record.pk])
    assert "还在等待入树" in client.get(address).content.decode()
    seal()
    page = client.get(address).content.decode()
    assert "证明从封存内容一直通到" in page
    assert "log.example/tests" in page and reverse("audit:evidence", args=[LEARNER]) in page
