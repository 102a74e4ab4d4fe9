"""The rules in their versions, the ledger of hours, and how far the log has been read."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.credit.domain.terms import EvidenceState, LedgerCategory, Status


class RuleSetVersion(models.Model):
    """A row for one version of a region's rules, complete: inherited leaves stand in it, marked with whose they are.

    `data` has the shape that domain.parsing.parse reads, each leaf with its source or marked as assumed. A version is
    never edited: other numbers are another version. `effective_until` is exclusive; NULL = until a later one begins.
    """

    # pii: none

    class State(models.TextChoices):
        IN_FORCE = Status.IN_FORCE.value, _("现行")
        DRAFT = Status.DRAFT.value, _("草案")
        FICTIONAL = Status.FICTIONAL.value, _("演示（虚构）")

    code = models.CharField(_("规则"), max_length=40)
    version = models.CharField(_("版本"), max_length=20)
    name = models.CharField(_("名称"), max_length=60)
    region_code = models.CharField(_("地区"), max_length=6)
    status = models.CharField(_("状态"), max_length=10, choices=State.choices)
    effective_from = models.DateField(_("施行日"))
    effective_until = models.DateField(_("停用日"), null=True, blank=True)
    data = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("规则版本")
        verbose_name_plural = _("规则版本")
        default_permissions = ("view",)
        ordering = ["code", "-effective_from", "-id"]
        constraints = [
            # “v2026.1” on a learner's page must mean one set of numbers for ever.
            models.UniqueConstraint(fields=["code", "version"], name="rule_set_version_twice"),
            models.CheckConstraint(
                condition=models.Q(effective_until__isnull=True)
                | models.Q(effective_until__gt=models.F("effective_from")),
                name="rule_set_ends_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class RuleSetDraft(models.Model):
    """A row for a version of rules that an authority prepares. `data` as in RuleSetVersion; `base` is what it began from.

    Cases: DRAFT may be edited; PROPOSED waits for a second person; PUBLISHED has become `published`; WITHDRAWN is kept.
    `hands`: ids of everybody who edited or proposed it; none of them may publish. `trial`: what it would change
    (queries.trials), with the digest of the data that was tried.
    """

    # pii: who of an authority did what; in `trial`, which certificates change state
    class State(models.TextChoices):
        DRAFT = "draft", _("起草中")
        PROPOSED = "proposed", _("待复核")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤回")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    base = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("起草所据版本"))
    code = models.CharField(_("规则"), max_length=40)
    effective_from = models.DateField(_("施行日"))
    reason = models.CharField(_("修改理由"), max_length=300)
    data = models.JSONField()
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    hands = models.JSONField(default=list)
    trial = models.JSONField(default=dict)
    remark = models.CharField(_("复核意见"), max_length=300, blank=True)
    published = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(_("起草时间"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("规则草稿")
        verbose_name_plural = _("规则草稿")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            # Two drafts at once would each be tried against rules that the other changes.
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(state__in=["draft", "proposed"]), name="rule_set_draft_twice"
            ),
            # Published without its version, or a version that nobody published.
            models.CheckConstraint(
                condition=models.Q(state="published", published__isnull=False)
                | (~models.Q(state="published") & models.Q(published__isnull=True)),
                name="rule_set_draft_published_as_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.get_state_display()}"


class CreditEntry(models.Model):
    """A row for time that was earned, or taken back, in one category on one day. Written once, never changed (0002).

    `seconds` is exact and signed; how many hours it is worth says the rule set of each certificate. `post_code` "" =
    counts for every post of the learner. `evidence` holds what the source says: for watching {"records": ids in the
    log, "spans": [[start_ms, end_ms], …], "lesson_ms": length of the lesson}. `log_record_id` (no foreign key) is the newest
    record that the sum had seen.
    Cases: earned (seconds > 0); a sum that evidence no longer supports (seconds < 0, source_kind video, reverses NULL);
    a reversal by a person (`reverses` set, same category, day and state, seconds negated); waiting, refused or found
    twice (by `state`): kept and shown, not counted.
    """

    # pii: what a person has studied

    class Category(models.TextChoices):
        ONLINE_GENERAL = LedgerCategory.ONLINE_GENERAL.value, _("网络 · 通用")
        ONLINE_PROFESSIONAL = LedgerCategory.ONLINE_PROFESSIONAL.value, _("网络 · 专业")
        F2F = LedgerCategory.F2F.value, _("面授")
        LIVE = LedgerCategory.LIVE.value, _("直播")
        SELF_STUDY = LedgerCategory.SELF_STUDY.value, _("自主学习")
        ENTERPRISE = LedgerCategory.ENTERPRISE.value, _("企业培训")

    class State(models.TextChoices):
        VALID = EvidenceState.VALID.value, _("已记")
        PROVISIONAL = EvidenceState.PROVISIONAL.value, _("暂记")
        TEST_PENDING = EvidenceState.TEST_PENDING.value, _("待测试")
        PENDING_REVIEW = EvidenceState.PENDING_REVIEW.value, _("待审")
        REJECTED = EvidenceState.REJECTED.value, _("未计（未通过）")
        DUPLICATE = EvidenceState.DUPLICATE.value, _("未计（重复）")

    class SourceKind(models.TextChoices):
        VIDEO = "video", _("网络课")
        LIVE = "live", _("直播课")
        F2F = "f2f", _("面授课")
        CLAIM = "claim", _("本人申报")
        ENTERPRISE = "enterprise", _("企业申报")
        IMPORTED = "imported", _("导入的历史学时")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(_("类别"), max_length=20, choices=Category.choices)
    seconds = models.IntegerField(_("秒"))
    activity_day = models.DateField(_("学习日期"))
    post_code = models.CharField(_("岗位"), max_length=40, blank=True)
    state = models.CharField(_("状态"), max_length=20, choices=State.choices, default=State.VALID)
    source_kind = models.CharField(_("来源"), max_length=12, choices=SourceKind.choices)
    source_ref = models.CharField(_("来源编号"), max_length=80, blank=True)
    title = models.CharField(_("内容"), max_length=200)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    evidence = models.JSONField(default=dict)
    log_record_id = models.BigIntegerField(null=True, blank=True)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("学时记录")
        verbose_name_plural = _("学时记录")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["learner", "activity_day", "id"], name="credit_entry_of_learner")]
        constraints = [
            # The same sum over the same records would pay for the same watching again.
            models.UniqueConstraint(
                fields=["learner", "source_ref", "activity_day", "log_record_id"],
                condition=models.Q(log_record_id__isnull=False),
                name="credit_entry_same_evidence_twice",
            ),
            # One class, claim or import is credited to a person once; a new state of it is a reversal and a new row.
            models.UniqueConstraint(
                fields=["learner", "source_kind", "source_ref", "state"],
                condition=models.Q(log_record_id__isnull=True, reverses__isnull=True) & ~models.Q(source_ref=""),
                name="credit_entry_same_source_twice",
            ),
            # Reversed twice, an hour would be taken that was never given.
            models.UniqueConstraint(fields=["reverses"], name="credit_entry_reversed_twice"),
            models.CheckConstraint(condition=~models.Q(seconds=0), name="credit_entry_of_nothing"),
            # Only watching and reversals may lower a sum; a claim of less than nothing is a mistake.
            models.CheckConstraint(
                condition=models.Q(seconds__gt=0) | models.Q(source_kind="video") | models.Q(reverses__isnull=False),
                name="credit_entry_negative_claim",
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=[item.value for item in LedgerCategory]),
                name="credit_entry_unknown_category",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[item.value for item in EvidenceState]),
                name="credit_entry_unknown_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.category} {self.activity_day}: {self.seconds} s"


class CreditBalance(models.Model):
    """A row for where one certificate stands in one cycle, as the ledger said when it was rebuilt: derived, no authority.

    Rebuilt by every deed that writes the ledger, in its transaction, and compared with the ledger every night. `figures`
    (domain.balance) holds exact hours as text. `basis` = what it was judged by beside the ledger: issue day, post, rules.
    `newest_entry_id` (no foreign key) = the newest entry of the learner that the sum had seen, 0 = none. cycle 0 = before
    certification, without days.
    """

    # pii: how far a person's continuing education is
    licence = models.ForeignKey("accounts.Licence", on_delete=models.CASCADE, related_name="+", verbose_name=_("证书"))
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cycle = models.PositiveSmallIntegerField(_("周期"))
    starts_on = models.DateField(_("起"), null=True, blank=True)
    ends_on = models.DateField(_("止（不含）"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=12)
    satisfied = models.BooleanField(_("达标"))
    as_of = models.DateField(_("截至"))
    basis = models.JSONField()
    figures = models.JSONField()
    newest_entry_id = models.BigIntegerField()
    rebuilt_at = models.DateTimeField(_("重算时间"))

    class Meta:
        verbose_name = _("学时余额")
        verbose_name_plural = _("学时余额")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["learner"], name="credit_balance_of_learner")]
        constraints = [
            # Two sums for one cycle: a reader would see either. Its index also answers “this certificate, this cycle”.
            models.UniqueConstraint(fields=["licence", "cycle"], name="credit_balance_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.cycle}: {self.state}"


class BalanceMismatch(models.Model):
    """A row for a balance that was found to differ from the ledger, with both sides; it was rebuilt at once. For operators.

    licence_uuid without a foreign key: the finding outlives the certificate.
    """

    # pii: how far a person's continuing education is
    licence_uuid = models.UUIDField(_("证书"))
    cycle = models.PositiveSmallIntegerField(_("周期"))
    stored = models.JSONField(_("余额"))
    computed = models.JSONField(_("台账"))
    found_at = models.DateTimeField(_("发现时间"))

    class Meta:
        verbose_name = _("余额不符")
        verbose_name_plural = _("余额不符")
        default_permissions = ("view",)
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.licence_uuid} {self.cycle}"


class HoldResolution(models.Model):
    """A row for what an authority decided about a cycle on hold. Written once, never changed (0005).

    Cases: RENEW: the certificate may be renewed although a category is short; RETRAIN: training is due again. `rules`: the
    rule set and version by which the cycle was on hold.
    """

    # pii: what was decided about a person's certificate, and by whom

    class Outcome(models.TextChoices):
        RENEW = "renew", _("准予延续")
        RETRAIN = "retrain", _("须重新培训")

    licence = models.ForeignKey("accounts.Licence", on_delete=models.PROTECT, related_name="+", verbose_name=_("证书"))
    cycle = models.PositiveSmallIntegerField(_("周期"))
    outcome = models.CharField(_("决定"), max_length=10, choices=Outcome.choices)
    reason = models.CharField(_("理由"), max_length=300)
    rules = models.CharField(_("规则"), max_length=64)
    decided_at = models.DateTimeField(_("决定时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("决定人")
    )

    class Meta:
        verbose_name = _("暂缓的决定")
        verbose_name_plural = _("暂缓的决定")
        default_permissions = ("view",)
        constraints = [
            # Two decisions about one cycle: a certificate could be renewed and refused.
            models.UniqueConstraint(fields=["licence", "cycle"], name="credit_hold_resolved_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.cycle}: {self.outcome}"


class AwardMark(models.Model):
    """A row (there is one) for how far the sweep has read the log: every record up to `record_id` has been awarded.

    Losing it costs time, not hours: the sweep would read again from the beginning, and awarding twice changes nothing.
    """

    # pii: none
    name = models.CharField(max_length=20, primary_key=True)
    record_id = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("记学时进度")
        verbose_name_plural = _("记学时进度")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.name}: {self.record_id}"
