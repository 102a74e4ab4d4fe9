"""After a withdrawal nothing of a face is left, and a new place for faces cannot be forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection

from analytics.learning_log.models import LogRecord
from analytics.learning_log.queries import RecordFilter, records
from lms.accounts.models import User
from proctoring import actions, face_store, frames_gateway, person_keys
from proctoring.models import Consent, FaceIndex, FacePicture, FaceTemplate, FaceTry, PersonKey
from tests import people
from tests.proctoring.conftest import PASSED, Sitting, agree_and_enrol, worker_hands_over

PICTURE = b"\xff\xd8\xff" + b"a face that must not be found" + b"\xff\xd9"


def test_every_table_of_the_room_is_registered_as_holding_faces_or_none() -> None:
    tables = {f"table {model._meta.label}" for model in apps.get_app_config("proctoring").get_models()}
    registered = {name for name in face_store.STORES if name.startswith("table ")}
    assert registered | face_store.BARE == tables
    assert not registered & face_store.BARE


def test_columns_that_can_hold_a_face_stand_in_registered_tables() -> None:
    """A vector, or bytes without a name for something else, is a place for biometrics."""
    harmless = {"proctoring.FaceSession.sealed_seed"}
    for model in apps.get_app_config("proctoring").get_models():
        for field in model._meta.local_fields:
            kind = type(field).__name__
            if kind in {"BinaryField", "VectorField", "FileField", "ImageField"}:
                name = f"{model._meta.label}.{field.name}"
                assert name in harmless or f"table {model._meta.label}" in face_store.STORES, name


def test_a_store_outside_of_the_tables_is_registered() -> None:
    assert face_store.STORES["redis face:*"] is frames_gateway.forget_person


def test_withdrawing_leaves_no_byte_in_tables_or_queues(
    learner: User, sit: Callable[..., Sitting], now: datetime
) -> None:
    template = FaceTemplate.objects.filter(learner=learner).first()
    assert template is not None
    face_store.keep_picture(learner.pk, PICTURE, at=now, expires_at=None, template=template)
    sitting = sit()
    sitting.until_asked()
    sitting.tries(PASSED)
    worker_hands_over("ab" * 16, learner.pk, frames_gateway.Seen([b"landmarks of a face"], [PICTURE]))
    backup = bytes(FacePicture.objects.filter(template=template).latest("pk").sealed)
    vector = face_store.packed(face_store.templates_of(learner.pk, "geometry")[0])

    assert actions.withdraw_consent(learner=learner, at=now)

    for model in (FaceTemplate, FaceIndex, FacePicture, PersonKey):
        assert not model.objects.filter(learner=learner).exists()
    assert not FaceTry.objects.filter(check_asked__session__learner=learner, fingerprint__isnull=False).exists()
    assert frames_gateway.noted("ab" * 16) == ((), ())
    assert not found_anywhere(PICTURE) and not found_anywhere(vector)
    # What a backup holds is sealed, and the key is gone.
    with pytest.raises(person_keys.Erased):
        person_keys.key_of(learner.pk)
    for key in (person_keys.installation_key(), person_keys.key_for(learner.pk, now)):
        with pytest.raises(person_keys.DoesNotOpen):
            person_keys.unseal(key, backup, f"picture {learner.pk}")


def found_anywhere(needle: bytes) -> bool:
    """Search every byte column of the room for these bytes, and every vector in its own form."""
    with connection.cursor() as cursor:
        for model in apps.get_app_config("proctoring").get_models():
            for field in model._meta.local_fields:
                if type(field).__name__ == "BinaryField":
                    cursor.execute(
                        f"SELECT 1 FROM {model._meta.db_table} WHERE position(%s in {field.column}) > 0",  # noqa: S608 — names of our tables
                        [needle],
                    )
                    if cursor.fetchone():
                        return True
    return False


def test_hours_and_log_stay_when_a_face_goes(learner: User, sit: Callable[..., Sitting], now: datetime) -> None:
    sitting = sit()
    sitting.until_asked()
    sitting.tries(PASSED)
    before = set(LogRecord.objects.values_list("pk", "leaf_hash"))
    actions.withdraw_consent(learner=learner, at=now)
    after = dict(LogRecord.objects.values_list("pk", "leaf_hash"))
    assert all(after[number] == leaf for number, leaf in before)
    record = LogRecord.objects.latest("pk")
    assert record.kind == "proctoring.consent_withdrawn"
    assert record.payload["templates"] == 2


def test_one_persons_erasure_leaves_another_persons_face(learner: User, now: datetime) -> None:
    other = people.learner("别人")
    agree_and_enrol(other, now)
    actions.withdraw_consent(learner=learner, at=now)
    assert len(face_store.templates_of(other.pk, "geometry")) == 2
    assert FaceIndex.objects.filter(learner=other).count() == 2


def test_a_restored_house_finds_no_template_whose_key_is_gone(learner: User, now: datetime) -> None:
    """An older copy of the tables comes back, the keys do not."""
    rows = list(
        FaceTemplate.objects.filter(learner=learner).values("sealed", "model_name", "model_version", "lighting")
    )
    actions.withdraw_consent(learner=learner, at=now)
    for row in rows:
        FaceTemplate.objects.create(learner=learner, made_at=now, **row)
    face_store.rebuild_index()
    assert not FaceTemplate.objects.filter(learner=learner).exists()
    assert not FaceIndex.objects.filter(learner=learner).exists()


def test_the_index_is_in_no_backup_of_the_write_ahead_log(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'proctoring_faceindex'")
        assert cursor.fetchone() == ("u",)


def test_a_lost_index_is_made_anew_from_the_sealed_templates(learner: User, now: datetime) -> None:
    before = {row.template_id: list(row.embedding) for row in FaceIndex.objects.filter(learner=learner)}
    FaceIndex.objects.all().delete()
    assert face_store.rebuild_index() == len(before)
    assert {row.template_id: list(row.embedding) for row in FaceIndex.objects.all()} == before


def test_agreeing_twice_is_agreeing_once_and_old_words_are_refused(learner: User, now: datetime) -> None:
    actions.give_consent(learner=learner, version="2026-1", at=now)
    assert Consent.objects.filter(learner=learner).count() == 1
    with pytest.raises(actions.OldWords):
        actions.give_consent(learner=learner, version="2020-1", at=now)


def test_pictures_expire_and_the_verdict_stays(learner: User, sit: Callable[..., Sitting], now: datetime) -> None:
    sitting = sit()
    sitting.until_asked()
    sitting.tries(PASSED)
    kept = FacePicture.objects.filter(face_try__isnull=False)
    assert kept.count() == 2
    assert actions.expire_pictures(at=kept[0].expires_at) == 2  # type: ignore[arg-type]  # those of a check expire
    assert FaceTry.objects.get(passed=True).scores == {"yaw": 21.0}
    (told,) = records(RecordFilter(kinds=("proctoring.pictures_expired",)), limit=5)
    assert (told.record.payload["pictures"], told.record.learner_id) == (2, None)
    assert actions.expire_pictures(at=now + timedelta(days=3650)) == 0, "those of the enrolment stay"
    assert len(records(RecordFilter(kinds=("proctoring.pictures_expired",)), limit=5)) == 1


def test_a_face_is_compared_by_the_index_or_by_the_sealed_templates_alike(learner: User, now: datetime) -> None:
    own = face_store.templates_of(learner.pk, "geometry")
    stranger = tuple(-value for value in own[0])
    by_index = face_store.nearness(learner.pk, "geometry", [*own, stranger])
    assert by_index[: len(own)] == pytest.approx([1.0] * len(own), abs=1e-5) and by_index[-1] < 0.9
    FaceIndex.objects.all().delete()
    assert face_store.nearness(learner.pk, "geometry", [*own, stranger]) == pytest.approx(by_index, abs=1e-5)
    assert face_store.nearness(learner.pk, "another", own) == []
    face_store.erase(learner.pk)
    assert face_store.nearness(learner.pk, "geometry", own) == []
