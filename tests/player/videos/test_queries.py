"""Playlists, keys and facts, as the watching room asks for them."""

import pytest
from pytest_django import DjangoAssertNumQueries

from player.domain.stretch_keys import segment_iv
from player.domain.stretch_keys import stretch_key as derived
from player.videos import key_safe, queries
from player.videos.models import State, Video
from tests.player.videos.conftest import NOON

pytestmark = pytest.mark.django_db
MASTER = bytes(32)


def test_the_list_of_sizes_names_each_by_its_height(ready_video: Video) -> None:
    lines = queries.multivariant_playlist(ready_video.pk).splitlines()
    assert sorted(line for line in lines if line.endswith(".m3u8")) == ["360.m3u8", "720.m3u8"]


def test_each_segment_has_its_own_iv_and_the_key_of_its_stretch(ready_video: Video) -> None:
    lines = queries.media_playlist(ready_video.pk, 360).splitlines()
    keys = [line for line in lines if line.startswith("#EXT-X-KEY")]
    assert len(keys) == 27
    assert 'URI="key/0"' in keys[5]
    assert 'URI="key/1"' in keys[6]
    assert 'URI="key/4"' in keys[26]
    assert keys[6].endswith(f"IV=0x{segment_iv(MASTER, height=360, segment=6).hex().upper()}")
    assert f"/media/videos/{ready_video.folder}/360/00026.ts" in lines
    assert lines[-1] == "#EXT-X-ENDLIST"


def test_the_master_key_is_in_no_playlist(ready_video: Video) -> None:
    text = queries.multivariant_playlist(ready_video.pk) + queries.media_playlist(ready_video.pk, 720)
    for n in range(5):
        assert derived(MASTER, n).hex() not in text.lower()
    assert MASTER.hex() not in text.lower()


def test_keys_are_counted_by_stretches_of_24_seconds(ready_video: Video) -> None:
    assert queries.stretch_count(ready_video.pk) == 5
    assert queries.stretch_key(ready_video.pk, 4) == derived(MASTER, 4)
    for beyond in (5, -1, 10**9):
        with pytest.raises(queries.NoSuchStretch):
            queries.stretch_key(ready_video.pk, beyond)


def test_a_playlist_and_a_key_cost_few_queries(
    ready_video: Video, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        queries.media_playlist(ready_video.pk, 720)
    with django_assert_num_queries(1):
        queries.multivariant_playlist(ready_video.pk)
    with django_assert_num_queries(1):
        queries.stretch_key(ready_video.pk, 0)


def test_a_video_that_is_not_ready_has_no_playlist_and_no_keys() -> None:
    video = Video.objects.create(title="高支模", uploaded_at=NOON)
    for ask in (queries.multivariant_playlist, queries.stretch_count):
        with pytest.raises(queries.VideoNotReady):
            ask(video.pk)
    with pytest.raises(queries.VideoNotReady):
        queries.media_playlist(video.pk, 360)
    with pytest.raises(queries.VideoNotReady):
        queries.stretch_key(video.pk, 0)


def test_a_size_that_does_not_exist_has_no_playlist(ready_video: Video) -> None:
    with pytest.raises(queries.VideoNotReady):
        queries.media_playlist(ready_video.pk, 1080)


def test_facts_of_many_videos_cost_one_query(
    ready_video: Video, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    waiting = Video.objects.create(title="高支模", uploaded_at=NOON)
    with django_assert_num_queries(1):
        facts = queries.videos_by_id([ready_video.pk, waiting.pk, 10**9])
    assert set(facts) == {ready_video.pk, waiting.pk}
    assert facts[ready_video.pk].duration_ms == 107_200
    assert not facts[waiting.pk].is_ready
    assert facts[waiting.pk].poster_url == ""
    assert queries.video_facts(10**9) is None
    assert [found.id for found in queries.ready_videos()] == [ready_video.pk]


def test_a_sealed_key_opens_only_for_its_own_video(ready_video: Video) -> None:
    other = Video.objects.create(title="别的", uploaded_at=NOON)
    sealed = bytes(ready_video.master_key_encrypted or b"")
    assert MASTER not in sealed
    assert key_safe.unseal(sealed, video_uuid=ready_video.uuid) == MASTER
    with pytest.raises(key_safe.KeyDoesNotOpen):
        key_safe.unseal(sealed, video_uuid=other.uuid)
    with pytest.raises(key_safe.KeyDoesNotOpen):
        key_safe.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), video_uuid=ready_video.uuid)
    with pytest.raises(key_safe.KeyDoesNotOpen):
        key_safe.unseal(b"\x02" + sealed[1:], video_uuid=ready_video.uuid)


def test_state_labels_are_words() -> None:
    assert {str(State(value).label) for value in State.values} == {"排队中", "检查中", "转码中", "可以播放", "未能处理"}
