"""Training that a company runs for its own people: the plan, who was there, what was handed in."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.enterprise.domain.training import State


class Training(models.Model):
    """A row for one training of a company: a session on site, or a sheet of rows about the past (source SHEET).

    starts_at, ends_at NULL for a sheet. latitude NULL = no place is asked for. asks_for_photo: of whoever signs in, who may
    leave it out. code_secret: of the code on the wall.
    handed_in_at: of the last submission; who decided, when and why: decided_*.
    """

    # pii: who decided about whose training
    class States(models.TextChoices):
        PLANNED = State.PLANNED.value, _("计划中")
        SUBMITTED = State.SUBMITTED.value, _("待审核")
        RETURNED = State.RETURNED.value, _("退回修改")
        ACCEPTED = State.ACCEPTED.value, _("已认定")
        REJECTED = State.REJECTED.value, _("未通过")
        CANCELLED = State.CANCELLED.value, _("已取消")

    class Source(models.TextChoices):
        SESSION = "session", _("现场培训")
        SHEET = "sheet", _("批量填报")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("单位")
    )
    source = models.CharField(_("来源"), max_length=10, choices=Source.choices)
    state = models.CharField(_("状态"), max_length=10, choices=States.choices, default=States.PLANNED)
    title = models.CharField(_("培训内容"), max_length=120)
    plan = models.TextField(_("培训计划"), max_length=2000, blank=True)
    starts_at = models.DateTimeField(_("开始"), null=True, blank=True)
    ends_at = models.DateTimeField(_("结束"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True, blank=True)
    radius_metres = models.PositiveSmallIntegerField(_("范围（米）"), default=300)
    asks_for_photo = models.BooleanField(_("签到时拍照"), default=False)
    code_secret = models.BinaryField(max_length=32)
    planned_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    decided_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("企业培训")
        verbose_name_plural = _("企业培训")
        default_permissions = ("view",)
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "handed_in_at"], name="training_queue")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="training_ends_before_it_begins",
            ),
            # A place of one coordinate is a line around the world.
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="training_half_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.state}"


class Attendance(models.Model):
    """A row for one person's part in a training: signed in and out by the code, from the sign-in sheet, or a row of a sheet.

    seconds NULL until it is handed in: for SHEET and ROW as written, for CODE what lies between signing in and out.
    distance_metres: at signing in, NULL when no place was asked for. The place itself is not kept. photo: evidence of lms.reviews
    (its subject is this row), a picture for a reviewer's eyes that no program compares; NULL = none was taken.
    """

    # pii: who was where and when, and a picture of them
    class How(models.TextChoices):
        CODE = "code", _("现场码")
        SHEET = "sheet", _("签到表")
        ROW = "row", _("批量填报")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="attendances")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(_("方式"), max_length=10, choices=How.choices)
    activity_day = models.DateField(_("日期"))
    title = models.CharField(_("培训内容"), max_length=120)
    signed_in_at = models.DateTimeField(_("签到"), null=True, blank=True)
    signed_out_at = models.DateTimeField(_("签退"), null=True, blank=True)
    distance_metres = models.PositiveIntegerField(_("距离（米）"), null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    photo = models.UUIDField(_("签到照片"), null=True, blank=True)

    class Meta:
        verbose_name = _("参加记录")
        verbose_name_plural = _("参加记录")
        default_permissions = ("view",)
        ordering = ["id"]
        constraints = [
            # One person, one training, one day: counted once.
            models.UniqueConstraint(fields=["training", "learner", "activity_day", "title"], name="attendance_twice"),
            models.CheckConstraint(
                condition=models.Q(signed_out_at__isnull=True) | models.Q(signed_out_at__gte=models.F("signed_in_at")),
                name="attendance_out_before_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.training_id} {self.learner_id}"
