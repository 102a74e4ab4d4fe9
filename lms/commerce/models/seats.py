"""Seats: what was bought, who sits on it, and who sat there before."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Seat(models.Model):
    """A row for one seat of a paid order line. A pool is the seats of a line.

    Cases: FREE; TAKEN (an open assignment stands); USED (its learner has begun: it is not given to another);
    RETURNING (a refund is under way) → RETURNED, or FREE again when the refund came to nothing.
    """

    # pii: none
    class State(models.TextChoices):
        FREE = "free", _("空闲")
        TAKEN = "taken", _("已分配")
        USED = "used", _("已使用")
        RETURNING = "returning", _("退款中")
        RETURNED = "returned", _("已退")

    line = models.ForeignKey("commerce.OrderLine", on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.FREE)
    refund = models.ForeignKey("commerce.Refund", on_delete=models.PROTECT, null=True, related_name="seats")

    class Meta:
        ordering = ["line", "number"]
        constraints = [
            # An event that comes twice would make the pool twice as large.
            models.UniqueConstraint(fields=["line", "number"], name="seat_of_a_line_twice"),
        ]
        indexes = [models.Index(fields=["line", "number"], condition=Q(state="free"), name="seat_free")]

    def __str__(self) -> str:
        return f"{self.line_id}/{self.number}"


class Assignment(models.Model):
    """A row for one person on one seat, from then until then. released_at NULL = sits there now. Never edited but to end it."""

    # pii: who sits where
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="assignments")
    line = models.ForeignKey("commerce.OrderLine", on_delete=models.PROTECT, related_name="+")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            # Two persons on one seat: oversold.
            models.UniqueConstraint(fields=["seat"], condition=Q(released_at__isnull=True), name="seat_taken_twice"),
            # One person on two seats of one pool: a seat lost.
            models.UniqueConstraint(
                fields=["line", "learner"], condition=Q(released_at__isnull=True), name="learner_on_two_seats"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} · {self.learner_id}"


class SeatCourse(models.Model):
    """A row for one course that a person takes through a seat.

    opened: this seat opened it; false: they were enrolled in it already, by themselves or by another seat.
    """

    # pii: none
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="courses")
    edition = models.ForeignKey("content.CourseEdition", on_delete=models.PROTECT, related_name="+")
    opened = models.BooleanField()

    class Meta:
        constraints = [
            # Twice: a seat that goes back would close the course and find it open still.
            models.UniqueConstraint(fields=["assignment", "edition"], name="seat_course_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} · {self.edition_id}"
