"""The log's tables: the records and the tree over them, which nobody may change; the names beside, which may be forgotten."""

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

    The table is partitioned by month (0009_months_of_records, docs/adr/0020): the database gives the number, which begins
    with the month, so the number alone is unique over all months. The uuid is unique in each partition, and thereby in
    all: the same record twice has the same time of filing.
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

    Mutable and deletable on purpose: forgetting a person removes the label, and no hash breaks (docs/adr/0010). Words that
    a record commits to have the commitment for their key, and a salt (docs/adr/0014); salt empty = no record commits.
    """

    # pii: names of persons
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    text = models.CharField(max_length=200)
    salt = models.BinaryField(max_length=32, default=b"")

    class Meta:
        default_permissions = ("view",)
        constraints = [
            # Two names for one id: a reader could not tell whom the record means.
            models.UniqueConstraint(fields=["kind", "key"], name="log_label_key_twice"),
        ]
        indexes = [models.Index(fields=["kind", "text"], name="log_label_text")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class LogArrival(models.Model):
    """A row for a record that has no place in the tree yet.

    A trigger writes it with the record, in the same transaction, so that a record which commits late is found all the
    same; the sequencer takes it away when it gives the place. Another trigger refuses any other way out.
    """

    # pii: none
    record_id = models.BigIntegerField(primary_key=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"record {self.record_id} waits"


class LogPosition(models.Model):
    """A row for a record's place in the tree: leaves from 0 on, without a gap. Inserted, never changed.

    `leaf_hash` is what the tree was built of: the record's, which the database compared with its bytes when it was filed.
    """

    # pii: none
    position = models.BigIntegerField(primary_key=True)
    record_id = models.BigIntegerField()
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        default_permissions = ()
        constraints = [
            # One record at two places would be counted twice by whoever reads the tree.
            models.UniqueConstraint(fields=["record_id"], name="log_position_record_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: record {self.record_id}"


class LogNode(models.Model):
    """A row for the root of a full tile: the hash over 256^level leaves from index · 256^level on. Inserted, never changed.

    With the leaf hashes of LogPosition these are all that proofs and tiles are made of.
    """

    # pii: none
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        default_permissions = ()
        constraints = [
            # Two hashes for one subtree: a proof could be made for either of two pasts.
            models.UniqueConstraint(fields=["level", "index"], name="log_node_place_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class TreeHead(models.Model):
    """A row for a signed head of the tree, as it was published. Inserted, never changed.

    `note` is the signed checkpoint (C2SP tlog-checkpoint); `verifier_key` the key that it was signed with.
    """

    # pii: none
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()
    note = models.TextField()
    verifier_key = models.TextField()

    class Meta:
        default_permissions = ()
        constraints = [
            # Two heads of one size: the log would have told two stories.
            models.UniqueConstraint(fields=["size"], name="log_head_size_twice"),
        ]

    def __str__(self) -> str:
        return f"head of {self.size}"


class Cosignature(models.Model):
    """A row for a cosignature that a witness gave after checking that nothing was rewritten. Inserted, never changed."""

    # pii: none
    head_size = models.BigIntegerField()
    witness = models.CharField(max_length=200)
    line = models.TextField()
    verifier_key = models.TextField()
    cosigned_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            # The same witness twice would look like two of them.
            models.UniqueConstraint(fields=["head_size", "witness"], name="log_cosignature_witness_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.witness} on the head of {self.head_size}"
