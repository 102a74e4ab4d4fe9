"""What came of comparing our books with the payment service's."""

from django.conf import settings
from django.db import models


class BooksComparison(models.Model):
    """A row for one comparison. since: the first moment compared. differences: [[what, reference, ours, theirs], …] of
    `actions.comparing.Difference`; failed: the service did not answer, nothing is known.
    """

    # pii: none
    at = models.DateTimeField()
    since = models.DateTimeField()
    failed = models.BooleanField(default=False)
    payments = models.PositiveIntegerField(default=0)
    refunds = models.PositiveIntegerField(default=0)
    differences = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at}: {len(self.differences)}"


class ExplainedDifference(models.Model):
    """A row for a difference that a person of finance has looked into. It counts no longer, as long as its figures stay."""

    # pii: who explained it
    what = models.CharField(max_length=20)
    reference = models.CharField(max_length=100)
    ours_minor = models.BigIntegerField()
    theirs_minor = models.BigIntegerField()
    why = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # Two words on one difference: nobody would know which holds.
            models.UniqueConstraint(
                fields=["what", "reference", "ours_minor", "theirs_minor"], name="difference_explained_twice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.reference}"
