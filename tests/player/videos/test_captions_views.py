"""The editor's pages of captions and chapters, and the captions as the player asks for them: who gets in, and what is said."""

import html
import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lms.accounts.models import User
from player.videos import actions, captions
from player.videos.captions_models import CaptionVersion
from player.videos.chapters import chapters_of
from player.videos.models import Video
from tests import people
from tests.player.videos.conftest import NOON
from tests.player.videos.test_captions import ROWS, VTT, save
from tests.player.videos.test_views import signed_in

pytestmark = pytest.mark.django_db
CUE = ["0:01", "0:02.5", "立杆底部 < 0.2 m"]


def page_of(video: Video, rest: str = "") -> str:
    return f"/admin/videos/{video.pk}/{rest}"


def text_of(response: object) -> str:
    return html.unescape(response.content.decode())  # type: ignore[attr-defined]  # the test client's own kind of response


def vtt_file(data: bytes | str = VTT, name: str = "a.vtt") -> dict[str, object]:
    content = data.encode() if isinstance(data, str) else data
    return {"language": "zh-Hans", "file": SimpleUploadedFile(name, content)}


def table(*rows: list[str], over: int = 0) -> dict[str, str]:
    return {"mode": "table", "over": str(over), "rows": json.dumps(rows)}


def doors(video: Video) -> list[tuple[str, str]]:
    deeds = ("chapters/", "captions/", "captions/en/", "captions/en/convert/", "captions/en/remove/")
    return [
        ("get", page_of(video)),
        ("get", page_of(video, "captions/en/")),
        *(("post", page_of(video, d)) for d in deeds),
    ]


def knock(client: Client, video: Video) -> list[int]:
    return [getattr(client, method)(url).status_code for method, url in doors(video)]


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, ready_video: Video) -> None:
    assert knock(client, ready_video) == [302] * 7
    assert "login" in client.get(page_of(ready_video)).headers["Location"]


@pytest.mark.parametrize("who", [people.learner, people.employer, people.auditor, people.outsider])
def test_people_of_other_trades_stay_outside(who: Callable[[], User], ready_video: Video) -> None:
    assert knock(signed_in(who()), ready_video) == [403] * 7


def test_an_outsider_in_the_desk_sees_and_changes_nothing(outsider: User, ready_video: Video) -> None:
    assert knock(signed_in(outsider), ready_video) == [403] * 7


def test_a_reader_sees_but_changes_nothing(reader: User, ready_video: Video) -> None:
    save(ready_video)
    actions.save_chapters(video_id=ready_video.pk, rows=ROWS, by=None, at=NOON)
    client = signed_in(reader)
    assert knock(client, ready_video) == [200, *[403] * 6]
    page = text_of(client.get(page_of(ready_video)))
    assert "00:00:30.000 架体" in page
    assert "captions/zh-Hans/" not in page
    assert client.post(page_of(ready_video, "captions/"), vtt_file()).status_code == 403


@pytest.mark.parametrize("who", [people.instructor, people.administrator])
def test_editors_get_in(who: Callable[[], User], ready_video: Video) -> None:
    client = signed_in(who())
    assert client.get(page_of(ready_video)).status_code == 200
    assert client.get(page_of(ready_video, "captions/en/")).status_code == 200


def test_a_foreign_page_cannot_post(captioner: User, ready_video: Video) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(captioner)
    assert client.post(page_of(ready_video, "captions/"), vtt_file()).status_code == 403
    assert not CaptionVersion.objects.exists()


def test_what_does_not_exist_is_404(captioner: User, ready_video: Video) -> None:
    client = signed_in(captioner)
    assert client.get("/admin/videos/999999/").status_code == 404
    for url in ("captions/tlh/", "captions/zh-hans/"):
        assert client.get(page_of(ready_video, url)).status_code == 404
    for url in ("captions/tlh/convert/", "captions/tlh/remove/"):
        assert client.post(page_of(ready_video, url)).status_code == 404


def test_an_uploaded_file_stands_in_the_list(captioner: User, ready_video: Video) -> None:
    client = signed_in(captioner)
    response = client.post(page_of(ready_video, "captions/"), vtt_file(), follow=True)
    page = text_of(response)
    assert "已保存简体中文字幕：第 1 版，1 条。" in page
    assert captions.tracks_of(ready_video.pk)[0].url in page
    client.post(page_of(ready_video, "captions/"), vtt_file("1\n00:00:01,000 --> 00:00:02,000\n一\n", "b.srt"))
    assert CaptionVersion.objects.order_by("-number")[0].text == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n一\n"


HOSTILE: list[tuple[str, bytes | str, str]] = [
    ("empty", b"", "看不出是 WebVTT 或 SRT 字幕"),
    ("binary", bytes(range(256)) * 20, "这不是可识别的文本文件"),
    ("a film", b"\x00\x00\x00\x18ftypisom" + bytes(500), "这不是可识别的文本文件"),
    ("NUL", VTT.replace("立", "\x00"), "这不是可识别的文本文件"),
    ("10 MB", b"WEBVTT\n\n" + b"a" * 10 * 1024 * 1024, "字幕超过 1 MB 的上限"),
    ("a bomb of cues", "WEBVTT\n\n" + "00:01.000 --> 00:02.000\na\n\n" * 20_001, "字幕超过 20000 条的上限"),
    ("a page", "<html><script>alert(1)</script></html>", "看不出是 WebVTT 或 SRT 字幕"),
    ("a script in a cue", VTT.replace("立杆", "<script>x</script>"), "第 4 行：不能用标记 <script>"),
    ("an image in a cue", VTT.replace("立杆", "<img src=x onerror=alert(1)>"), "第 4 行：不能用标记 <img>"),
    ("a style sheet", VTT.replace("\n\n", "\n\nSTYLE\n::cue{}\n\n"), "第 3 行：不支持 STYLE 块"),
    ("out of order", VTT + "\n00:00.500 --> 00:00.900\n二\n", "第 6 行：开始时间早于上一条（00:00:01.000）"),
    ("backwards", VTT.replace("00:02", "00:00"), "第 3 行：结束时间必须晚于开始时间"),
    ("past the end", VTT.replace("00:02", "09:00"), "第 3 行：超出了视频的结尾（00:01:47.200）"),
]


@pytest.mark.parametrize(("data", "sentence"), [h[1:] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_a_hostile_upload_is_refused_with_its_reason(
    data: bytes | str, sentence: str, captioner: User, ready_video: Video
) -> None:
    response = signed_in(captioner).post(page_of(ready_video, "captions/"), vtt_file(data))
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert b"<script>x</script>" not in response.content
    assert b"onerror=alert(1)>" not in response.content
    assert not CaptionVersion.objects.exists()


def test_an_upload_with_faults_is_opened_in_the_editor(captioner: User, ready_video: Video) -> None:
    bad = VTT.replace("立杆", "<blink>立杆</blink>")
    page = text_of(signed_in(captioner).post(page_of(ready_video, "captions/"), vtt_file(bad)))
    assert bad in page
    assert 'data-mode="text"' in page


def test_an_upload_without_file_or_language_is_shown_again(captioner: User, ready_video: Video) -> None:
    client = signed_in(captioner)
    for bad in ({}, {"language": "tlh"}, {**vtt_file(), "language": "tlh"}):
        assert client.post(page_of(ready_video, "captions/"), bad).status_code == 422


def test_the_table_is_saved(captioner: User, ready_video: Video) -> None:
    client = signed_in(captioner)
    assert client.post(page_of(ready_video, "captions/en/"), table(CUE)).status_code == 302
    assert CaptionVersion.objects.get().text == ("WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n立杆底部 &lt; 0.2 m\n")
    page = client.get(page_of(ready_video, "captions/en/"))
    assert page.context["rows"] == [["00:00:01.000", "00:00:02.500", "立杆底部 < 0.2 m"]]
    assert page.context["draft"].over == 1


def test_the_text_is_saved(captioner: User, ready_video: Video) -> None:
    sent = {"mode": "text", "over": "0", "text": VTT.replace("\n", "\r\n")}
    assert signed_in(captioner).post(page_of(ready_video, "captions/en/"), sent).status_code == 302
    assert CaptionVersion.objects.get().cue_count == 1


def test_nothing_typed_is_lost_when_it_is_refused(captioner: User, ready_video: Video) -> None:
    client = signed_in(captioner)
    rows = [CUE, ["bald", "0:03", "</script><script>alert(1)</script>"]]
    response = client.post(page_of(ready_video, "captions/en/"), table(*rows))
    assert response.status_code == 422
    assert response.context["rows"] == rows
    assert [(p["cue"], p["field"]) for p in response.context["problems"]] == [(2, "text"), (2, "start")]
    assert "第 2 条：开始时间写法不对" in text_of(response)
    assert b"<script>alert" not in response.content
    text = VTT.replace("00:02", "soon")
    response = client.post(page_of(ready_video, "captions/en/"), {"mode": "text", "text": text})
    assert (response.status_code, response.context["draft"].text) == (422, text)


def test_whoever_is_overtaken_is_told_and_may_save_all_the_same(captioner: User, ready_video: Video) -> None:
    save(ready_video, language="en")
    client = signed_in(captioner)
    response = client.post(page_of(ready_video, "captions/en/"), table(CUE, over=0))
    assert (response.status_code, response.context["rows"]) == (409, [CUE])
    assert "有人保存了第 1 版" in text_of(response)
    assert client.post(page_of(ready_video, "captions/en/"), table(CUE, over=1)).status_code == 302
    assert [row.number for row in captions.versions_of(ready_video.pk, "en")] == [2, 1]


def test_an_older_version_is_taken_up_again(captioner: User, ready_video: Video) -> None:
    save(ready_video, language="en")
    save(ready_video, VTT.replace("立杆", "横杆"), language="en")
    page = signed_in(captioner).get(page_of(ready_video, "captions/en/?version=1"))
    assert "立杆" in page.context["draft"].text
    assert page.context["draft"].over == 2
    for odd in ("9", "x", "-1", "²", "9" * 50):
        assert signed_in(captioner).get(page_of(ready_video, f"captions/en/?version={odd}")).status_code == 200


@pytest.mark.parametrize(
    "rows", ["", "{}", "null", "[1]", '[["1","2"]]', '[["1","2",3]]', '["abc"]', "[" * 100_000, '[["1","2","x"]', "NaN"]
)
def test_rows_that_are_not_ours_are_a_bad_request(rows: str, captioner: User, ready_video: Video) -> None:
    client = signed_in(captioner)
    for url in ("captions/en/", "captions/en/convert/"):
        assert client.post(page_of(ready_video, url), {"mode": "table", "rows": rows}).status_code == 400
    assert not CaptionVersion.objects.exists()


def test_both_forms_are_turned_into_each_other_and_nothing_is_saved(captioner: User, ready_video: Video) -> None:
    client = signed_in(captioner)
    found = client.post(page_of(ready_video, "captions/en/convert/"), table(CUE)).json()
    assert found["text"] == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n立杆底部 &lt; 0.2 m\n"
    again = client.post(page_of(ready_video, "captions/en/convert/"), {"mode": "text", "text": found["text"]}).json()
    assert again["rows"] == [["00:00:01.000", "00:00:02.500", "立杆底部 < 0.2 m"]]
    refused = client.post(page_of(ready_video, "captions/en/convert/"), {"mode": "text", "text": "x"})
    assert (refused.status_code, refused.json()["problems"][0]["line"]) == (422, 1)
    assert not CaptionVersion.objects.exists()


def test_captions_are_removed_by_a_button(captioner: User, ready_video: Video) -> None:
    save(ready_video)
    client = signed_in(captioner)
    url = page_of(ready_video, "captions/zh-Hans/remove/")
    assert client.get(url).status_code == 405
    assert "刚刚被修改过" in text_of(client.post(url, {"over": "x"}, follow=True))
    assert "已移除简体中文字幕" in text_of(client.post(url, {"over": "1"}, follow=True))
    assert captions.tracks_of(ready_video.pk) == ()


def test_chapters_are_saved_and_faults_stand_beside_their_fields(captioner: User, ready_video: Video) -> None:
    client = signed_in(captioner)
    url = page_of(ready_video, "chapters/")
    sent = {"start": ["0:30", "", "0"], "title": ["架体", "", "立杆"]}
    assert "已保存 2 个章节" in text_of(client.post(url, sent, follow=True))
    assert [chapter.title for chapter in chapters_of(ready_video.pk)] == ["立杆", "架体"]
    response = client.post(url, {"start": ["0:10", "0:10", "9:00"], "title": ["<b>甲", "乙", ""]})
    page = text_of(response)
    assert response.status_code == 422
    assert b'value="&lt;b&gt;' in response.content
    for sentence in ("上面已有一章从这个时间开始", "开始时间在视频结尾之后", "没有标题"):
        assert sentence in page
    assert len(chapters_of(ready_video.pk)) == 2
    assert client.post(url, {"start": ["1", "2"], "title": ["甲"]}).status_code == 400
    assert client.post(url, {"start": ["1"] * 401, "title": ["甲"] * 401}).status_code == 400
    too_many = {"start": [str(n / 10) for n in range(201)], "title": ["甲"] * 201}
    assert "章节超过 200 个的上限" in text_of(client.post(url, too_many))


def test_a_video_of_unknown_length_takes_none(captioner: User) -> None:
    waiting = Video.objects.create(title="高支模", uploaded_at=NOON)
    client = signed_in(captioner)
    assert "还没有转码完成" in text_of(client.get(page_of(waiting)))
    for url, sent in (
        ("captions/", vtt_file()),
        ("captions/en/", table(CUE)),
        ("chapters/", {"start": "0", "title": "甲"}),
    ):
        assert "还没有转码完成" in text_of(client.post(page_of(waiting, url), sent, follow=True))
    assert not CaptionVersion.objects.exists()


def test_the_page_costs_the_same_with_one_version_and_with_many(
    captioner: User, ready_video: Video, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(captioner)
    save(ready_video)
    client.get(page_of(ready_video))
    with django_assert_max_num_queries(100) as with_one:
        client.get(page_of(ready_video))
    for language in ("en", "zh-Hant", "bo", "ug"):
        for sign in "甲乙丙":
            save(ready_video, VTT.replace("立", sign), language=language)
    with django_assert_max_num_queries(len(with_one)):
        client.get(page_of(ready_video))


def test_captions_are_served_to_anybody_who_knows_the_name_and_kept_by_caches(
    client: Client, ready_video: Video, captioner: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    save(ready_video, VTT.replace("立杆", "<v 张工>立杆 & <b>横杆</b>"))
    [track] = captions.tracks_of(ready_video.pk)
    with django_assert_max_num_queries(2):
        response = client.get(track.url)
    assert response.content.decode().endswith("<v 张工>立杆 &amp; <b>横杆</b>底部与扫地杆</v>\n")
    headers = response.headers
    assert headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Language"] == "zh-Hans"
    assert client.get(track.url, headers={"If-None-Match": headers["ETag"]}).status_code == 304
    assert client.get(track.url, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.head(track.url).status_code == 200
    assert client.post(track.url).status_code == 405
    as_person = signed_in(captioner).get(track.url)
    for each in (response, as_person):
        assert "Cookie" not in each.headers.get("Vary", "")
        assert not each.cookies


def test_a_guessed_or_removed_name_gives_nothing(client: Client, ready_video: Video) -> None:
    save(ready_video)
    [track] = captions.tracks_of(ready_video.pk)
    assert len(track.url.rsplit("/", 1)[1]) == len(".vtt") + 32
    for name in ("0" * 32, str(ready_video.pk), "x" * 5000, "..", "%00"):
        assert client.get(f"/watch/captions/{name}.vtt").status_code == 404
    actions.remove_captions(video_id=ready_video.pk, language="zh-Hans", over=None, by=None, at=NOON)
    etag = f'"{track.url.rsplit("/", 1)[1].removesuffix(".vtt")}"'
    assert client.get(track.url, headers={"If-None-Match": etag}).status_code == 404
