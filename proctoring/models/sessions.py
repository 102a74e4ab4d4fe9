"""A face session beside what is watched, the checks that it asked for, and each try at one."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PresencePolicy(models.Model):
    """A row for one set of numbers by which presence is checked; written once, never changed. Sessions keep theirs.

    `numbers` are the fields of proctoring.policy.Policy; `digest` is the SHA-256 of their canonical JSON.
    """

    # pii: none
    numbers = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("在场核验规则")
        verbose_name_plural = _("在场核验规则")

    def __str__(self) -> str:
        return self.digest[:12]


class PresencePolicyInForce(models.Model):
    """A row for each rule set (`code`) that says how presence is checked for its learners: which numbers hold now."""

    # pii: none
    code = models.CharField(max_length=60, unique=True)
    policy = models.ForeignKey(PresencePolicy, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("现行在场核验规则")
        verbose_name_plural = _("现行在场核验规则")

    def __str__(self) -> str:
        return self.code


class FaceSession(models.Model):
    """A row for one sitting in which presence may be asked for: the ticket of the page's camera.

    `purpose`: a lesson, live class, exam or enrolment. `counterpart_uuid` is the sitting beside it (a watch session) and
    `subject_uuid` what it counts for; this room knows neither. `sealed_seed` is the secret of the plan, sealed by the
    installation's key; `plan_digest` commits to the plan. The plan is in milliseconds of progress: what the counterpart
    counted since the session was opened (`base_ms`). `unasked_ms` is what counted in the sittings before it, since the last
    in which a check was asked.
    Wall time from opened_at to `settled_until` is decided: confirmed or held. What follows is provisional.
    """

    class Purpose(models.TextChoices):
        LESSON = "lesson", _("课时")
        LIVE = "live", _("直播")
        EXAM = "exam", _("考试")
        ENROLMENT = "enrolment", _("登记")

    # pii: none
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    counterpart_uuid = models.UUIDField(null=True, blank=True)
    subject_uuid = models.UUIDField(null=True, blank=True)
    policy = models.ForeignKey(PresencePolicy, on_delete=models.PROTECT, related_name="+")
    sealed_seed = models.BinaryField()
    plan_digest = models.CharField(max_length=64)
    length_ms = models.PositiveIntegerField(default=0)
    base_ms = models.PositiveIntegerField(default=0)
    unasked_ms = models.PositiveIntegerField(default=0)
    progress_ms = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    settled_until = models.DateTimeField()
    quiet = models.BooleanField(default=False)  # settled because nothing was heard; a sign of life wakes it

    class Meta:
        verbose_name = _("在场核验会话")
        verbose_name_plural = _("在场核验会话")
        indexes = [
            models.Index(fields=["learner", "subject_uuid"], name="face_session_of_subject"),
            models.Index(fields=["learner", "purpose", "opened_at"], name="face_session_before"),
            models.Index(fields=["heard_at"], condition=Q(quiet=False), name="face_session_awake"),
        ]
        constraints = [
            # Two plans beside one sitting: the easier one would be chosen.
            models.UniqueConstraint(fields=["counterpart_uuid"], name="face_session_counterpart_twice"),
            models.CheckConstraint(
                condition=Q(settled_until__gte=F("opened_at")), name="face_session_settled_before_opened"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class FaceCheck(models.Model):
    """A row for one request to show that the learner is there; `number` counts those of a session, `due_ms` is of the plan.

    Cases of state: asked = waits for the learner, until deadline_at; passed; failed = every try failed; missed = nobody
    answered; proved = shown in another way; withdrawn = our own trouble, it counts for nothing.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("等待核验")
        PASSED = "passed", _("通过")
        FAILED = "failed", _("未通过")
        MISSED = "missed", _("未应答")
        PROVED = "proved", _("以其他方式核验")
        WITHDRAWN = "withdrawn", _("已撤回")

    # pii: none
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    session = models.ForeignKey(FaceSession, on_delete=models.PROTECT, related_name="checks")
    number = models.PositiveSmallIntegerField()
    due_ms = models.PositiveIntegerField(default=0)
    lighting = models.CharField(max_length=12, blank=True, default="")  # of an enrolment
    releases = models.ForeignKey(
        "proctoring.Hold", null=True, blank=True, on_delete=models.PROTECT, related_name="release_checks"
    )  # a check that the learner asked for, to free held time; it is not of the plan
    way = models.CharField(max_length=12, blank=True, default="")  # by which that time would be released
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("核验")
        verbose_name_plural = _("核验")
        constraints = [
            # A check asked twice could be failed once and passed once.
            models.UniqueConstraint(fields=["session", "number"], name="face_check_number_twice"),
            # Two that wait at once: answering one would leave the other to run out.
            models.UniqueConstraint(fields=["session"], condition=Q(state="asked"), name="face_check_two_waiting"),
            models.CheckConstraint(
                condition=Q(state="asked", ended_at__isnull=True) | (~Q(state="asked") & Q(ended_at__isnull=False)),
                name="face_check_ended_without_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.number}"


class FaceTry(models.Model):
    """A row for one try at a check: the challenge that was set, and what was judged of the answer, kept for ever.

    `nonce` names its frames. `challenge` is what proctoring.domain gives. Cases: judged_at NULL = the page still sends;
    set = `passed`, with `reasons` (codes) and `scores` (figures, no biometrics). `flags` are hints, never a verdict.
    `fingerprint` lets a sequence be known again when it is replayed; it cannot be turned back into a face.
    """

    LOST = "lost"  # the only reason of a try of which the house itself lost the frames: it counts for nothing

    # pii: none
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    check_asked = models.ForeignKey(FaceCheck, on_delete=models.PROTECT, related_name="all_tries")
    number = models.PositiveSmallIntegerField()
    nonce = models.CharField(max_length=32, unique=True)
    challenge = models.JSONField()
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True, blank=True)
    passed = models.BooleanField(default=False)
    reasons = models.JSONField(default=list)
    scores = models.JSONField(default=dict)
    flags = models.JSONField(default=list)
    frames = models.PositiveSmallIntegerField(default=0)
    model_name = models.CharField(max_length=80, blank=True, default="")
    model_version = models.CharField(max_length=40, blank=True, default="")
    fingerprint = models.BinaryField(null=True, blank=True)

    class Meta:
        verbose_name = _("核验尝试")
        verbose_name_plural = _("核验尝试")
        constraints = [
            models.UniqueConstraint(fields=["check_asked", "number"], name="face_try_number_twice"),
            models.CheckConstraint(
                condition=Q(judged_at__isnull=False) | Q(passed=False), name="face_try_passed_unjudged"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_asked_id}: {self.number}"
