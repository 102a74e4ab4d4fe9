"""What is kept of a face: templates and pictures, sealed; the index in which one face in two accounts is found."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HnswIndex, VectorField

from proctoring.vectors import DIMENSIONS


class FaceTemplate(models.Model):
    """A row for one enrolled look of a person: the embedding as little-endian float32, sealed under the person's key.

    Several a person, at least in two lightings. Never readable by the learner or an API. `quality` holds figures of
    sharpness, light and size, no biometrics.
    """

    # pii: biometrics, sealed under the person's key
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    model_name = models.CharField(max_length=80)
    model_version = models.CharField(max_length=40)
    lighting = models.CharField(max_length=12)
    quality = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("人脸模板")
        verbose_name_plural = _("人脸模板")
        indexes = [models.Index(fields=["learner", "model_name"], name="face_template_of_learner")]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.lighting}"


class FaceIndex(models.Model):
    """A row for each template in the clear, to search one face among all accounts. Derived, and made anew each night.

    The table is UNLOGGED (migration): it is in no backup made from the write-ahead log and is empty after a crash, so a
    restored house finds nobody here whom it should have forgotten.
    """

    # pii: biometrics in the clear; derived, unlogged, deleted with its template
    template = models.OneToOneField(FaceTemplate, primary_key=True, on_delete=models.CASCADE, related_name="+")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    model_name = models.CharField(max_length=80)
    embedding = VectorField(dimensions=DIMENSIONS)

    class Meta:
        verbose_name = _("人脸检索")
        verbose_name_plural = _("人脸检索")
        indexes = [
            HnswIndex(
                name="face_index_nearest",
                fields=["embedding"],
                m=16,
                ef_construction=64,
                opclasses=["vector_cosine_ops"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}"


class FacePicture(models.Model):
    """A row for one kept picture (JPEG), sealed under the person's key; deleted at `expires_at`, or with the consent.

    Cases: template set = taken at enrolment; face_try set = a frame of a check. `number` orders those of one check.
    """

    # pii: biometrics (a face), sealed under the person's key
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(FaceTemplate, null=True, blank=True, on_delete=models.CASCADE, related_name="pictures")
    face_try = models.ForeignKey(
        "proctoring.FaceTry", null=True, blank=True, on_delete=models.CASCADE, related_name="pictures"
    )
    number = models.PositiveSmallIntegerField(default=0)
    sealed = models.BinaryField()
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("人脸照片")
        verbose_name_plural = _("人脸照片")
        indexes = [models.Index(fields=["expires_at"], name="face_picture_expiry")]
        constraints = [
            # A picture that belongs to nothing would be found by no deletion but the last one.
            models.CheckConstraint(
                condition=models.Q(template__isnull=False) ^ models.Q(face_try__isnull=False),
                name="face_picture_of_nothing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class PictureView(models.Model):
    """A row for each time a reviewer was shown a picture; kept when the picture is gone. Inserted, never changed."""

    # pii: who looked at whose picture; no biometrics
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    picture_uuid = models.UUIDField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("照片查看")
        verbose_name_plural = _("照片查看")

    def __str__(self) -> str:
        return f"{self.viewer_id} → {self.picture_uuid}"
