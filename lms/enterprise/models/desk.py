"""The employer's desk: where people work, who may see them, where each stands, and what is done for many at once."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.enterprise.domain.jobs import JobKind, JobState


class Site(models.Model):
    """A row for a site or project office of a company (工地、项目部). closed_at set = kept for its history."""

    # pii: none
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("项目部"), max_length=60)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("项目部")
        verbose_name_plural = _("项目部")
        default_permissions = ("view",)
        ordering = ["name"]
        constraints = [
            # Two sites of one name: a list that names a site would not say which.
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(closed_at__isnull=True), name="site_name_twice"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Posting(models.Model):
    """A row for one person at one site, from a day until another (half-open). until NULL = works there now."""

    # pii: who works where
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="postings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("派驻")
        verbose_name_plural = _("派驻")
        default_permissions = ("view",)
        ordering = ["id"]
        constraints = [
            # At two sites at once: each site's manager would count the same person.
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(until__isnull=True), name="posting_at_two_sites"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="posting_ends_before_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.site_id}"


class SiteManager(models.Model):
    """A row for one person's right to see the people of one site, from then until then. revoked_at NULL = in force.

    Who manages the whole company has a membership as manager instead (lms.organisations).
    """

    # pii: who may see whom
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="managers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("项目部管理员")
        verbose_name_plural = _("项目部管理员")
        default_permissions = ("view",)
        ordering = ["id"]
        constraints = [
            # Granted twice, one revocation would leave the other in force.
            models.UniqueConstraint(
                fields=["site", "person"], condition=Q(revoked_at__isnull=True), name="site_manager_twice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.site_id}"


class RosterLine(models.Model):
    """A row for one person of one company as the desk lists them: derived, no authority.

    Follows memberships, postings, certificates and hours within seconds, and is made anew every day (actions.roster).
    ends_on: last day of the cycle that ends first among those with hours missing, else of the first to end; NULL = no
    cycle runs. missing: hours, rounded up, of the certificate that lacks most. overdue: a cycle ended without enough.
    certificates: [{post, number, ends_on, missing, state}] for the list, so that a page costs no question a person;
    site_name: of the site, so that the order by site needs no other table.
    """

    # pii: who works where, how far a person's continuing education is
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    person_uuid = models.UUIDField()
    name = models.CharField(max_length=60)
    is_manager = models.BooleanField(default=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, related_name="+")
    site_name = models.CharField(max_length=60, null=True)  # noqa: DJ001 — NULL: at no site, and last in the order by site
    posts = ArrayField(models.CharField(max_length=40), default=list)
    certificates = models.JSONField(default=list)
    ends_on = models.DateField(null=True)
    missing = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    overdue = models.BooleanField(default=False)
    as_of = models.DateField()

    class Meta:
        verbose_name = _("花名册")
        verbose_name_plural = _("花名册")
        default_permissions = ("view",)
        ordering = ["id"]
        constraints = [
            # One person counted twice in one company.
            models.UniqueConstraint(fields=["organisation", "person"], name="roster_line_twice"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-overdue", "ends_on", "id"], name="roster_by_end"),
            models.Index(fields=["organisation", "name", "id"], name="roster_by_name"),
            models.Index(fields=["organisation", "-missing", "id"], name="roster_by_missing"),
            models.Index(fields=["organisation", "site_name", "name", "id"], name="roster_by_site"),
            models.Index(fields=["organisation", "person_uuid"], name="roster_by_uuid"),
            models.Index(fields=["person"], name="roster_of_person"),
            models.Index(fields=["as_of"], name="roster_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} · {self.person_id}"


class Reminder(models.Model):
    """A row for one reminder that a manager sent to one person."""

    # pii: who was reminded of what is missing
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("提醒")
        verbose_name_plural = _("提醒")
        default_permissions = ("view",)
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "-sent_at"], name="reminder_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.sent_at}"


class DeskJob(models.Model):
    """A row for something done for many people in the background; the row is the queue.

    people: their ids, in order; done: how many of them are over, in the transaction of what was done for them, so that a
    crash neither repeats nor skips anybody. passed_over: {reason: how many}. file_name: what came of it, in private
    storage, "" for nothing or forgotten.
    """

    # pii: for whom something was done
    class Kinds(models.TextChoices):
        ENROL = JobKind.ENROL.value, _("报名")
        REMIND = JobKind.REMIND.value, _("提醒")
        PAPERS = JobKind.PAPERS.value, _("证书打包")

    class States(models.TextChoices):
        QUEUED = JobState.QUEUED.value, _("等待中")
        RUNNING = JobState.RUNNING.value, _("进行中")
        DONE = JobState.DONE.value, _("已完成")
        FAILED = JobState.FAILED.value, _("已停止")
        CANCELLED = JobState.CANCELLED.value, _("已取消")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kinds.choices)
    state = models.CharField(max_length=10, choices=States.choices, default=States.QUEUED)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    people = models.JSONField()
    params = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    succeeded = models.PositiveIntegerField(default=0)
    passed_over = models.JSONField(default=dict)
    trouble = models.CharField(max_length=40, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    file_name = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("批量办理")
        verbose_name_plural = _("批量办理")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(succeeded__lte=F("done")), name="desk_job_more_than_done"),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="desk_job_of_company")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.done}"
