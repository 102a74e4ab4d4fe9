"""The table of enrolments."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.enrolment.domain.lifecycle import State


class Enrolment(models.Model):
    """A row for one person's right to study one course edition.

    Cases: active; completed (every lesson watched to its end, may still be watched again); withdrawn (kept as a record).
    `access_until` NULL = without end.
    """

    # pii: none

    class States(models.TextChoices):
        ACTIVE = State.ACTIVE.value, _("学习中")
        COMPLETED = State.COMPLETED.value, _("已学完")
        WITHDRAWN = State.WITHDRAWN.value, _("已退出")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    edition = models.ForeignKey("content.CourseEdition", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=States.choices, default=States.ACTIVE)
    enrolled_at = models.DateTimeField()
    access_from = models.DateTimeField()
    access_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        constraints = [
            # Two enrolments in one edition would make "continue" ambiguous and double every roster.
            models.UniqueConstraint(fields=["learner", "edition"], name="enrolment_same_edition_twice"),
            models.CheckConstraint(
                condition=models.Q(access_until__isnull=True) | models.Q(access_until__gt=models.F("access_from")),
                name="enrolment_ends_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} · {self.edition_id}"
