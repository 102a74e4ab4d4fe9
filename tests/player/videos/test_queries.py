"""Playlists, keys and facts, as the watching room asks for them."""

import pytest
from pytest_django import DjangoAssertNumQueries

from player.domain.stretch_keys import encrypt_segment, segment_iv
from player.domain.stretch_keys import stretch_key as derived
from player.videos import key_safe, media_store, queries
from player.videos.models import State, Video
from tests.player.videos.conftest import NOON

pytestmark = pytest.mark.django_db
MASTER = bytes(32)


def test_the_list_of_sizes_names_each_by_its_code_and_the_slides_last(ready_video: Video) -> None:
    lines = queries.multivariant_playlist(ready_video.pk).splitlines()
    assert lines[-1] == "slides.m3u8", "a player begins with the first, and must not begin with these"
    assert lines[-2].startswith("#EXT-X-STREAM-INF:BANDWIDTH=90000,")
    assert lines[-2].endswith('NAME="slides"')
    assert sorted(line for line in lines if line.endswith(".m3u8")) == ["360.m3u8", "720.m3u8", "slides.m3u8"]


def test_each_segment_has_its_own_iv_and_the_key_of_its_stretch(ready_video: Video) -> None:
    lines = queries.media_playlist(ready_video.pk, "360").splitlines()
    keys = [line for line in lines if line.startswith("#EXT-X-KEY")]
    assert len(keys) == 27
    assert 'URI="key/0"' in keys[5]
    assert 'URI="key/1"' in keys[6]
    assert 'URI="key/4"' in keys[26]
    assert keys[6].endswith(f"IV=0x{segment_iv(MASTER, code='360', segment=6).hex().upper()}")
    assert f"/media/videos/{ready_video.folder}/360/00026.ts" in lines
    assert lines[-1] == "#EXT-X-ENDLIST"


def test_the_master_key_is_in_no_playlist(ready_video: Video) -> None:
    text = queries.multivariant_playlist(ready_video.pk) + queries.media_playlist(ready_video.pk, "720")
    for n in range(5):
        assert derived(MASTER, n).hex() not in text.lower()
    assert MASTER.hex() not in text.lower()


def test_keys_are_counted_by_stretches_of_24_seconds(ready_video: Video) -> None:
    assert queries.stretch_count(ready_video.pk) == 5
    assert queries.stretch_key(ready_video.pk, 4) == derived(MASTER, 4)
    for beyond in (5, -1, 10**9):
        with pytest.raises(queries.NoSuchStretch):
            queries.stretch_key(ready_video.pk, beyond)


def test_stretches_and_segments_begin_at_these_media_times(ready_video: Video) -> None:
    assert queries.rendition_codes(ready_video.pk) == ("slides", "360", "720")
    assert queries.segment_starts_ms(ready_video.pk) == tuple(range(0, 27 * 4000, 4000))
    assert queries.stretch_starts_ms(ready_video.pk) == (0, 24_000, 48_000, 72_000, 96_000)


def test_stretches_follow_the_cuts_where_segments_differ_in_length(ready_video: Video) -> None:
    ready_video.renditions.update(segment_ms=[5000, 3000, 4000, 4000, 4500, 2500, 6000, 3000])
    assert queries.segment_starts_ms(ready_video.pk) == (0, 5000, 8000, 12_000, 16_000, 20_500, 23_000, 29_000)
    assert queries.stretch_starts_ms(ready_video.pk) == (0, 23_000)
    assert queries.stretch_count(ready_video.pk) == 2


def test_cuts_are_read_once_and_keys_in_one_query(
    ready_video: Video, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    queries.stretch_starts_ms(ready_video.pk)
    with django_assert_num_queries(0):
        queries.stretch_starts_ms(ready_video.pk)
        queries.segment_starts_ms(ready_video.pk)
        queries.rendition_codes(ready_video.pk)
    with django_assert_num_queries(1):
        queries.stretch_key(ready_video.pk, 4)


def test_a_segment_is_read_back_as_its_player_sees_it(
    ready_video: Video, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sealed = encrypt_segment(MASTER, code="720", segment=7, plain=b"pictures")
    media_store.write(ready_video.folder, media_store.segment_name("720", 7), sealed)
    with django_assert_num_queries(1):
        assert queries.plain_segment(ready_video.pk, "720", 7) == b"pictures"
    for code, n in (("720", 8), ("720", 27), ("720", -1), ("1080", 7), ("../720", 7), ("", 7)):
        with pytest.raises(queries.NoSuchSegment):
            queries.plain_segment(ready_video.pk, code, n)


def test_slides_have_ivs_of_their_own_and_share_the_keys(ready_video: Video) -> None:
    keys = {
        code: [line for line in queries.media_playlist(ready_video.pk, code).splitlines() if "EXT-X-KEY" in line]
        for code in ("slides", "360")
    }
    uris = {code: [line.split(",IV=")[0] for line in lines] for code, lines in keys.items()}
    assert uris["slides"] == uris["360"]
    assert not set(keys["slides"]) & set(keys["360"])


def test_thumbnails_are_told_with_their_sheets(
    ready_video: Video, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert queries.sprite_of(ready_video.pk) is None, "it was made before there were any"
    Video.objects.filter(pk=ready_video.pk).update(
        sprite_interval_ms=2000, sprite_count=101, sprite_width=160, sprite_height=90
    )
    with django_assert_num_queries(1):
        sprite = queries.sprite_of(ready_video.pk)
    folder = f"/media/videos/{ready_video.folder}"
    assert sprite == queries.SpriteFacts(
        2000, 101, 10, 10, 160, 90, (f"{folder}/sheet-01.jpg", f"{folder}/sheet-02.jpg")
    )
    with pytest.raises(queries.VideoNotReady):
        queries.sprite_of(10**9)


def test_a_playlist_and_a_key_cost_few_queries(
    ready_video: Video, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        queries.media_playlist(ready_video.pk, "720")
    with django_assert_num_queries(1):
        queries.multivariant_playlist(ready_video.pk)
    with django_assert_num_queries(1):
        queries.stretch_key(ready_video.pk, 0)


def test_a_video_that_is_not_ready_has_no_playlist_and_no_keys() -> None:
    video = Video.objects.create(title="高支模", uploaded_at=NOON)
    for ask in (
        queries.multivariant_playlist,
        queries.stretch_count,
        queries.stretch_starts_ms,
        queries.segment_starts_ms,
        queries.rendition_codes,
    ):
        with pytest.raises(queries.VideoNotReady):
            ask(video.pk)
    with pytest.raises(queries.NoSuchSegment):
        queries.plain_segment(video.pk, "360", 0)
    with pytest.raises(queries.VideoNotReady):
        queries.media_playlist(video.pk, "360")
    with pytest.raises(queries.VideoNotReady):
        queries.stretch_key(video.pk, 0)


def test_a_size_that_does_not_exist_has_no_playlist(ready_video: Video) -> None:
    with pytest.raises(queries.VideoNotReady):
        queries.media_playlist(ready_video.pk, "1080")


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
        key_safe.unseal(b"\x03" + sealed[1:], video_uuid=ready_video.uuid)


def test_state_labels_are_words() -> None:
    assert {str(State(value).label) for value in State.values} == {"排队中", "检查中", "转码中", "可以播放", "未能处理"}
