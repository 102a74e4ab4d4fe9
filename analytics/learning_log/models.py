"""The log's tables: the records, which nobody may change, and beside them the names, which may be forgotten."""

from uuid import uuid4

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class LogRecord(models.Model):
    """A row for one thing that happened. Inserted, never changed: triggers of 0002_append_only refuse all else.

    A correction is a new record that names the old one. Ids are plain numbers and texts without foreign keys, so that
    the record outlives what it tells of. `happened_at` is the source's time, `recorded_at` ours, both to the ms.
    `canonical` holds the exact bytes that `leaf_hash` was taken over (analytics.domain.record); the other columns
    repeat them for searching, and an auditor's page says when they do not agree.
    Cases: actor NULL = the system did it; learner NULL = it concerns nobody's learning; subject "" = no object.
    """

    # pii: ids of persons; names and numbers never (they stand in Label)
    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid4, editable=False)
    kind = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    learner_id = models.BigIntegerField(null=True)
    subject = models.TextField(default="")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    payload = models.JSONField()
    canonical = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        default_permissions = ("view",)  # what nobody may do cannot be granted by mistake
        constraints = [
            # The same record twice would count the same evidence twice.
            models.UniqueConstraint(fields=["uuid"], name="log_record_uuid_twice"),
        ]
        indexes = [
            BrinIndex(fields=["recorded_at"], name="log_record_recorded_at", autosummarize=True),
            models.Index(fields=["learner_id", "id"], name="log_record_learner"),
            models.Index(fields=["kind", "id"], name="log_record_kind"),
            models.Index(fields=["subject", "id"], name="log_record_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class Label(models.Model):
    """A row for the name of something that records mention by id: kind "person", key "17", text "陈师傅".

    Mutable and deletable on purpose: forgetting a person removes the label, and no hash breaks (docs/adr/0010).
    """

    # pii: names of persons
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    text = models.CharField(max_length=200)

    class Meta:
        default_permissions = ("view",)
        constraints = [
            # Two names for one id: a reader could not tell whom the record means.
            models.UniqueConstraint(fields=["kind", "key"], name="log_label_key_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
