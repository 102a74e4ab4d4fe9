"""Persons, who they really are, and the licences they must keep alive. No foreign key leaves this app but to Django's own."""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A row for every person who may sign in, whatever their roles.

    `username` is chosen by the person or the employer; `phone` (digits only, mainland mobile without +86) signs in as well.
    The legal name and the ID document stand in `Identity`, away from every ordinary query.
    """

    # pii: name, phone
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("手机号"), max_length=20, null=True, blank=True)  # noqa: DJ001 — NULL: many persons have none, and '' would be a second owner
    phone_verified_at = models.DateTimeField(null=True, blank=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        constraints = [
            # Two persons signing in by one number would each see the other's hours.
            models.UniqueConstraint(fields=["phone"], name="user_phone_shared"),
            models.CheckConstraint(condition=~models.Q(phone=""), name="user_phone_empty_text"),
            # Names are looked up in lower case; one with capitals could never sign in.
            models.CheckConstraint(condition=models.Q(username=Lower("username")), name="user_username_with_capitals"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return the name in the one form in which it is stored and looked up."""
        return super().normalize_username(username).lower()


class Identity(models.Model):
    """A row for the ID document by which a person is known to the regulator.

    The number is stored encrypted (`number_encrypted`) and found by a keyed blind index (`number_index`); only its last
    four characters stand in clear, for showing `**************1013`. It never enters a log, a URL or an error.
    """

    class Kind(models.TextChoices):
        RESIDENT_ID = "resident_id", _("居民身份证")
        HK_MACAO_PERMIT = "hk_macao_permit", _("港澳居民来往内地通行证")
        TAIWAN_PERMIT = "taiwan_permit", _("台湾居民来往大陆通行证")
        FOREIGN_RESIDENCE = "foreign_residence", _("外国人永久居留身份证")
        PASSPORT = "passport", _("护照")

    # pii: legal name, ID number
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="identity")
    kind = models.CharField(_("证件类型"), max_length=20, choices=Kind.choices, default=Kind.RESIDENT_ID)
    legal_name = models.CharField(_("证件姓名"), max_length=60)
    number_encrypted = models.BinaryField()
    number_index = models.BinaryField(max_length=32)
    number_tail = models.CharField(max_length=4)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("实名信息")
        verbose_name_plural = _("实名信息")
        constraints = [
            # One document on two accounts would let one person earn twice, or two persons share one licence.
            models.UniqueConstraint(fields=["number_index"], name="identity_document_on_two_accounts"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {'*' * 14}{self.number_tail}"


class Licence(models.Model):
    """A row for a post certificate (岗位证书) that its holder keeps alive by continuing education.

    `post_code` is a code of content.domain.posts, `region_code` a GB/T 2260 code, `rule_set_code` names the rules its
    cycles are judged by. `issued_on` is the day printed on the certificate, in the regulator's time zone.
    Cases: issued_on NULL = the holder is still a candidate; withdrawn_on set = kept as a record, earns no more; exchanged_on
    set = given on that day for an old paper certificate, so that its first cycle begins on the next.
    """

    # pii: certificate number of a person
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="licences")
    post_code = models.CharField(_("岗位"), max_length=40)
    number = models.CharField(_("证书编号"), max_length=40, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    exchanged_on = models.DateField(_("换发日期"), null=True, blank=True)
    region_code = models.CharField(_("发证地区"), max_length=6)
    rule_set_code = models.CharField(_("适用规则"), max_length=40)
    works_in_post = models.BooleanField(_("从事本岗位工作"), default=True)
    withdrawn_on = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("岗位证书")
        verbose_name_plural = _("岗位证书")
        ordering = ["holder_id", "id"]
        constraints = [
            # The same post twice for one person would count the same hours for two renewals.
            models.UniqueConstraint(
                fields=["holder", "post_code"],
                condition=models.Q(withdrawn_on__isnull=True),
                name="licence_same_post_twice",
            ),
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="licence_number_shared"),
        ]

    def __str__(self) -> str:
        return f"{self.post_code} {self.number}"
