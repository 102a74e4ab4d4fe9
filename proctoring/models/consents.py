"""Who agreed to what, and the key of each person: with it gone, everything that it sealed is gone."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Consent(models.Model):
    """A row for each time a person agreed that their face is kept and compared; never bundled with anything else.

    `version` names the words that were shown and `digest` is their SHA-256. Cases: withdrawn_at NULL = in force, at most
    one such row a person; set = withdrawn, and what was kept is erased.
    """

    # pii: that a person agreed, and when; no biometrics
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("人脸信息同意")
        verbose_name_plural = _("人脸信息同意")
        constraints = [
            # Withdrawing one of two would leave the other in force.
            models.UniqueConstraint(
                fields=["learner"], condition=Q(withdrawn_at__isnull=True), name="consent_twice_in_force"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_before_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.version}"


class PersonKey(models.Model):
    """A row for the key under which all that is kept of one person's face is sealed.

    `sealed` is the key itself, sealed by the installation's LMS_FACE_KEY. Deleting the row is the erasure: what a backup
    still holds of pictures and templates opens no more. This table is therefore left out of backups that are kept longer
    than an erasure may take (docs/runbooks/faces.md).
    """

    # pii: key to a person's pictures and templates
    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("个人密钥")
        verbose_name_plural = _("个人密钥")

    def __str__(self) -> str:
        return f"{self.learner_id}"
