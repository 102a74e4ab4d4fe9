"""The store's own tables: clients, statements as they came with what finds them again, attachments, documents."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

# The advisory lock that each transaction holds, shared, while it stores statements.
WRITERS = 0x78415049


class XapiClient(models.Model):
    """A row for a program that may enter. The secret is 256 random bits, shown once; only its SHA-256 is kept.

    Cases: revoked_at NULL = it may enter; scopes are names of analytics.xapi.domain.scopes.
    """

    # pii: ids of the persons who made and revoked it
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=40)
    secret_hash = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=30))
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # One key for two programs: nobody could tell whose statements they are.
            models.UniqueConstraint(fields=["key"], name="xapi_client_key_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"


class XapiStatement(models.Model):
    """A row for a statement, whole and as it will be told. A trigger lets nothing but `voided` change.

    `body` is the JSON with what the store added. Cases: client NULL = the house itself, out of the learning log; `batch`
    names the record of the learning log that holds the digest of what came with one request (NULL for the house's own).
    `refers_to` is the statement that a StatementRef names, whether it is here or not.
    """

    # pii: whatever its client wrote into it, names and addresses of persons among them
    uuid = models.UUIDField()
    client_id = models.BigIntegerField(null=True)
    batch = models.UUIDField(null=True)
    stored = models.DateTimeField()
    verb_key = models.UUIDField()
    registration = models.UUIDField(null=True)
    refers_to = models.UUIDField(null=True)
    voided = models.BooleanField(default=False)
    body = models.TextField()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            # Two statements under one id: xAPI lets nobody change a statement.
            models.UniqueConstraint(fields=["uuid"], name="xapi_statement_uuid_twice"),
        ]
        indexes = [
            models.Index(fields=["client_id", "id"], name="xapi_statement_client"),
            models.Index(fields=["verb_key", "id"], name="xapi_statement_verb"),
            models.Index(fields=["stored"], name="xapi_statement_stored"),
            models.Index(fields=["batch"], name="xapi_statement_batch", condition=Q(batch__isnull=False)),
            models.Index(
                fields=["registration", "id"],
                name="xapi_statement_registration",
                condition=Q(registration__isnull=False),
            ),
            models.Index(fields=["refers_to"], name="xapi_statement_refers", condition=Q(refers_to__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class XapiMention(models.Model):
    """A row for somebody or something that a statement mentions, by the key of analytics.xapi.domain.mentions."""

    # pii: hashes of identifiers of persons
    pk = models.CompositePrimaryKey("key", "statement_id", "role")
    key = models.UUIDField()
    statement_id = models.BigIntegerField()
    role = models.SmallIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key} in {self.statement_id}"


class XapiReference(models.Model):
    """A row for each statement that another one refers to, at first hand or through others in between."""

    # pii: none
    pk = models.CompositePrimaryKey("source_id", "target")
    source_id = models.BigIntegerField()
    target = models.UUIDField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["target"], name="xapi_reference_target")]

    def __str__(self) -> str:
        return f"{self.source_id} to {self.target}"


class XapiAttachment(models.Model):
    """A row for the bytes of an attachment that came with a client's statements."""

    # pii: whatever its client put into it
    client_id = models.BigIntegerField()
    sha2 = models.CharField(max_length=128)
    content_type = models.CharField(max_length=500)
    content = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [
            # The same bytes twice would only take space.
            models.UniqueConstraint(fields=["client_id", "sha2"], name="xapi_attachment_twice"),
        ]

    def __str__(self) -> str:
        return self.sha2


class XapiActivity(models.Model):
    """A row for an activity that statements have defined; `definition` is JSON, merged from what they said."""

    # pii: none
    key = models.UUIDField(primary_key=True)
    iri = models.TextField()
    definition = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.iri


class XapiDocument(models.Model):
    """A row for a document of the state, agent profile or activity profile resource. `etag` is the SHA-1 of its content.

    `key` stands for all that names it; `shelf` for what is common to a list: resource, activity, agent.
    """

    # pii: whatever its client put into it
    key = models.UUIDField(primary_key=True)
    shelf = models.UUIDField()
    registration = models.UUIDField(null=True)
    name = models.TextField()
    content_type = models.CharField(max_length=500)
    content = models.BinaryField()
    etag = models.CharField(max_length=40)
    updated_at = models.DateTimeField()
    client_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["shelf", "updated_at"], name="xapi_document_shelf")]

    def __str__(self) -> str:
        return self.name


class XapiRollUp(models.Model):
    """The one row that says how far the learning log has been told as statements: places below `position` are done."""

    # pii: none
    id = models.SmallIntegerField(primary_key=True)
    position = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.position)
