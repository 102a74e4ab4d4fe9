"""An auditor's own papers: case files, what is written into them, and requests for explanation. The log stays apart."""

from uuid import uuid4

from django.db import models

LONGEST_TEXT = 4_000
LONGEST_TITLE = 200
LONGEST_REFERENCE = 64
LONGEST_NAME = 60
LONGEST_QUERY = 1_000
LONGEST_WORDS = 100


class CaseFile(models.Model):
    """A row for one case. Every step of it is a record of the log, whose subject is the case's uuid.

    subject_ref: id of a person, uuid or code of a thing, number of a record, as subject_kind says. conclusion "" = open.
    """

    class Subject(models.TextChoices):
        """What a case is about."""

        LEARNER = "learner"
        LICENCE = "licence"
        COMPANY = "company"
        INSTITUTION = "institution"
        COURSE = "course"
        LEAD = "lead"
        HOUR = "hour"

    class Conclusion(models.TextChoices):
        """How a case ended."""

        CONFIRMED = "confirmed"
        PARTLY = "partly"
        UNFOUNDED = "unfounded"

    # pii: free text of auditors in the title; ids of persons
    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid4, editable=False, unique=True)
    number = models.CharField(max_length=20)
    subject_kind = models.CharField(max_length=20, choices=Subject.choices)
    subject_ref = models.CharField(max_length=LONGEST_REFERENCE)
    title = models.CharField(max_length=LONGEST_TITLE)
    opened_by_id = models.BigIntegerField()
    opened_at = models.DateTimeField()
    conclusion = models.CharField(max_length=20, choices=Conclusion.choices, default="", blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            # Two cases under one number: a letter would be filed into the wrong one.
            models.UniqueConstraint(fields=["number"], name="case_file_number_twice"),
            # A case that is closed without a conclusion, or concluded without an end.
            models.CheckConstraint(
                condition=models.Q(conclusion="", closed_at=None)
                | (~models.Q(conclusion="") & models.Q(closed_at__isnull=False)),
                name="case_file_half_closed",
            ),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_ref"], name="case_file_subject")]

    def __str__(self) -> str:
        return self.number


class CaseEntry(models.Model):
    """A row for one thing written into a case. Its record in the log commits to the text with the salt kept here."""

    class Kind(models.TextChoices):
        """What was written."""

        NOTE = "note"
        FINDING = "finding"
        CONCLUSION = "conclusion"

    # pii: free text of auditors
    id = models.BigAutoField(primary_key=True)
    case_id = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.TextField(max_length=LONGEST_TEXT)
    salt = models.BinaryField(max_length=32)
    about_record = models.BigIntegerField(null=True)
    by_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["case_id"], name="case_entry_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class ExplanationRequest(models.Model):
    """A row for a question to a person or an organisation, and the answer.

    person_id or organisation_uuid: whom it was put to. The last day is counted by the working days whenever it is shown.
    """

    # pii: free text of auditors and of those who answer; ids of persons
    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid4, editable=False, unique=True)
    case_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    organisation_uuid = models.UUIDField(null=True)
    question = models.TextField(max_length=LONGEST_TEXT)
    salt = models.BinaryField(max_length=32)
    working_days = models.PositiveSmallIntegerField()
    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=LONGEST_TEXT, default="", blank=True)
    answer_salt = models.BinaryField(max_length=32, default=b"")
    answered_by_id = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            # A question to nobody, or to two at once: nobody would know who has to answer.
            models.CheckConstraint(
                condition=models.Q(person_id__isnull=True) ^ models.Q(organisation_uuid__isnull=True),
                name="explanation_request_one_addressee",
            ),
        ]
        indexes = [
            models.Index(fields=["case_id"], name="explanation_request_case"),
            models.Index(fields=["person_id"], name="explanation_request_person"),
            models.Index(fields=["organisation_uuid"], name="explanation_request_place"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.uuid}"


class SavedFilter(models.Model):
    """A row for a search that an auditor keeps under a name. query: the conditions as they stand in the page's address."""

    # pii: the name may say for whom an auditor searches
    id = models.BigAutoField(primary_key=True)
    auditor_id = models.BigIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY)
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            # Two searches under one name: the auditor would open the wrong one.
            models.UniqueConstraint(fields=["auditor_id", "name"], name="saved_filter_name_twice"),
        ]

    def __str__(self) -> str:
        return self.name


class HeldWords(models.Model):
    """A row for words that an auditor typed into the filter. uuid: stands for them in addresses, for this auditor alone."""

    # pii: what an auditor searches for may be a name or a number
    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid4, editable=False, unique=True)
    auditor_id = models.BigIntegerField()
    text = models.CharField(max_length=LONGEST_WORDS)
    held_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            # The same words twice: the same search would have two addresses.
            models.UniqueConstraint(fields=["auditor_id", "text"], name="held_words_twice"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class LogExport(models.Model):
    """A row for a file that an auditor asked for; the row is the queue (docs/adr/0007).

    conditions: as typed, by name. open_persons: whose data stand open in it, as they did when it was asked for; open_to_all:
    everybody's. pieces: for each piece on disk the attempt that wrote it; each is of whole records, the last down to
    `reached_id`: whoever takes the work up goes on there. attempts: also the claim of whoever is at it now.
    """

    class Format(models.TextChoices):
        """What the file is."""

        CSV = "csv"
        XLSX = "xlsx"
        PARQUET = "parquet"
        PDF = "pdf"

    class State(models.TextChoices):
        """queued → running → ready → expired; failed after several attempts that each broke."""

        QUEUED = "queued"
        RUNNING = "running"
        READY = "ready"
        FAILED = "failed"
        EXPIRED = "expired"

    # pii: what an auditor searches for may be a name; ids of persons
    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid4, editable=False, unique=True)
    auditor_id = models.BigIntegerField()
    format = models.CharField(max_length=10, choices=Format.choices)
    language = models.CharField(max_length=10, default="zh-hans")
    conditions = models.JSONField(default=dict)
    open_to_all = models.BooleanField(default=False)
    open_persons = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    rows_asked = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    pieces = models.JSONField(default=list)
    reached_id = models.BigIntegerField(null=True)
    newest_id = models.BigIntegerField()
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["auditor_id", "-id"], name="log_export_auditor"),
            models.Index(fields=["state"], name="log_export_state"),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.format} {self.state}"
