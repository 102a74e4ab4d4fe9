"""The continuing-education syllabus (继续教育大纲): versions, and the topics of each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.domain.posts import post_choices


class SyllabusVersion(models.Model):
    """A row for one year's syllabus as an authority filed it (重庆工作细则: 每年初报备后实施).

    `filed_on` is a day in the regulator's time zone. Cases: draft = topics may change; filed = topics are frozen
    (a database trigger refuses), because published editions count towards exactly these words.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("编制中")
        FILED = "filed", _("已备案")

    # pii: none
    code = models.SlugField(_("代码"), max_length=40, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    year = models.PositiveSmallIntegerField(_("年度"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    note = models.TextField(_("来源说明"), blank=True, help_text=_("写明出处；虚构的演示大纲请注明"))
    fictional = models.BooleanField(_("演示数据"), default=False, help_text=_("勾选后，页面上处处标明“演示”"))

    class Meta:
        verbose_name = _("大纲版本")
        verbose_name_plural = _("大纲版本")
        permissions = [("file_syllabusversion", _("可以备案大纲"))]
        ordering = ["-year", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="draft", filed_on__isnull=True)
                | models.Q(state="filed", filed_on__isnull=False),
                name="syllabus_filed_without_day",
            ),
            models.CheckConstraint(condition=models.Q(year__gte=2000, year__lte=2100), name="syllabus_year_range"),
        ]

    def __str__(self) -> str:
        return self.title


class SyllabusTopic(models.Model):
    """A row for one topic of a syllabus version; the tree is section → post → group → topic.

    `hours` is what the syllabus foresees (学时); what an edition may award is decided by its videos.
    `post_code` is a code of content.domain.posts; empty exactly for common topics (通用知识).
    """

    class Section(models.TextChoices):
        COMMON = "common", _("通用知识")
        PROFESSIONAL = "professional", _("专业知识")

    class Group(models.TextChoices):
        LAW = "law", _("新法律·新法规")
        STANDARD = "std", _("新标准·新规范")
        TECHNOLOGY = "tech", _("新材料·新设备·新技术·新工艺")
        ETHICS = "ethics", _("职业道德")

    # pii: none
    version = models.ForeignKey(
        SyllabusVersion, on_delete=models.PROTECT, related_name="topics", verbose_name=_("大纲版本")
    )
    section = models.CharField(_("部分"), max_length=12, choices=Section.choices)
    post_code = models.CharField(_("岗位"), max_length=40, blank=True, choices=post_choices)
    group = models.CharField(_("类别"), max_length=10, choices=Group.choices)
    code = models.CharField(_("代码"), max_length=40)
    title = models.CharField(_("题目"), max_length=120)
    hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=2)
    position = models.PositiveSmallIntegerField(_("顺序"))

    class Meta:
        verbose_name = _("大纲课题")
        verbose_name_plural = _("大纲课题")
        ordering = ["version_id", "section", "post_code", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="topic_code_twice_in_version"),
            models.CheckConstraint(
                condition=models.Q(section="common", post_code="")
                | (models.Q(section="professional") & ~models.Q(post_code="")),
                name="topic_post_matches_section",
            ),
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="topic_hours_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
