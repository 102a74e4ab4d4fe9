"""The editors' lists and forms of syllabus versions, topics and editions."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import Button

from analytics.learning_log.actions import append
from content.editing import views
from content.editing.forms import EditionForm, TopicForm
from content.models import CourseEdition, SyllabusTopic, SyllabusVersion


def is_frozen(row: object) -> bool:
    """Whether the database would refuse a change of this row."""
    if isinstance(row, CourseEdition):
        return row.published_at is not None
    version = row.version if isinstance(row, SyllabusTopic) else row
    return isinstance(version, SyllabusVersion) and version.state == SyllabusVersion.State.FILED


class RefusesFrozen:
    """Sends whoever would change a frozen row to the page that only shows it, and says why."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = self.model.objects.filter(pk=kwargs["pk"]).first()  # type: ignore[attr-defined]  # of the view it is mixed into
        if row is not None and is_frozen(row):
            messages.warning(request, gettext("已经发布或备案的内容不能再改，这里只能查看。"))
            return redirect(self.inspect_url_name, row.pk)  # type: ignore[attr-defined]
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc, no-any-return]


class FreezableEdit(RefusesFrozen, generic.EditView):  # type: ignore[misc]  # wagtail has no types
    """Editing of what may become frozen."""

    inspect_url_name = ""


class FreezableDelete(RefusesFrozen, generic.DeleteView):  # type: ignore[misc]  # wagtail has no types
    """Deleting of what may become frozen."""

    inspect_url_name = ""


def _log_edition(edition: CourseEdition, deed: str, request: HttpRequest) -> None:
    append(
        kind="content.edition_edited",
        actor_id=request.user.pk,
        happened_at=timezone.now(),
        subject=str(edition.uuid),
        payload={"edition_uuid": str(edition.uuid), "deed": deed},
    )


class EditionCreate(generic.CreateView):  # type: ignore[misc]  # wagtail has no types
    """A new draft edition; logged in the same transaction."""

    page_title = _("新建")

    def save_instance(self) -> CourseEdition:
        edition: CourseEdition = super().save_instance()
        _log_edition(edition, "create", self.request)
        return edition


class EditionEdit(FreezableEdit):
    """A draft edition; logged in the same transaction."""

    @property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *_edition_buttons(self.object, self.request)]

    def save_instance(self) -> CourseEdition:
        edition: CourseEdition = super().save_instance()
        _log_edition(edition, "edit", self.request)
        return edition


class EditionDelete(FreezableDelete):
    """A draft edition; logged in the same transaction."""

    def delete_action(self) -> None:
        with transaction.atomic():
            _log_edition(self.object, "delete", self.request)
            super().delete_action()


class EditionIndex(generic.IndexView):  # type: ignore[misc]  # wagtail has no types
    """The list of editions, with publishing and withdrawing beside each."""

    def get_list_more_buttons(self, instance: CourseEdition) -> list[Any]:
        return [*super().get_list_more_buttons(instance), *_edition_buttons(instance, self.request)]


class PlainInspect(generic.InspectView):  # type: ignore[misc]  # wagtail has no types
    """A row as it stands; moments in the regulator's time zone, a dash for what is empty."""

    def get_field_display_value(self, field_name: str, field: object) -> object:
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, datetime):
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        return "—" if value is None or value == "" else value


class EditionInspect(PlainInspect):
    """An edition; a frozen one can only be seen here."""

    @property
    def header_more_buttons(self) -> list[Button]:
        offered = [] if is_frozen(self.object) else super().header_more_buttons
        return [*offered, *_edition_buttons(self.object, self.request)]

    def get_field_label(self, field_name: str, field: object) -> str:
        return gettext("课时") if field_name == "lessons" else str(super().get_field_label(field_name, field))

    def get_lessons_display_value(self) -> str:
        return "；".join(f"{lesson.position}. {lesson.title}" for lesson in self.object.lessons.order_by("position"))


def _edition_buttons(edition: CourseEdition, request: HttpRequest) -> list[Button]:
    may_publish = request.user.has_perm("content.publish_courseedition")
    may_add = request.user.has_perm("content.add_courseedition")
    is_published = edition.published_at is not None
    offered = [
        (may_publish and not is_published, "publish", gettext("发布"), "upload"),
        (may_publish and is_published and edition.withdrawn_at is None, "withdraw", gettext("停用"), "download"),
        (may_add and is_published, "renew", gettext("新建下一版"), "copy"),
    ]
    return [
        Button(label, reverse(f"editions:{name}", args=[edition.pk]), icon_name=icon, priority=1)
        for shown, name, label, icon in offered
        if shown
    ]


class EditionViewSet(ModelViewSet):  # type: ignore[misc]  # wagtail has no types
    """Course editions."""

    model = CourseEdition
    name = "editions"
    icon = "form"
    add_to_reference_index = True
    inspect_view_enabled = True
    copy_view_enabled = False
    add_view_class = EditionCreate
    edit_view_class = EditionEdit
    delete_view_class = EditionDelete
    index_view_class = EditionIndex
    inspect_view_class = EditionInspect
    list_display = (
        "__str__",
        Column("state_name", label=_("状态")),
        "category",
        "declared_hours",
        Column("year", label=_("年度"), sort_key="year"),
    )
    list_filter = ("category", "year")
    ordering = ("-created_at",)
    inspect_view_fields = (
        "course",
        "number",
        "year",
        "topic",
        "category",
        "post_code",
        "declared_hours",
        "minutes_per_hour",
        "lessons",
        "published_at",
        "withdrawn_at",
    )
    edit_handler = ObjectList(
        [
            HelpPanel(_("大纲课题、学时类别和岗位跟课程走，不用再填。保存后到“发布”检查能否发布；发布后不能再改。")),
            FieldPanel("course"),
            MultiFieldPanel(
                [FieldPanel("year"), FieldPanel("declared_hours"), FieldPanel("minutes_per_hour")], heading=_("学时")
            ),
            InlinePanel(
                "lessons",
                panels=[FieldPanel("title"), FieldPanel("video"), FieldPanel("key_points")],
                heading=_("课时"),
                label=_("课时"),
            ),
        ],
        base_form_class=EditionForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("publish/<int:pk>/", views.publish, name="publish"),
            path("withdraw/<int:pk>/", views.withdraw, name="withdraw"),
            path("renew/<int:pk>/", views.renew, name="renew"),
        ]


class SyllabusIndex(generic.IndexView):  # type: ignore[misc]  # wagtail has no types
    """The list of versions, with filing beside each draft."""

    def get_list_more_buttons(self, instance: SyllabusVersion) -> list[Any]:
        return [*super().get_list_more_buttons(instance), *_syllabus_buttons(instance, self.request)]


class SyllabusInspect(PlainInspect):
    """A syllabus version."""

    @property
    def header_more_buttons(self) -> list[Button]:
        offered = [] if is_frozen(self.object) else super().header_more_buttons
        return [*offered, *_syllabus_buttons(self.object, self.request)]


def _syllabus_buttons(version: SyllabusVersion, request: HttpRequest) -> list[Button]:
    may_file = request.user.has_perm("content.file_syllabusversion")
    if is_frozen(version) or not may_file:
        return []
    address = reverse("syllabus_versions:file", args=[version.pk])
    return [Button(gettext("备案"), address, icon_name="clipboard-list", priority=1)]


class SyllabusVersionViewSet(ModelViewSet):  # type: ignore[misc]  # wagtail has no types
    """Syllabus versions."""

    model = SyllabusVersion
    name = "syllabus_versions"
    icon = "clipboard-list"
    inspect_view_enabled = True
    copy_view_enabled = False
    index_view_class = SyllabusIndex
    inspect_view_class = SyllabusInspect
    edit_view_class = FreezableEdit
    delete_view_class = FreezableDelete
    form_fields = ("code", "title", "year", "note", "fictional")
    inspect_view_fields = ("code", "title", "year", "state", "filed_on", "note", "fictional")
    list_display = ("title", "year", "state", "filed_on")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("file/<int:pk>/", views.file, name="file")]


class SyllabusTopicViewSet(ModelViewSet):  # type: ignore[misc]  # wagtail has no types
    """Syllabus topics."""

    model = SyllabusTopic
    name = "syllabus_topics"
    icon = "list-ul"
    inspect_view_enabled = True
    copy_view_enabled = False
    inspect_view_class = PlainInspect
    edit_view_class = FreezableEdit
    delete_view_class = FreezableDelete
    edit_handler = ObjectList(
        [
            FieldPanel("version"),
            MultiFieldPanel([FieldPanel("section"), FieldPanel("post_code"), FieldPanel("group")], heading=_("归类")),
            FieldPanel("code"),
            FieldPanel("title"),
            FieldPanel("hours"),
            FieldPanel("position"),
        ],
        base_form_class=TopicForm,
    )
    inspect_view_fields = ("version", "section", "post_code", "group", "code", "title", "hours", "position")
    list_display = ("__str__", "version", "section", "post_code", "group", "hours")
    list_filter = ("version", "section", "group", "post_code")
    search_fields = ("title", "code")
    list_per_page = 50


class TeachingGroup(ModelViewSetGroup):  # type: ignore[misc]  # wagtail has no types
    """One entry in the admin's menu."""

    items = (EditionViewSet, SyllabusVersionViewSet, SyllabusTopicViewSet)
    menu_label = _("大纲与版次")
    menu_icon = "list-ol"
    menu_order = 150
