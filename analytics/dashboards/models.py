"""Daily totals, derived from the log: they may be thrown away and made anew at any time."""

from django.db import models


class DailyTotal(models.Model):
    """A row for one figure of one day: measure, group, amount. Derived; `rebuild` makes all of them anew from the log.

    measure: see `analytics.card_index.measures`. group: what the day is divided by (reason, category, "" = undivided).
    heading_id: of the card index: a company, institution, region or post; 0 = the whole platform.
    """

    # pii: none
    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    measure = models.CharField(max_length=40)
    group = models.CharField(max_length=80, default="")
    heading_id = models.BigIntegerField(default=0)
    amount = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            # Two rows for one figure: each page would show another one of them.
            models.UniqueConstraint(fields=["heading_id", "measure", "day", "group"], name="daily_total_figure_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.group}"


class DailyLearner(models.Model):
    """A row for a learner who was active on a day, so that each is counted once; under a heading or (0) at all. Derived."""

    # pii: ids of persons
    id = models.BigAutoField(primary_key=True)
    heading_id = models.BigIntegerField(default=0)
    day = models.DateField()
    learner_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            # A learner twice on one day would be two active learners.
            models.UniqueConstraint(fields=["heading_id", "day", "learner_id"], name="daily_learner_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.learner_id}"


class RollUpState(models.Model):
    """The one row that says up to which place of the tree the totals go; whoever adds up holds it locked."""

    # pii: none
    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            # Two states: records would be added twice.
            models.CheckConstraint(condition=models.Q(id=1), name="roll_up_state_one"),
        ]

    def __str__(self) -> str:
        return f"up to {self.size}"
