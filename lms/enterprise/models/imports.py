"""An import of a company's staff: the file and how far it has come, its rows, and how the company's columns are called."""

from uuid import uuid4

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def private_storage() -> Storage:
    """Return the storage that is never served. A function, so that no migration names a folder of one installation."""
    return storages["private"]


def list_name(row: "RosterImport", original_name: str) -> str:
    """Return where a list is kept: named by us; the uploader's name is shown and never used."""
    return f"lists/{row.uuid.hex[:2]}/{row.uuid.hex}"


class RosterImport(models.Model):
    """A row for one list of staff that a company uploaded: the row is the queue (docs/adr/0007).

    `file` holds the rows of the list, sealed; it is removed a month after the import is over. `columns`: field → column
    from 0; `counts`: outcome → rows. Cases: MAPPING waits for the company to say which column is which; CHECKING for a
    worker; CHECKED for the company's word; RUNNING is done in batches, each whole; DONE, CANCELLED (what was done stays) and
    REFUSED (`trouble`) are over. `claimed_at`: the last sign of life of the worker that has it.
    """

    # pii: names the person who imported; the sealed file holds a whole list of staff
    class State(models.TextChoices):
        MAPPING = "mapping", _("待核对列")
        CHECKING = "checking", _("检查中")
        CHECKED = "checked", _("待确认")
        RUNNING = "running", _("导入中")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")
        REFUSED = "refused", _("未收下")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("单位")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.MAPPING)
    name = models.CharField(_("文件名"), max_length=100)
    form = models.CharField(max_length=5)
    file = models.FileField(storage=private_storage, upload_to=list_name, blank=True)
    sheets = models.JSONField(default=list)
    sheet = models.CharField(_("工作表"), max_length=120, blank=True)
    columns = models.JSONField(default=dict)
    head_row = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    rows_total = models.PositiveIntegerField(_("行数"), default=0)
    rows_done = models.PositiveIntegerField(_("已处理"), default=0)
    uploaded_at = models.DateTimeField(_("上传时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    trouble = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("名单导入")
        verbose_name_plural = _("名单导入")
        default_permissions = ("view",)
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="roster_import_of_company"),
            models.Index(
                fields=["state"], condition=Q(state__in=["checking", "running"]), name="roster_import_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows_done__lte=models.F("rows_total")), name="roster_import_more_than_all_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class ImportRow(models.Model):
    """A row for one row of a list as its company sees it: as it was checked and, once done, what became of it.

    Cases: REFUSED has `faults` ([column letter, code, about]); SAME changes nothing; MOVING asks a person of another company.
    """

    # pii: name of a person who may not know yet
    class Outcome(models.TextChoices):
        NEW = "new", _("新建")
        JOINED = "joined", _("加入")
        CHANGED = "changed", _("更新")
        SAME = "same", _("无变化")
        MOVING = "moving", _("待本人同意转入")
        REFUSED = "refused", _("未收下")

    run = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("行"))
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome.choices)
    faults = models.JSONField(default=list)
    name = models.CharField(_("姓名"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("名单的一行")
        verbose_name_plural = _("名单的行")
        default_permissions = ()
        ordering = ["number"]
        constraints = [
            # The same row twice would be told twice. Also the index by which rows are found.
            models.UniqueConstraint(fields=["run", "number"], name="import_row_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number} {self.outcome}"


class ImportBatch(models.Model):
    """A row for what a run must know of some rows of a list, which it does as a whole; removed with the doing.

    first, last: the numbers of these rows; `sealed` holds them as one (lms.enterprise.actions.batches). Who is refused, or stays
    the same, is in none.
    """

    # pii: names, ID numbers, phones, certificates of persons who may not know yet; all of it sealed
    run = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="batches", db_index=False)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("名单的一批")
        verbose_name_plural = _("名单的批次")
        default_permissions = ()
        ordering = ["first"]
        constraints = [
            # The same rows twice would make one person twice.
            models.UniqueConstraint(fields=["run", "first"], name="import_batch_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.first}–{self.last}"


class ColumnMemory(models.Model):
    """A row for what a company's columns are called: field → heading, as somebody of it chose last."""

    # pii: none
    organisation = models.OneToOneField("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    headings = models.JSONField(default=dict)
    remembered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("名单的列")
        verbose_name_plural = _("名单的列")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class TransferRequest(models.Model):
    """A row for a company that would take on a person of another company: the person says yes or no, nobody else.

    Cases: state ASKED waits until `expires_at`. The other company is not named in it: which it is, the person knows.
    """

    # pii: who may change to which company
    class State(models.TextChoices):
        ASKED = "asked", _("待本人同意")
        ACCEPTED = "accepted", _("已转入")
        DECLINED = "declined", _("已谢绝")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("有效期至"))
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("转入请求")
        verbose_name_plural = _("转入请求")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            # One question at a time: two answers could contradict each other.
            models.UniqueConstraint(
                fields=["person", "organisation"], condition=Q(state="asked"), name="transfer_asked_twice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.organisation_id} {self.state}"


class Invitation(models.Model):
    """A row for the invitation of a person whom a company has enrolled, and who has no password yet.

    The token is made of `uuid`, `serial` and the installation's key, and stands nowhere; `token_hash` finds it. A new serial
    makes every earlier letter void. Cases: used_at set = accepted by the person; declined_at = said no; revoked_at =
    withdrawn by the company or by too many wrong answers. `queued` = waits to be sent.
    """

    # pii: who was invited by whom, and whether they came
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(  # found by `invitation_twice`
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    serial = models.PositiveSmallIntegerField(default=1)
    token_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(_("时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    queued = models.BooleanField(default=False)
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    printed_at = models.DateTimeField(_("打印时间"), null=True, blank=True)
    wrong_answers = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(_("首次登录"), null=True, blank=True)
    declined_at = models.DateTimeField(_("谢绝时间"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("邀请")
        verbose_name_plural = _("邀请")
        default_permissions = ("view",)
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["queued"], condition=Q(queued=True), name="invitation_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="invitation_token_shared"),
            # One letter a person and company: a second would outlive the revoking of the first.
            models.UniqueConstraint(fields=["organisation", "person"], name="invitation_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} → {self.person_id}"
