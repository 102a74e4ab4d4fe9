"""A new media key: every master key is sealed under it, whatever happens in between, and nobody who watches notices."""

import base64
import secrets
from io import StringIO
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from analytics.learning_log import queries as log
from player.videos import key_safe, queries
from player.videos.actions import reseal_master_keys
from player.videos.models import Video
from tests.player.videos.conftest import NOON

pytestmark = pytest.mark.django_db


def new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def sealed_as_in_version_1(master_key: bytes, key: str, video_uuid: UUID) -> bytes:
    nonce = secrets.token_bytes(12)
    return b"\x01" + nonce + AESGCM(base64.urlsafe_b64decode(key)).encrypt(nonce, master_key, video_uuid.bytes)


def video_with(master_key: bytes, sealed: bytes | None = None) -> Video:
    video = Video.objects.create(title="深基坑支护", uploaded_at=NOON)
    video.master_key_encrypted = sealed or key_safe.seal(master_key, video_uuid=video.uuid)
    video.save()
    return video


def change_key(settings: Settings) -> str:
    """Put a new key before the present one, and return the present one."""
    old = settings.MEDIA_KEY
    settings.MEDIA_KEYS_OLD = [old, *settings.MEDIA_KEYS_OLD]
    settings.MEDIA_KEY = new_key()
    return str(old)


def opened(video: Video) -> bytes:
    video.refresh_from_db()
    return key_safe.unseal(bytes(video.master_key_encrypted or b""), video_uuid=video.uuid)


def test_after_a_run_the_old_key_is_needed_no_more(settings: Settings, ready_video: Video) -> None:
    before = queries.stretch_key(ready_video.pk, 0)
    masters = {video_with(secret): secret for secret in (secrets.token_bytes(32) for _ in range(5))}
    change_key(settings)
    assert queries.stretch_key(ready_video.pk, 0) == before, "the old key opens until the run is done"
    resealed = reseal_master_keys(clock=lambda: NOON, batch=2)
    assert (resealed.count, resealed.unopened) == (6, ())
    settings.MEDIA_KEYS_OLD = []
    assert {video: opened(video) for video in masters} == masters
    assert queries.stretch_key(ready_video.pk, 0) == before


def test_a_second_run_finds_nothing_to_do(settings: Settings) -> None:
    video = video_with(bytes(32))
    change_key(settings)
    assert reseal_master_keys(clock=lambda: NOON).count == 1
    video.refresh_from_db()
    sealed = bytes(video.master_key_encrypted or b"")
    assert reseal_master_keys(clock=lambda: NOON).count == 0
    video.refresh_from_db()
    assert bytes(video.master_key_encrypted or b"") == sealed


def test_a_run_that_was_broken_off_is_gone_on_with(settings: Settings) -> None:
    videos = [video_with(bytes([n]) * 32) for n in range(5)]
    change_key(settings)

    def break_off(count: int) -> None:
        if count >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal_master_keys(clock=lambda: NOON, batch=2, on_batch=break_off)
    assert reseal_master_keys(clock=lambda: NOON, batch=2).count == 3
    settings.MEDIA_KEYS_OLD = []
    assert [opened(video) for video in videos] == [bytes([n]) * 32 for n in range(5)]


def test_what_no_key_opens_is_left_and_named(settings: Settings) -> None:
    stranger = video_with(bytes(32))
    settings.MEDIA_KEY = new_key()  # the one before was forgotten
    good = video_with(bytes(32))
    settings.MEDIA_KEYS_OLD = [settings.MEDIA_KEY]
    settings.MEDIA_KEY = new_key()
    out = StringIO()
    with pytest.raises(CommandError, match=f"视频 {stranger.pk}"):
        call_command("rotate_media_key", stdout=out)
    assert opened(good) == bytes(32)
    with pytest.raises(key_safe.KeyDoesNotOpen):
        opened(stranger)


def test_the_command_counts_and_the_log_remembers(settings: Settings) -> None:
    for n in range(3):
        video_with(bytes([n]) * 32)
    Video.objects.create(title="还没有密钥", uploaded_at=NOON)
    old = change_key(settings)
    out = StringIO()
    call_command("rotate_media_key", stdout=out)
    assert "完成：3 个" in out.getvalue()
    (record,) = log.records(log.RecordFilter(kinds=("player.media_keys_resealed",)), limit=10)
    assert record.record.payload == {"count": 3, "key_id": key_safe.current_key_id()}
    assert len(key_safe.current_key_id()) == 16
    for secret in (settings.MEDIA_KEY, old):
        assert secret not in str(record.record.payload) + out.getvalue()


def test_what_was_sealed_before_keys_had_names_still_opens(settings: Settings) -> None:
    old = settings.MEDIA_KEY
    video = Video.objects.create(title="旧视频", uploaded_at=NOON)
    video.master_key_encrypted = sealed_as_in_version_1(b"m" * 32, old, video.uuid)
    video.save()
    assert opened(video) == b"m" * 32
    change_key(settings)
    assert opened(video) == b"m" * 32
    assert reseal_master_keys(clock=lambda: NOON).count == 1
    settings.MEDIA_KEYS_OLD = []
    assert opened(video) == b"m" * 32


def test_version_1_is_brought_up_even_under_the_same_key(settings: Settings) -> None:
    video = Video.objects.create(title="旧视频", uploaded_at=NOON)
    video.master_key_encrypted = sealed_as_in_version_1(b"m" * 32, settings.MEDIA_KEY, video.uuid)
    video.save()
    assert reseal_master_keys(clock=lambda: NOON).count == 1
    assert opened(video) == b"m" * 32


@pytest.mark.parametrize("sealed", [b"\x02", b"\x02" + bytes(8), b"\x03" + bytes(68), b"\x01short", bytes(69), b"\x01"])
def test_bytes_that_are_no_sealed_key_do_not_open(sealed: bytes) -> None:
    with pytest.raises(key_safe.KeyDoesNotOpen):
        key_safe.unseal(sealed, video_uuid=UUID(int=7))


def test_a_sealed_key_cannot_be_given_another_name(settings: Settings) -> None:
    """Told that another key sealed it, GCM would only say that it is damaged; told by a version 1, likewise."""
    video = video_with(bytes(32))
    sealed = bytes(video.master_key_encrypted or b"")
    with pytest.raises(key_safe.KeyDoesNotOpen):
        key_safe.unseal(b"\x01" + sealed[key_safe.HEAD_BYTES :], video_uuid=video.uuid)


@pytest.mark.parametrize("bad", ["", "short", "中文", "A" * 43 + "=!", "A" * 40])
def test_a_media_key_that_cannot_be_meant_is_named(bad: str, settings: Settings) -> None:
    settings.MEDIA_KEY = bad
    with pytest.raises(ImproperlyConfigured, match="LMS_MEDIA_KEY"):
        key_safe.seal(bytes(32), video_uuid=UUID(int=7))
