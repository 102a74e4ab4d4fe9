"""What the payment service told us, each thing once."""

from django.db import models


class StripeEvent(models.Model):
    """A row for one event, stored before it is answered; handled by a task, as often as needed until it succeeds.

    Cases: handled_at NULL = still to do. outcome: what it did, in a word (`settled`, `nothing`, `mismatch` …).
    """

    # pii: what the service sends: no card numbers, perhaps a payer's e-mail
    event_id = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    received_at = models.DateTimeField()
    payload = models.JSONField()
    tries = models.PositiveIntegerField(default=0)
    handled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(handled_at__isnull=True), name="stripe_event_to_do"),
        ]

    def __str__(self) -> str:
        return self.event_id
