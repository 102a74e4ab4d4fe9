"""Headings and cards, and what filing them has to know. All of it is derived from the log and may be made anew."""

from django.db import models

LONGEST_VALUE = 80


class Heading(models.Model):
    """A row for something that records are looked up by: facet "company", value its uuid. It keeps its id for good.

    Facets: company and institution (uuid), region and post (code), device and network (hashes that stand for a browser and a
    network address, and are not to be turned back).
    """

    # pii: hashes of browsers and network addresses
    id = models.BigAutoField(primary_key=True)
    facet = models.CharField(max_length=12)
    value = models.CharField(max_length=LONGEST_VALUE)

    class Meta:
        default_permissions = ()
        constraints = [
            # Two rows for one heading: half of its records would be found.
            models.UniqueConstraint(fields=["facet", "value"], name="heading_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.facet} {self.value}"


class Card(models.Model):
    """A row for a record under a heading."""

    # pii: none
    pk = models.CompositePrimaryKey("heading_id", "record_id")
    heading_id = models.BigIntegerField()
    record_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["record_id"], name="card_record")]

    def __str__(self) -> str:
        return f"{self.heading_id}: {self.record_id}"


class Figure(models.Model):
    """A row for a figure of one day. measure: see `measures`; group: what the day is divided by, "" = undivided."""

    # pii: none
    id = models.BigAutoField(primary_key=True)
    measure = models.CharField(max_length=40)
    day = models.DateField()
    group = models.CharField(max_length=LONGEST_VALUE, default="")

    class Meta:
        default_permissions = ()
        constraints = [
            # Two rows for one figure: each would have some of its records.
            models.UniqueConstraint(fields=["measure", "day", "group"], name="figure_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.day} {self.group}"


class Addend(models.Model):
    """A row for a record that adds to a figure, and how much: the sum of the rows is the figure."""

    # pii: none
    pk = models.CompositePrimaryKey("figure_id", "record_id")
    figure_id = models.BigIntegerField()
    record_id = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["record_id"], name="addend_record")]

    def __str__(self) -> str:
        return f"{self.figure_id}: {self.record_id} adds {self.amount}"


class Standing(models.Model):
    """A row for what the log says of a person from one place in the tree on: works in this company, holds this post.

    In force for records at places after `since_place`, up to and with `until_place` (NULL: to the end), that happened on a
    day of [valid_from, valid_until). A new word of the log ends the row and begins another, so that whoever adds up again
    sees what was known at each place. role: of the organisation; "" for what a licence says.
    """

    # pii: ids of persons, who works where
    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    heading_id = models.BigIntegerField()
    role = models.CharField(max_length=10, default="")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    since_place = models.BigIntegerField()
    until_place = models.BigIntegerField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["person_id", "heading_id"], name="standing_person")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.heading_id}"


class Taught(models.Model):
    """A row for a published edition, and one for each of its lessons: whose it is, and how long.

    subject: uuid of the edition or lesson. heading_id: the institution at which whoever published it worked; 0 = the house's
    own. lessons: how many an edition has; 0 = this is a lesson.
    """

    # pii: none
    subject = models.CharField(max_length=64, primary_key=True)
    edition = models.CharField(max_length=64)
    heading_id = models.BigIntegerField(default=0)
    duration_ms = models.BigIntegerField(default=0)
    lessons = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.subject


class Study(models.Model):
    """A row for one learner's way through one edition, counted by the day of enrolment. `reached`: how many steps are done."""

    # pii: ids of persons
    id = models.BigAutoField(primary_key=True)
    learner_id = models.BigIntegerField()
    edition = models.CharField(max_length=64)
    enrolled_day = models.DateField()
    counted_ms = models.BigIntegerField(default=0)
    awarded_seconds = models.BigIntegerField(default=0)
    reached = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            # The same way twice: one learner would be two in the funnel.
            models.UniqueConstraint(fields=["learner_id", "edition"], name="study_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.edition}"


class FilingState(models.Model):
    """The one row that says up to which place of the tree cards are filed; whoever files holds it locked."""

    # pii: none
    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            # Two states: records would be added twice to a learner's way.
            models.CheckConstraint(condition=models.Q(id=1), name="filing_state_one"),
        ]

    def __str__(self) -> str:
        return f"up to {self.size}"
