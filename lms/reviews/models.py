"""Kinds of claims, the claims, what was done to each, and the evidence files that are never served to strangers."""

from uuid import uuid4

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.reviews.domain.claim import Deed, State


def private_storage() -> Storage:
    """Return the storage that is never served. A function, so that no migration names a folder of one installation."""
    return storages["private"]


def evidence_name(file: "Evidence", original_name: str) -> str:
    """Return where a file is kept: named by us, because `original_name` is the uploader's word and may be a trap."""
    return f"evidence/{file.uuid.hex[:2]}/{file.uuid.hex}"


class ClaimKind(models.Model):
    """A row for one kind of activity that a region lets people claim, with what its table says of hours.

    hours_per_unit 0 = no number is laid down: the reviewer's alone counts. Filled from kinds.yaml after every `migrate`;
    an authority changes it.
    """

    # pii: none
    class Unit(models.TextChoices):
        HOUR = "hour", _("学时")
        DAY = "day", _("天")
        PIECE = "piece", _("篇")

    rule_set_code = models.CharField(_("规则"), max_length=40)
    code = models.CharField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=60)
    category = models.CharField(_("计入类别"), max_length=20)
    unit = models.CharField(_("单位"), max_length=10, choices=Unit.choices)
    hours_per_unit = models.DecimalField(_("每单位学时"), max_digits=5, decimal_places=2, default=0)
    most_hours = models.DecimalField(_("一次最多（学时）"), max_digits=5, decimal_places=2, null=True, blank=True)
    second_from_hours = models.DecimalField(_("复审从（学时）"), max_digits=5, decimal_places=2, null=True, blank=True)
    wanted_evidence = models.CharField(_("需要的材料"), max_length=200)
    quote = models.CharField(_("原文"), max_length=200, blank=True)
    is_open = models.BooleanField(_("可以申报"), default=True)

    class Meta:
        verbose_name = _("申报种类")
        verbose_name_plural = _("申报种类")
        default_permissions = ("view",)
        ordering = ["rule_set_code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set_code", "code"], name="claim_kind_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set_code} {self.name}"


class Claim(models.Model):
    """A row for what a learner says to have studied outside this system, until somebody has decided.

    hours_claimed are the learner's, hours_granted the reviewer's (NULL until decided). region_code, organisation: as of
    the submission; who may decide follows from them. submitted_at: of the last submission; decided_at: of the last
    decision that ended the matter.
    """

    # pii: what a person has studied, and in their own words
    class States(models.TextChoices):
        DRAFT = State.DRAFT.value, _("草稿")
        SUBMITTED = State.SUBMITTED.value, _("待初审")
        SECOND = State.SECOND.value, _("待复审")
        RETURNED = State.RETURNED.value, _("退回修改")
        ACCEPTED = State.ACCEPTED.value, _("已认定")
        REJECTED = State.REJECTED.value, _("未通过")
        APPEALED = State.APPEALED.value, _("申诉中")
        WITHDRAWN = State.WITHDRAWN.value, _("已撤回")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.ForeignKey(ClaimKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("种类"))
    state = models.CharField(_("状态"), max_length=10, choices=States.choices, default=States.DRAFT)
    title = models.CharField(_("内容"), max_length=120)
    words = models.CharField(_("说明"), max_length=500, blank=True)
    activity_day = models.DateField(_("完成日期"))
    units = models.PositiveSmallIntegerField(_("数量"), default=1)
    hours_claimed = models.DecimalField(_("申报学时"), max_digits=5, decimal_places=2)
    hours_granted = models.DecimalField(_("认定学时"), max_digits=5, decimal_places=2, null=True, blank=True)
    region_code = models.CharField(_("地区"), max_length=6)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    appealed = models.BooleanField(_("已申诉"), default=False)
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    decided_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("学时申报")
        verbose_name_plural = _("学时申报")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="claim_queue"),
            models.Index(fields=["learner", "-id"], name="claim_of_learner"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(hours_claimed__gt=0), name="claim_of_nothing"),
            # Accepted without a number: nobody could say what was entered into the ledger.
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | models.Q(hours_granted__gt=0), name="claim_accepted_as_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.title} {self.state}"


class ClaimStep(models.Model):
    """A row for one thing that was done to a claim, with the reason given. Written once, never changed (0002).

    hours: what was claimed or granted with it, NULL where none was.
    """

    # pii: who decided what about whom, in words
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="steps")
    deed = models.CharField(_("办理"), max_length=10, choices=[(deed.value, deed.value) for deed in Deed])
    state = models.CharField(_("之后的状态"), max_length=10)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    hours = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("申报办理记录")
        verbose_name_plural = _("申报办理记录")
        default_permissions = ("view",)
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.deed}"


class Evidence(models.Model):
    """A row for an uploaded file that proves something: of a claim or of a company's training, by its uuid (`subject`).

    likeness: 64 bits of how a picture looks (domain.evidence), NULL for PDFs and plain pictures. A file that was taken back
    keeps its row and its bytes (removed_at): it may already have been looked at.
    """

    # pii: pictures and papers of persons, private; kept as long as the claim
    class Subject(models.TextChoices):
        CLAIM = "claim", _("学时申报")
        TRAINING = "training", _("企业培训")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    subject_kind = models.CharField(max_length=10, choices=Subject.choices)
    subject = models.UUIDField(db_index=True)
    name = models.CharField(_("文件名"), max_length=100)
    content_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    sha256 = models.BinaryField(max_length=32, db_index=True)
    likeness = models.BigIntegerField(null=True, blank=True)
    file = models.FileField(storage=private_storage, upload_to=evidence_name)
    added_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("证明材料")
        verbose_name_plural = _("证明材料")
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            # The same paper twice in one claim proves nothing twice.
            models.UniqueConstraint(
                fields=["subject", "sha256"],
                condition=models.Q(removed_at__isnull=True),
                name="evidence_same_file_twice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject}: {self.uuid}"
