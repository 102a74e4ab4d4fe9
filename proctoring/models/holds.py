"""Time that waits for a person or another proof; who decided it; the way to the camera of a phone; cases to look at."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from proctoring.models.sessions import FaceCheck, FaceSession


class Hold(models.Model):
    """A row for a stretch of wall time [from_at, until_at) of one session that is held: it waits, it is never void.

    Cases: held = may be released by the learner in any of the ways until `self_until`; then a reviewer decides; released
    (`way`); refused = a person said no, and gave the reason. `went_on_at` is when the learner was let go on.
    """

    class State(models.TextChoices):
        HELD = "held", _("暂扣")
        RELEASED = "released", _("已解除")
        REFUSED = "refused", _("不予计入")

    class Way(models.TextChoices):
        AGAIN = "again", _("再次核验")
        OTHER_ACTION = "other_action", _("换动作核验")
        PHONE = "phone", _("手机验证码和两道题")
        SUPERVISOR = "supervisor", _("现场人员确认")
        HAND_OVER = "hand_over", _("用手机摄像头核验")
        MAKE_UP = "make_up", _("补核验")
        REVIEWER = "reviewer", _("审核员决定")

    # pii: none
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    session = models.ForeignKey(FaceSession, on_delete=models.PROTECT, related_name="holds")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject_uuid = models.UUIDField(null=True, blank=True)
    check_asked = models.ForeignKey(FaceCheck, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=20)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    held_at = models.DateTimeField()
    self_until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    way = models.CharField(max_length=12, choices=Way.choices, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    went_on_at = models.DateTimeField(null=True, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal_words = models.CharField(max_length=500, blank=True, default="")
    answer_due = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("暂扣时间")
        verbose_name_plural = _("暂扣时间")
        permissions = [
            ("decide_hold", _("可以决定暂扣的时间")),
            ("vouch_hold", _("可以在现场确认学员本人")),
        ]
        indexes = [
            models.Index(fields=["learner", "subject_uuid"], name="hold_of_subject"),
            models.Index(fields=["held_at"], condition=Q(state="held"), name="hold_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gte=F("from_at")), name="hold_ends_before_it_begins"),
            models.CheckConstraint(
                condition=Q(state="held", ended_at__isnull=True) | (~Q(state="held") & Q(ended_at__isnull=False)),
                name="hold_ended_without_moment",
            ),
            # Only a person refuses; what a machine does is to wait.
            models.CheckConstraint(condition=~Q(state="released") | ~Q(way=""), name="hold_released_without_way"),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}: {self.state}"


class HoldDecision(models.Model):
    """A row for what a reviewer decided of a hold, with the reason. Inserted, never changed (trigger in migration).

    Cases of standing: final = it decided the hold; proposed = it would reverse a refusal and waits for a second reviewer;
    seconded = the second one's yes, which decides; declined = the second one's no.
    """

    class Outcome(models.TextChoices):
        RELEASE = "release", _("计入")
        REFUSE = "refuse", _("不予计入")

    class Standing(models.TextChoices):
        FINAL = "final", _("已决定")
        PROPOSED = "proposed", _("待第二人复核")
        SECONDED = "seconded", _("复核同意")
        DECLINED = "declined", _("复核不同意")

    # pii: none
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    standing = models.CharField(max_length=10, choices=Standing.choices)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("暂扣决定")
        verbose_name_plural = _("暂扣决定")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="hold_decision_without_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.hold_id}: {self.outcome}"


class HandOver(models.Model):
    """A row for a one-use way to the camera of a phone: who scans it within `expires_at` does this check there.

    `token_digest` is the SHA-256 of what the QR code carries; the code itself is not kept.
    """

    # pii: none
    check_asked = models.ForeignKey(FaceCheck, on_delete=models.PROTECT, related_name="hand_overs")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("转到手机")
        verbose_name_plural = _("转到手机")

    def __str__(self) -> str:
        return f"{self.check_asked_id}"


class ReviewCase(models.Model):
    """A row for two accounts with what may be one face: for a person to look at, never a verdict.

    `score` is the similarity of the two nearest templates by `model_name`; `demo_grade` says that the model is weak.
    Cases: closed_at NULL = nobody has looked yet; set = `finding` says what was found.
    """

    class Finding(models.TextChoices):
        DIFFERENT = "different", _("不是同一人")
        SAME = "same", _("同一人，已转交处理")
        TWIN = "twin", _("亲属或双胞胎")

    # pii: that two accounts look alike; no biometrics
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField()
    model_name = models.CharField(max_length=80)
    demo_grade = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finding = models.CharField(max_length=10, choices=Finding.choices, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("疑似同一人脸")
        verbose_name_plural = _("疑似同一人脸")
        constraints = [
            # The same pair once: found again each night it would fill the desk.
            models.UniqueConstraint(fields=["first", "second"], name="review_case_pair_twice"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="review_case_pair_turned_round"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, finding="") | (Q(closed_at__isnull=False) & ~Q(finding="")),
                name="review_case_closed_without_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"
