"""The shop window: Wagtail pages for the catalogue, each post, each course."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import RichTextField
from wagtail.models import Page

from content.domain.posts import post_choices
from content.models.syllabus import SyllabusTopic

_TEXT_FEATURES = ["h3", "bold", "ol", "ul", "link"]


class CatalogPage(Page):  # type: ignore[misc]  # wagtail has no types
    """The root of the catalogue, at /courses/; one a site."""

    # pii: none
    introduction = RichTextField(_("导语"), blank=True, features=_TEXT_FEATURES)

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["content.PostPage", "content.CoursePage"]
    max_count = 1
    template = "content/catalog_page.html"
    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("课程目录")
        verbose_name_plural = _("课程目录")


class PostPage(Page):  # type: ignore[misc]  # wagtail has no types
    """The professional courses of one post; `post_code` is a code of content.domain.posts."""

    # pii: none
    post_code = models.CharField(_("岗位"), max_length=40, unique=True, choices=post_choices)
    introduction = RichTextField(_("导语"), blank=True, features=_TEXT_FEATURES)

    parent_page_types: ClassVar[list[str]] = ["content.CatalogPage"]
    subpage_types: ClassVar[list[str]] = ["content.CoursePage"]
    template = "content/post_page.html"
    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("post_code"), FieldPanel("introduction")]

    class Meta:
        verbose_name = _("岗位页")
        verbose_name_plural = _("岗位页")


class CoursePage(Page):  # type: ignore[misc]  # wagtail has no types
    """A course as it is shown: under its post's page, or under the catalogue when it is common to all posts.

    `topic` is what the next edition will serve; published editions keep the topic they were published for.
    """

    # pii: none
    code = models.CharField(
        _("课程代码"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z", _("只用字母、数字、连字符和下划线，以字母或数字开头。"))
        ],
    )
    topic = models.ForeignKey(
        SyllabusTopic,
        on_delete=models.PROTECT,
        related_name="+",
        related_query_name="course_pages",
        verbose_name=_("对应大纲课题"),
    )
    introduction = RichTextField(_("课程简介"), blank=True, features=_TEXT_FEATURES)
    cover = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("封面"),
        help_text=_("可不填：没有封面时用课程题目自动生成"),
    )

    parent_page_types: ClassVar[list[str]] = ["content.PostPage", "content.CatalogPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "content/course_page.html"
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("topic"),
        FieldPanel("introduction"),
        FieldPanel("cover"),
    ]

    class Meta:
        verbose_name = _("课程")
        verbose_name_plural = _("课程")
