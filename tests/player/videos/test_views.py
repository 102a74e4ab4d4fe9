"""The editor's pages in the Wagtail admin: who gets in, who does not, and what they see."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from lms.accounts.models import User
from player.domain.source import Refusal
from player.videos import actions
from player.videos.models import State, Video
from tests import people
from tests.player.videos.conftest import FILM_LIKE, NOON, files_below

pytestmark = pytest.mark.django_db
LIST, UPLOAD, ROWS = "/admin/videos/", "/admin/videos/upload/", "/admin/videos/rows/"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form(data: bytes = FILM_LIKE, title: str = "高支模的搭设与验收") -> dict[str, object]:
    return {"title": title, "file": SimpleUploadedFile("lesson.mp4", data)}


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]  # the test client's own kind of response


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client) -> None:
    for url in (LIST, UPLOAD, ROWS):
        response = client.get(url)
        assert response.status_code == 302
        assert "login" in response.headers["Location"]


def test_an_outsider_sees_nothing_and_uploads_nothing(outsider: User, ready_video: Video) -> None:
    client = signed_in(outsider)
    for url in (LIST, UPLOAD, ROWS):
        assert client.get(url).status_code == 403
    assert client.post(UPLOAD, form()).status_code == 403
    assert client.post(f"/admin/videos/{ready_video.pk}/retry/").status_code == 403
    assert Video.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (people.instructor, 200),
        (people.administrator, 200),
        (people.learner, 403),
        (people.employer, 403),
        (people.outsider, 403),
    ],
)
def test_of_the_people_of_the_house_editors_get_in(who: Callable[[], User], status: int) -> None:
    """403: who has no business in the editors' desk is told so."""
    client = signed_in(who())
    assert client.get(UPLOAD).status_code == status
    assert client.get(LIST).status_code == status


def test_a_reader_sees_the_list_but_no_upload(reader: User, ready_video: Video) -> None:
    client = signed_in(reader)
    page = text_of(client.get(LIST))
    assert ready_video.title in page
    assert UPLOAD not in page
    assert client.get(UPLOAD).status_code == 403
    assert client.post(UPLOAD, form()).status_code == 403


def test_an_upload_waits_in_the_list_and_rings_for_a_worker(
    editor: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(actions, "process_video", rung.append)  # a worker's work; how it goes is tested with real films
    client = signed_in(editor)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(UPLOAD, form())
    assert response.status_code == 302
    video = Video.objects.get()
    assert rung == [video.pk]
    assert (video.title, video.uploaded_by) == ("高支模的搭设与验收", editor)
    page = text_of(client.get(LIST))
    assert "已上传《高支模的搭设与验收》" in page
    assert "排队中" in page
    assert f'data-video="{video.pk}" data-moving="yes"' in page


def test_a_script_is_told_where_to_go_and_the_message_waits_there(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(editor)
    response = client.post(UPLOAD, form(), headers={"X-Requested-With": "XMLHttpRequest"})
    assert (response.status_code, response.headers["Location"]) == (201, LIST)
    assert "已上传" in text_of(client.get(LIST))


BAD = [
    (b"", "文件是空的"),
    (b"#EXTM3U\n/var/lib/other.mp4\n", "这不是可识别的视频文件"),
    (FILM_LIKE + bytes(5000), "文件超过 4 KB 的上限"),
]


@pytest.mark.parametrize(("data", "sentence"), BAD, ids=["empty", "playlist", "too large"])
def test_a_refused_file_gets_its_reason_beside_the_field(
    data: bytes, sentence: str, editor: User, settings: Settings, tmp_path: Path
) -> None:
    settings.VIDEO_MAX_UPLOAD_BYTES = 4096
    response = signed_in(editor).post(UPLOAD, form(data))
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert files_below(tmp_path) == set()


def test_a_form_without_a_title_or_file_is_shown_again(editor: User) -> None:
    client = signed_in(editor)
    assert client.post(UPLOAD, {}).status_code == 422
    assert client.post(UPLOAD, form(title="高" * 201)).status_code == 422
    assert not Video.objects.exists()


def test_the_rows_show_progress_and_reasons(editor: User, take_in: Callable[[bytes], Video]) -> None:
    moving, failed = take_in(FILM_LIKE), take_in(FILM_LIKE)
    held = actions.claim_video(video_id=moving.pk, at=NOON)
    lost = actions.claim_video(video_id=failed.pk, at=NOON)
    assert held is not None
    assert lost is not None
    actions.report_progress(held, state=State.TRANSCODING, percent=42, at=NOON)
    actions.fail_video(lost, refusal=Refusal.NO_SPACE, at=NOON)
    page = text_of(signed_in(editor).get(ROWS, {"id": [moving.pk, failed.pk, 10**9]}))
    assert "转码中 42 %" in page
    assert 'value="42"' in page
    assert "服务器存储空间不足" in page
    assert f"/admin/videos/{failed.pk}/retry/" in page
    assert f'data-video="{failed.pk}" data-moving="no"' in page


@pytest.mark.parametrize("bad", ["x", "1;DROP", "-1", "9" * 40, "²"])
def test_bad_numbers_are_refused(bad: str, editor: User) -> None:
    assert signed_in(editor).get(ROWS, {"id": bad}).status_code == 400


def test_a_failed_video_is_tried_again_by_a_button(editor: User, take_in: Callable[[bytes], Video]) -> None:
    video = take_in(FILM_LIKE)
    held = actions.claim_video(video_id=video.pk, at=NOON)
    assert held is not None
    actions.fail_video(held, refusal=Refusal.INTERNAL, at=NOON)
    client = signed_in(editor)
    assert client.get(f"/admin/videos/{video.pk}/retry/").status_code == 405
    assert client.post(f"/admin/videos/{video.pk}/retry/").status_code == 302
    assert Video.objects.get().state == State.UPLOADED
    client.post(f"/admin/videos/{video.pk}/retry/")
    assert "现在不能重试" in text_of(client.get(LIST))


def test_titles_are_found_and_escaped(editor: User, take_in: Callable[[bytes], Video]) -> None:
    Video.objects.filter(pk=take_in(FILM_LIKE).pk).update(title="<script>alert(1)</script>")
    take_in(FILM_LIKE)
    page = text_of(signed_in(editor).get(LIST, {"q": "script"}))
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "高支模" not in page
    assert "没有标题包含" in text_of(signed_in(editor).get(LIST, {"q": "隧道"}))


def test_twenty_rows_cost_as_many_queries_as_two(
    editor: User, take_in: Callable[[bytes], Video], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(editor)
    for _ in range(2):
        take_in(FILM_LIKE)
    client.get(LIST)
    with django_assert_max_num_queries(100) as with_two:
        client.get(LIST)
    for _ in range(18):
        take_in(FILM_LIKE)
    with django_assert_max_num_queries(len(with_two)):
        client.get(LIST)


def test_the_second_page_has_the_rest(editor: User, take_in: Callable[[bytes], Video]) -> None:
    for _ in range(21):
        take_in(FILM_LIKE)
    client = signed_in(editor)
    assert text_of(client.get(LIST)).count("data-video=") == 20
    assert text_of(client.get(LIST, {"p": "2"})).count("data-video=") == 1
    assert text_of(client.get(LIST, {"p": "no page"})).count("data-video=") == 20
