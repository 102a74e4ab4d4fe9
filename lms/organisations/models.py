"""The tables of regions, organisations and memberships."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    """A row for a unit of GB/T 2260. Filled after every `migrate` from domain.regions; nobody edits it by hand.

    Cases: parent NULL = the nation; fictional = the demo's region, which exists nowhere.
    """

    # pii: none
    class Level(models.TextChoices):
        NATION = "nation", _("全国")
        PROVINCE = "province", _("省级")
        CITY = "city", _("市级")
        DISTRICT = "district", _("区县级")

    code = models.CharField(_("代码"), max_length=6, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    fictional = models.BooleanField(_("虚构"), default=False)

    class Meta:
        verbose_name = _("地区")
        verbose_name_plural = _("地区")
        ordering = ["code"]
        constraints = [
            # An area is compared by the beginning of its code: a shorter or longer one would cover the wrong places.
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{6}$"), name="region_code_not_six_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class Organisation(models.Model):
    """A row for a company, a training institution, an authority or an exam venue.

    `credit_code` is of GB 32100; authorities and venues may have none. `fictional` = of the demo, marked where it shows.
    """

    # pii: none
    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业")
        INSTITUTION = "institution", _("培训机构")
        AUTHORITY = "authority", _("主管部门")
        EXAM_VENUE = "exam_venue", _("考点")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=100)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("所在地区")
    )
    fictional = models.BooleanField(_("虚构"), default=False)
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["id"]
        constraints = [
            # Two organisations under one code would each see the other's people in reports to the regulator.
            models.UniqueConstraint(
                fields=["credit_code"], condition=~Q(credit_code=""), name="organisation_credit_code_shared"
            ),
            # Reports on companies and institutions go by their code.
            models.CheckConstraint(
                condition=~Q(kind__in=["enterprise", "institution"]) | ~Q(credit_code=""),
                name="organisation_without_credit_code",
            ),
        ]
        indexes = [models.Index(fields=["region", "kind"], name="organisation_region_kind")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A row for a person's place in an organisation, from one day until another (half-open, in the regulator's days).

    Cases: valid_until NULL = until further notice. Who leaves and comes back has two rows.
    """

    # pii: who works where
    class Role(models.TextChoices):
        STAFF = "staff", _("员工")
        MANAGER = "manager", _("管理员")
        OFFICER = "officer", _("主管人员")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("身份"), max_length=10, choices=Role.choices, default=Role.STAFF)
    valid_from = models.DateField(_("开始日期"))
    valid_until = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        ordering = ["id"]
        constraints = [
            # One person counted twice in one company.
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(valid_until__isnull=True),
                name="membership_same_place_twice",
            ),
            # A membership that ends before it begins is in force on no day and hides a wrong entry.
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="membership_ends_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_id}"


class WorkingDayNotice(models.Model):
    """A row for one version of a year's notice of days off, as an administrator loaded it. A correction is a new version.

    `data` is what domain.notice_reading reads. Of a year the highest version counts, before the notice that is shipped.
    """

    # pii: none
    year = models.PositiveSmallIntegerField(_("年份"))
    version = models.PositiveSmallIntegerField(_("版本"))
    number = models.CharField(_("文号"), max_length=60)
    data = models.JSONField()
    loaded_at = models.DateTimeField(_("载入时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("载入人")
    )

    class Meta:
        verbose_name = _("放假安排")
        verbose_name_plural = _("放假安排")
        default_permissions = ("view",)
        ordering = ["-year", "-version"]
        constraints = [
            # Two notices of one version: a period could be counted by either.
            models.UniqueConstraint(fields=["year", "version"], name="working_day_notice_version_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.year} v{self.version}"
