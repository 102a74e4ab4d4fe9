"""Daily totals, derived from the log: they may be thrown away and made anew at any time."""

from django.db import models


class DailyTotal(models.Model):
    """A row for one figure of one day: measure, group, amount. Derived; `rebuild` makes all of them anew from the log.

    measure: see `analytics.dashboards.measures`. group: what the day is divided by (reason, category, "" = undivided).
    """

    # pii: none
    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    measure = models.CharField(max_length=40)
    group = models.CharField(max_length=80, default="")
    amount = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            # Two rows for one figure: each page would show another one of them.
            models.UniqueConstraint(fields=["measure", "day", "group"], name="daily_total_figure_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.group}"


class DailyLearner(models.Model):
    """A row for a learner who was active on a day, so that each is counted once. Derived, like the totals."""

    # pii: ids of persons
    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    learner_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            # A learner twice on one day would be two active learners.
            models.UniqueConstraint(fields=["day", "learner_id"], name="daily_learner_twice"),
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
