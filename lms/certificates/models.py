"""The tables of certificates: series of numbers, certificates, their versions, and what is asked, proposed and applied for."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class NumberSeries(models.Model):
    """A row for a series from which an issuer takes numbers: one template for one region, post and year.

    `next_serial` is read and raised under the row's lock in the transaction that stores the certificate, so that an issue
    which fails leaves no gap. `template`: text of domain.numbering, one for ever once a number was taken.
    """

    # pii: none
    template = models.CharField(_("编号规则"), max_length=80)
    region_code = models.CharField(_("地区"), max_length=6)
    post_number = models.CharField(_("岗位代码"), max_length=4)
    year = models.PositiveSmallIntegerField(_("年份"))
    next_serial = models.PositiveIntegerField(_("下一顺序号"), default=1)

    class Meta:
        verbose_name = _("编号序列")
        verbose_name_plural = _("编号序列")
        default_permissions = ("view",)
        constraints = [
            # Two counters for one series would both give number 1.
            models.UniqueConstraint(fields=["template", "region_code", "post_number", "year"], name="series_twice"),
            models.CheckConstraint(condition=Q(next_serial__gte=1), name="series_serial_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.post_number} {self.year}: {self.next_serial}"


class Certificate(models.Model):
    """A row for one certificate, as one side knows it. Its facts stand in its versions; `latest` is the one that counts.

    Cases: side ISSUER: this installation gave it its number (series and serial set) or took it over from before
    (both NULL). side PLATFORM: this installation asked for it and keeps what the issuer answered; only here are `holder`
    and `licence` set. revoked_at set = 已注销; shown for ever, and its number is never used again. Expiry is no state:
    it is read from valid_to.
    """

    # pii: certificate number of a person, and who holds it
    class Side(models.TextChoices):
        ISSUER = "issuer", _("发证系统")
        PLATFORM = "platform", _("学习平台")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    side = models.CharField(_("所在系统"), max_length=10, choices=Side.choices)
    number = models.CharField(_("证书编号"), max_length=40)
    series = models.ForeignKey(
        NumberSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    serial = models.PositiveIntegerField(null=True, blank=True)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("持证人"),
    )
    licence = models.ForeignKey("accounts.Licence", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    holder_hash = models.CharField(max_length=64, blank=True)
    post_code = models.CharField(_("岗位"), max_length=40, blank=True)
    platform_code = models.CharField(_("申请平台"), max_length=40, blank=True)
    region_code = models.CharField(_("地区"), max_length=6)
    valid_to = models.DateField(_("有效期止"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("注销时间"), null=True, blank=True)
    revocation_reason = models.CharField(_("注销原因"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        default_permissions = ("view",)
        ordering = ["id"]
        constraints = [
            # A number means one certificate for ever, revoked or not.
            models.UniqueConstraint(fields=["side", "number"], name="certificate_number_twice"),
            models.UniqueConstraint(fields=["series", "serial"], name="certificate_serial_twice"),
            # Two electronic certificates for one post of one person.
            models.UniqueConstraint(
                fields=["licence"], condition=Q(revoked_at__isnull=True), name="certificate_of_licence_twice"
            ),
            # The same person numbered twice for one post, by two platforms or two requests.
            models.UniqueConstraint(
                fields=["holder_hash", "post_code"],
                condition=Q(side="issuer", revoked_at__isnull=True) & ~Q(holder_hash=""),
                name="certificate_of_person_twice",
            ),
            models.CheckConstraint(condition=~Q(number=""), name="certificate_without_number"),
            # A platform never mints: only an issuer's row may stand in a series.
            models.CheckConstraint(
                condition=Q(side="issuer") | Q(series__isnull=True, serial__isnull=True),
                name="certificate_minted_by_platform",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revocation_reason=""),
                name="certificate_revoked_without_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.get_side_display()})"


class CertificateVersion(models.Model):
    """A row for one version of a certificate. Written once, never changed (0002): what it says was printed.

    `facts`: domain.facts.CertificateFacts, texts copied at issue. `cycle`: the cycle whose completion led to it (RENEWAL).
    `request_uuid`: what was asked for it. `issued_at`: by the issuer's clock, equal on both sides.
    """

    # pii: name, masked ID number, post and hours of a person
    class Kind(models.TextChoices):
        FIRST = "first", _("首次发证")
        REGISTERED = "registered", _("历史数据登记")
        RENEWAL = "renewal", _("延续更新")
        EXCHANGE = "exchange", _("旧证换发")
        CORRECTION = "correction", _("更正")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("版本"))
    kind = models.CharField(_("缘由"), max_length=12, choices=Kind.choices)
    facts = models.JSONField()
    facts_digest = models.CharField(max_length=64)
    cycle = models.PositiveSmallIntegerField(_("周期"), null=True, blank=True)
    request_uuid = models.UUIDField(null=True, blank=True)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    issued_at = models.DateTimeField(_("签发时间"))

    class Meta:
        verbose_name = _("证书版本")
        verbose_name_plural = _("证书版本")
        default_permissions = ("view",)
        ordering = ["certificate_id", "version"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "version"], name="certificate_version_twice"),
            # One cycle renews once: a message that comes twice must not extend twice.
            models.UniqueConstraint(
                fields=["certificate", "cycle"], condition=Q(kind="renewal"), name="certificate_cycle_renewed_twice"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="certificate_version_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} v{self.version}"


class CertificateFile(models.Model):
    """A row for the signed paper of one version: made once and kept, not rebuilt on each view. Written once (0002).

    `name`: key in private storage. `sha256`: hex of the bytes as they were signed.
    """

    # pii: the file holds what the version says
    version = models.OneToOneField(CertificateVersion, on_delete=models.PROTECT, related_name="file")
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    made_at = models.DateTimeField(_("制作时间"))

    class Meta:
        verbose_name = _("证书文件")
        verbose_name_plural = _("证书文件")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name


class PublicRecord(models.Model):
    """A row for a number: what a stranger who knows name and number may be shown, as JSON text. Written by triggers (0005)
    whenever a version or a revocation is, so that a question costs one row of one table.

    record: {"revoked_on", "reason", "facts" of the newest version, "history": [[version, kind, day], …], newest first}.
    """

    # pii: what the newest version says
    number = models.CharField(_("证书编号"), max_length=40, primary_key=True)
    record = models.TextField()

    class Meta:
        verbose_name = _("公开信息")
        verbose_name_plural = _("公开信息")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.number


class HoursProof(models.Model):
    """A row for one proof of hours that a learner asked for: its check code, what it says, and the signed file. Written once.

    `facts`: lms.certificates.pdf.proof.ProofFacts as texts. `name`: key in private storage.
    """

    # pii: name, masked ID number and hours of a person
    code = models.CharField(_("校验码"), max_length=12, unique=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    licence = models.ForeignKey("accounts.Licence", on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField()
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("出具时间"))

    class Meta:
        verbose_name = _("学时证明")
        verbose_name_plural = _("学时证明")
        default_permissions = ("view",)
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.code


class CertificateRequest(models.Model):
    """A row for something that a platform asks of the issuer: the row is the queue. `lms.exchange` carries it.

    Cases: WAITING_AUTHORITY: an authority must decide first (a cycle on hold, draft rules); QUEUED: to be sent;
    ANSWERED: `certificate` has the new version; REFUSED: `refusal` is the issuer's code; RETRAIN: no renewal, training
    is due. `body`: what the issuer is told, fixed when the row is queued, so that sending again says the same. `remark`: why an
    officer decided as they did. `doubted_at`: since when hours that were taken back leave the renewal without its ground.
    """

    # pii: what a person has asked for, with the facts that support it
    class Kind(models.TextChoices):
        FIRST = "first", _("首次发证")
        RENEWAL = "renewal", _("延续更新")
        EXCHANGE = "exchange", _("旧证换发")

    class State(models.TextChoices):
        WAITING_AUTHORITY = "waiting_authority", _("等待主管部门决定")
        QUEUED = "queued", _("已提交发证系统")
        ANSWERED = "answered", _("已更新")
        REFUSED = "refused", _("发证系统退回")
        RETRAIN = "retrain", _("须重新培训")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("事项"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=20, choices=State.choices)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    licence = models.ForeignKey("accounts.Licence", on_delete=models.PROTECT, related_name="+")
    cycle = models.PositiveSmallIntegerField(_("周期"), default=0)
    body = models.JSONField(default=dict)
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )
    refusal = models.CharField(_("退回原因"), max_length=60, blank=True)
    remark = models.CharField(_("主管部门意见"), max_length=300, blank=True)
    doubted_at = models.DateTimeField(_("学时不再支持延续的时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    settled_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("发证申请")
        verbose_name_plural = _("发证申请")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            # Completing a cycle starts one renewal, however often the bell rings.
            models.UniqueConstraint(fields=["licence", "kind", "cycle"], name="certificate_request_twice"),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(certificate__isnull=False),
                name="certificate_request_answered_by_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.licence_id}/{self.cycle}: {self.state}"


class ChangeProposal(models.Model):
    """A row for a revocation or a correction that one officer proposes and another decides, each with a reason. Issuer's side.

    Cases: PROPOSED waits; DONE has changed the certificate; DECLINED is kept. `changes`: for CORRECT, field → new text
    (domain.corrections); for REVOKE empty. `told_at`: when the platform that asked for the certificate had taken the change.
    """

    # pii: what was done to a person's certificate, and by whom
    class Kind(models.TextChoices):
        REVOKE = "revoke", _("注销")
        CORRECT = "correct", _("更正")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待复核")
        DONE = "done", _("已执行")
        DECLINED = "declined", _("未同意")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(_("事项"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PROPOSED)
    changes = models.JSONField(default=dict)
    reason = models.CharField(_("理由"), max_length=300)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    remark = models.CharField(_("复核意见"), max_length=300, blank=True)
    told_at = models.DateTimeField(_("告知平台时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("注销与更正")
        verbose_name_plural = _("注销与更正")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            # The second pair of eyes belongs to somebody else.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="certificate_change_decided_alone",
            ),
            # Two changes at once would each be decided on facts that the other changes.
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(state="proposed"), name="certificate_change_proposed_twice"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="certificate_change_without_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.certificate_id}: {self.state}"


class PaperExchange(models.Model):
    """A row for an application to exchange an old paper certificate for an electronic one.

    `decision`: what the rules said on the day it was handed in (answer, refusals, flags). Cases: SUBMITTED waits for an
    officer, who checks health and record; CONFIRMED has made `request`; DECLINED is kept with `remark`.
    """

    # pii: old certificate number, statements about health and record
    class State(models.TextChoices):
        SUBMITTED = "submitted", _("待核查")
        CONFIRMED = "confirmed", _("已核准")
        DECLINED = "declined", _("未核准")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("申请人")
    )
    region_code = models.CharField(_("地区"), max_length=6)
    rule_set_code = models.CharField(_("规则"), max_length=40)
    old_number = models.CharField(_("旧证编号"), max_length=40)
    old_post = models.CharField(_("旧证岗位"), max_length=40)
    new_post_code = models.CharField(_("换发岗位"), max_length=40)
    says_healthy = models.BooleanField(_("声明身体健康"))
    says_no_bad_record = models.BooleanField(_("声明无不良行为记录"))
    decision = models.JSONField()
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.SUBMITTED)
    submitted_at = models.DateTimeField(_("提交时间"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("核查时间"), null=True, blank=True)
    remark = models.CharField(_("核查意见"), max_length=300, blank=True)
    request = models.OneToOneField(
        CertificateRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="paper_exchange"
    )

    class Meta:
        verbose_name = _("旧证换发")
        verbose_name_plural = _("旧证换发")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            # An old certificate is exchanged once.
            models.UniqueConstraint(
                fields=["old_number"], condition=~Q(state="declined"), name="paper_certificate_exchanged_twice"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("applicant")), name="paper_exchange_own_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_number}: {self.state}"
