"""The editors' side: who gets in, what they can do, what stays frozen."""

import pytest
from django.test import Client
from django.urls import reverse

from analytics.learning_log.models import LogRecord
from content import actions
from content.domain.refusals import NotPermitted
from content.models import CourseEdition, CoursePage, PostPage, SyllabusVersion
from content.queries import search_courses
from tests import people
from tests.content.shelf import AT, VERSION, Shelf, draft_edition, published_edition, ready_video

INLINE = {
    "lessons-INITIAL_FORMS": "0",
    "lessons-MIN_NUM_FORMS": "0",
    "lessons-MAX_NUM_FORMS": "1000",
}


@pytest.fixture
def editor(db: None, client: Client) -> Client:
    client.force_login(people.instructor())
    return client


def lesson_fields(number: int, *, title: str, order: int, **more: str) -> dict[str, str]:
    fields = {"title": title, "ORDER": str(order), "video": str(ready_video().pk), "key_points": "", "id": "", **more}
    return {f"lessons-{number}-{name}": value for name, value in fields.items()}


def edition_fields(course: CoursePage, *lessons: dict[str, str], hours: str = "2.00") -> dict[str, str]:
    fields = {
        "course": str(course.pk),
        "year": "2026",
        "declared_hours": hours,
        "minutes_per_hour": "1",
        "lessons-TOTAL_FORMS": str(len(lessons)),
        **INLINE,
    }
    for lesson in lessons:
        fields |= lesson
    return fields


def test_an_editor_makes_an_edition_with_lessons_and_publishes_it(editor: Client, shelf: Shelf) -> None:
    course = shelf.courses["site_civil-04"]
    response = editor.post(
        reverse("editions:add"),
        edition_fields(course, lesson_fields(0, title="后讲", order=2), lesson_fields(1, title="先讲", order=1)),
    )
    assert response.status_code == 302
    edition = CourseEdition.objects.get()
    assert (edition.category, edition.post_code, edition.topic_id) == ("professional", "site_civil", course.topic_id)
    assert list(edition.lessons.order_by("position").values_list("position", "title")) == [(1, "先讲"), (2, "后讲")]
    assert editor.get(reverse("editions:publish", args=[edition.pk])).status_code == 200
    response = editor.post(reverse("editions:publish", args=[edition.pk]))
    assert response.status_code == 302
    edition.refresh_from_db()
    assert edition.published_at is not None
    assert list(
        LogRecord.objects.filter(actor_id__isnull=False, kind__startswith="content.").values_list("kind", flat=True)
    ) == [
        "content.edition_edited",
        "content.edition_published",
    ]


def test_a_lesson_added_later_stands_where_it_was_put(editor: Client, shelf: Shelf) -> None:
    edition = draft_edition(shelf.courses["site_civil-04"])
    first, second = edition.lessons.order_by("position")
    fields = edition_fields(
        edition.course,
        lesson_fields(0, title=first.title, order=1, id=str(first.pk), video=str(first.video_id)),
        lesson_fields(1, title=second.title, order=3, id=str(second.pk), video=str(second.video_id)),
        lesson_fields(2, title="插在中间", order=2),
    )
    fields["lessons-INITIAL_FORMS"] = "2"
    assert editor.post(reverse("editions:edit", args=[edition.pk]), fields).status_code == 302
    rows = list(edition.lessons.order_by("position").values_list("position", "title"))
    assert rows == [(1, "第 1 节"), (2, "插在中间"), (3, "第 2 节")]


def test_obstacles_are_shown_in_words_and_nothing_is_published(editor: Client, shelf: Shelf) -> None:
    edition = draft_edition(shelf.courses["site_civil-04"], hours="9.00")
    address = reverse("editions:publish", args=[edition.pk])
    assert "最多申报 2.13 学时" in editor.get(address).content.decode()
    response = editor.post(address)
    assert response.status_code == 409
    assert "最多申报 2.13 学时" in response.content.decode()
    edition.refresh_from_db()
    assert edition.published_at is None


@pytest.mark.parametrize("name", ["editions:edit", "editions:delete"])
def test_a_published_edition_is_only_shown(editor: Client, shelf: Shelf, name: str) -> None:
    edition = published_edition(shelf.courses["site_civil-04"])
    response = editor.get(reverse(name, args=[edition.pk]))
    assert response.status_code == 302
    assert response["Location"] == reverse("editions:inspect", args=[edition.pk])
    response = editor.post(reverse(name, args=[edition.pk]), edition_fields(edition.course, hours="1.00"))
    assert response.status_code == 302
    edition.refresh_from_db()
    assert edition.declared_hours == 2
    assert "1. 第 1 节；2. 第 2 节" in editor.get(reverse("editions:inspect", args=[edition.pk])).content.decode()


def test_an_editor_withdraws_and_begins_the_next_edition(editor: Client, shelf: Shelf) -> None:
    edition = published_edition(shelf.courses["site_civil-04"])
    assert editor.get(reverse("editions:withdraw", args=[edition.pk])).status_code == 200
    editor.post(reverse("editions:withdraw", args=[edition.pk]))
    edition.refresh_from_db()
    assert edition.withdrawn_at is not None
    assert editor.get(reverse("editions:renew", args=[edition.pk])).status_code == 200
    response = editor.post(reverse("editions:renew", args=[edition.pk]))
    fresh = CourseEdition.objects.get(number=2)
    assert response["Location"] == reverse("editions:edit", args=[fresh.pk])
    assert editor.get(response["Location"]).status_code == 200


def test_a_draft_is_deleted_and_the_deletion_is_on_record(editor: Client, shelf: Shelf) -> None:
    edition = draft_edition(shelf.courses["site_civil-04"])
    editor.post(reverse("editions:delete", args=[edition.pk]))
    assert not CourseEdition.objects.filter(pk=edition.pk).exists()
    assert LogRecord.objects.get(kind="content.edition_edited").payload["deed"] == "delete"


def test_a_filed_syllabus_and_its_topics_are_only_shown(editor: Client, shelf: Shelf) -> None:
    topic = shelf.topic("C06")
    for name, row in (("syllabus_versions", shelf.version), ("syllabus_topics", topic)):
        response = editor.get(reverse(f"{name}:edit", args=[row.pk]))
        assert response["Location"] == reverse(f"{name}:inspect", args=[row.pk])
        assert editor.get(response["Location"]).status_code == 200
        assert editor.get(reverse(f"{name}:index")).status_code == 200


def test_an_editor_writes_a_syllabus_and_files_it(editor: Client) -> None:
    editor.post(
        reverse("syllabus_versions:add"),
        {"code": "cq-2027", "title": "重庆 2027 年大纲", "year": "2027", "note": "", "fictional": ""},
    )
    version = SyllabusVersion.objects.get(code="cq-2027")
    filing = reverse("syllabus_versions:file", args=[version.pk])
    assert "没有课题" in editor.post(filing, {"filed_on": "2027-01-04"}).content.decode()
    topic = {
        "version": version.pk,
        "section": "common",
        "post_code": "survey",
        "group": "law",
        "code": "C01",
        "title": "题",
        "hours": "2",
        "position": "1",
    }
    assert "不属于某一个岗位" in editor.post(reverse("syllabus_topics:add"), topic).content.decode()
    assert editor.post(reverse("syllabus_topics:add"), topic | {"post_code": ""}).status_code == 302
    assert editor.post(filing, {"filed_on": "gestern"}).status_code == 200
    assert editor.post(filing, {"filed_on": "2027-01-04"}).status_code == 302
    version.refresh_from_db()
    assert version.state == SyllabusVersion.State.FILED


def test_a_course_with_editions_cannot_be_deleted(editor: Client, shelf: Shelf) -> None:
    edition = published_edition(shelf.courses["site_civil-04"])
    parent = edition.course.get_parent()
    administrator = Client()
    administrator.force_login(people.administrator())
    for page in (edition.course, parent):
        response = administrator.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
        assert "没有删除" in response.content.decode()
    assert CoursePage.objects.filter(pk=edition.course_id).exists()
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    response = administrator.post(f"{bulk}?id={parent.pk}", follow=True)
    assert "没有删除" in response.content.decode()
    assert PostPage.objects.filter(pk=parent.pk).exists()


def test_unpublishing_in_the_admin_takes_a_course_out_of_the_search(editor: Client, shelf: Shelf) -> None:
    course = shelf.courses["site_civil-04"]
    editor.post(reverse("wagtailadmin_pages:unpublish", args=[course.pk]))
    assert search_courses("支模") == ()
    assert LogRecord.objects.get(kind="content.page_edited").payload["deed"] == "unpublish"


def test_publishing_a_page_in_the_admin_makes_it_findable(editor: Client, shelf: Shelf) -> None:
    parent = PostPage.objects.get(post_code="machinery")
    response = editor.post(
        reverse("wagtailadmin_pages:add", args=["content", "coursepage", parent.pk]),
        {
            "title": "群塔防碰撞",
            "slug": "qun-ta",
            "code": "machinery-09",
            "topic": str(shelf.topic("machinery-02").pk),
            "introduction": "null",
            "cover": "",
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
            "action-publish": "1",
        },
    )
    assert response.status_code == 302
    assert [hit.code for hit in search_courses("防碰撞")] == ["machinery-09"]


@pytest.mark.parametrize("name", ["editions:index", "editions:add", "syllabus_versions:index", "syllabus_topics:index"])
def test_strangers_do_not_get_in(client: Client, shelf: Shelf, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    for intruder in (people.learner(), people.outsider(), people.employer()):
        client.force_login(intruder)
        assert client.get(reverse(name)).status_code in {302, 403}


def test_strangers_publish_nothing(client: Client, shelf: Shelf) -> None:
    edition = draft_edition(shelf.courses["site_civil-04"])
    for intruder in (people.learner(), people.outsider(), people.auditor()):
        client.force_login(intruder)
        assert client.post(reverse("editions:publish", args=[edition.pk])).status_code in {302, 403}
        with pytest.raises(NotPermitted):
            actions.publish_edition(edition_id=edition.pk, at=AT, by=intruder)
        with pytest.raises(NotPermitted):
            actions.import_syllabus(version=VERSION, topics=(), at=AT, by=intruder)
        with pytest.raises(NotPermitted):
            actions.withdraw_edition(edition_id=edition.pk, at=AT, by=intruder)
        with pytest.raises(NotPermitted):
            actions.add_lesson(edition_id=edition.pk, title="x", video_id=1, at=AT, by=intruder)
    edition.refresh_from_db()
    assert edition.published_at is None


def test_the_admin_wears_our_name(editor: Client, shelf: Shelf) -> None:
    page = editor.get(reverse("wagtailadmin_home")).content.decode()
    assert "筑学 · 课程编辑" in page
    assert "content/admin.css" in page
    assert "/admin/editions/" in page
