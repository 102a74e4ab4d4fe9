"""What a learner enrols in: an edition of a course, and its lessons. Frozen once published."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.models.catalog import CoursePage
from content.models.syllabus import SyllabusTopic

if TYPE_CHECKING:  # modelcluster has no types; to the type checker these are the Django classes that they extend
    from django.db.models import ForeignKey as ParentalKey
    from django.db.models import Model as ClusterableModel
else:
    from modelcluster.fields import ParentalKey
    from modelcluster.models import ClusterableModel


class CourseEdition(ClusterableModel):
    """A row for one year's making of a course: which topic it serves, how many hours it may award, under which category.

    `declared_hours` are 学时 and never exceed what the videos hold (content.domain.hours); `minutes_per_hour` is the
    length of one 学时 in video minutes. `post_code` is empty exactly for the general category.
    Cases: published_at NULL = draft, editable; published = frozen, a database trigger refuses any change but the
    withdrawal; withdrawn = no new enrolments, but those who began may finish.
    """

    class Category(models.TextChoices):
        GENERAL = "general", _("网络·通用")
        PROFESSIONAL = "professional", _("网络·专业")

    # pii: none
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="editions", verbose_name=_("课程"))
    number = models.PositiveSmallIntegerField(_("版次"), default=1)
    year = models.PositiveSmallIntegerField(_("年度"))
    topic = models.ForeignKey(
        SyllabusTopic, on_delete=models.PROTECT, related_name="editions", verbose_name=_("对应大纲课题")
    )
    category = models.CharField(_("学时类别"), max_length=12, choices=Category.choices)
    post_code = models.CharField(_("岗位"), max_length=40, blank=True)
    declared_hours = models.DecimalField(_("申报学时"), max_digits=5, decimal_places=2)
    minutes_per_hour = models.PositiveSmallIntegerField(_("每学时分钟数"), default=45)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("停用时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("课程版次")
        verbose_name_plural = _("课程版次")
        ordering = ["course_id", "-number"]
        permissions = [("publish_courseedition", _("可以发布和停用课程版次"))]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="edition_number_twice_in_course"),
            models.CheckConstraint(
                condition=models.Q(category="general", post_code="")
                | (models.Q(category="professional") & ~models.Q(post_code="")),
                name="edition_post_matches_category",
            ),
            models.CheckConstraint(condition=models.Q(declared_hours__gt=0), name="edition_hours_positive"),
            models.CheckConstraint(
                condition=models.Q(minutes_per_hour__gte=1, minutes_per_hour__lte=120), name="edition_minutes_range"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(published_at__isnull=False),
                name="edition_withdrawn_unpublished",
            ),
        ]
        indexes = [
            models.Index(fields=["category", "post_code"], name="edition_by_category"),
        ]

    def __str__(self) -> str:
        return gettext("%(course)s 第 %(number)s 版") % {"course": self.course.title, "number": self.number}

    @property
    def state_name(self) -> str:
        """The state in a word, for lists."""
        if self.withdrawn_at is not None:
            return gettext("已停用")
        return gettext("草稿") if self.published_at is None else gettext("已发布")


class Lesson(models.Model):
    """A row for one video of an edition, in the order of `position` (from 1).

    `uuid` is what watching counts for. `duration_ms` is copied from the video when the edition is published, so that
    a later re-encode cannot change what was declared; NULL before. `key_points`: one point a line.
    """

    # pii: none
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    edition = ParentalKey(CourseEdition, on_delete=models.CASCADE, related_name="lessons", verbose_name=_("课程版次"))
    position = models.PositiveSmallIntegerField(_("顺序"), default=1, editable=False)
    title = models.CharField(_("标题"), max_length=120)
    video = models.ForeignKey("player.Video", on_delete=models.PROTECT, related_name="+", verbose_name=_("视频"))
    duration_ms = models.PositiveIntegerField(null=True, blank=True, editable=False)
    key_points = models.TextField(_("要点"), blank=True, help_text=_("每行一条"))

    sort_order_field = (
        "order_from_zero"  # read by modelcluster: the inline form of Wagtail's admin writes the order there
    )

    class Meta:
        verbose_name = _("课时")
        verbose_name_plural = _("课时")
        ordering = ["edition_id", "position"]
        constraints = [
            # Deferred: two lessons change places in one transaction, one row after the other.
            models.UniqueConstraint(
                fields=["edition", "position"],
                name="lesson_position_twice_in_edition",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def order_from_zero(self) -> int:
        """The place of the lesson as modelcluster counts: from 0, where people count from 1."""
        return self.position - 1

    @order_from_zero.setter
    def order_from_zero(self, value: int) -> None:
        self.position = value + 1
