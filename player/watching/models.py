"""Tables of watching: the rules it counts by, what was covered, the lease, the session that runs, and sealed chunks."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from player.domain.reasons import Reason
from player.watching.fields import SpansField


class CloseReason(models.TextChoices):
    """Why a session is over; none of these takes back what it earned."""

    TAKEN_OVER = "taken_over", _("在别处继续学习")
    UNHEARD = "unheard", _("长时间没有播放信号")
    LEFT = "left", _("已离开")
    SIGNED_OUT = "signed_out", _("已退出登录")
    LOCKED = "locked", _("电脑已锁定")


class WatchPolicy(models.Model):
    """A row for one set of numbers by which watching counts; written once, never changed. Sessions keep theirs to the end.

    `numbers` are the fields of player.domain.policy.Policy; `digest` is the SHA-256 of their canonical JSON.
    """

    # pii: none
    numbers = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)  # the same numbers stand once
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("计时规则")
        verbose_name_plural = _("计时规则")

    def __str__(self) -> str:
        return self.digest[:12]


class PolicyInForce(models.Model):
    """A row for each rule set (`code`) that says how watching counts for its learners: which numbers hold now."""

    # pii: none
    code = models.CharField(max_length=60, unique=True)
    policy = models.ForeignKey(WatchPolicy, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("现行计时规则")
        verbose_name_plural = _("现行计时规则")

    def __str__(self) -> str:
        return self.code


class Coverage(models.Model):
    """A row for what one learner has covered of one subject, by all sessions together: each millisecond once, ever.

    `counted_ms` is the length of `spans`, kept beside them so that no reader adds them up. `position_ms` is where the
    player was last, and where the next session resumes.
    """

    # pii: none
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject_uuid = models.UUIDField()
    duration_ms = models.PositiveIntegerField()
    spans = SpansField()
    counted_ms = models.PositiveIntegerField(default=0)
    position_ms = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("已看范围")
        verbose_name_plural = _("已看范围")
        constraints = [
            # A second row would count the same seconds again.
            models.UniqueConstraint(fields=["learner", "subject_uuid"], name="coverage_subject_twice"),
            models.CheckConstraint(condition=Q(counted_ms__lte=F("duration_ms")), name="coverage_longer_than_lesson"),
            # upper() of an empty multirange is NULL, which a check lets pass.
            models.CheckConstraint(
                condition=Q(duration_ms__gte=Func(F("spans"), function="upper", output_field=models.IntegerField())),
                name="coverage_past_the_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.subject_uuid}: {self.counted_ms} ms"


class WatchLease(models.Model):
    """A row for each learner who ever watched: which session may earn, over all lessons, tabs and devices.

    Taken by one upsert, so of any number of openings at once each gets its turn and the last one stays. `token` rises
    with each taking: the session that carries it holds the lease, any other is fenced off. There is no time of expiry
    here: a lease is worth as much as its session, and that one is over when unheard for `Policy.resumable_ms`.
    """

    # pii: none
    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    # By uuid, and checked at commit: the lease is taken before the session's row is written.
    session = models.ForeignKey("player.WatchSession", to_field="uuid", on_delete=models.PROTECT, related_name="+")
    token = models.PositiveBigIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = _("观看权")
        verbose_name_plural = _("观看权")

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.session_id}"


class WatchSession(models.Model):
    """A row for one sitting of a learner before one lesson: the ticket of the player, and what the beat rule remembers.

    Cases: closed_at NULL = may earn, at most one such row a learner; closed_at set = over, for close_reason.
    The columns from last_seq to late_until_ms are `player.domain.heartbeat.State`; those of the question and the proofs
    are `player.domain.possession.Possession`; those named chunk_… are the chunk that is not sealed yet (`chunk_from_ms`
    NULL: none). `opened` is the media whose keys this session was given; `pending` (JSON) what it earned and has not
    proved yet: lists of server time from, until, media start, end. All times `_ms` are Unix milliseconds of the server.
    `subject_uuid` is what the watching counts for; this room does not know what that is. `device` tells which signed-in
    browser it is, by a hash. `day_counted_ms` is what this learner was newly credited on `day`, by all sessions.
    `version` rises whenever what the beat rule remembers changes (`opened` apart): who has a row in memory sees by it
    whether that still holds.
    """

    # pii: none
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    video = models.ForeignKey("player.Video", on_delete=models.PROTECT, related_name="+")
    subject_uuid = models.UUIDField()
    coverage = models.ForeignKey(Coverage, on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey(WatchPolicy, on_delete=models.PROTECT, related_name="+")
    duration_ms = models.PositiveIntegerField()
    token = models.PositiveBigIntegerField()
    version = models.PositiveIntegerField(default=0)
    device = models.CharField(max_length=64, blank=True, default="")
    native = models.BooleanField(default=False)  # its browser cannot show the bytes of the media
    hints = models.CharField(max_length=60, blank=True, default="")  # player.domain.hints, by commas; decides nothing
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=12, choices=CloseReason.choices, blank=True, default="")
    last_seq = models.PositiveIntegerField(default=0)
    last_mac = models.CharField(max_length=64, blank=True, default="")
    last_reply = models.TextField(blank=True, default="")  # as JSON, for the beat whose answer was lost
    heard_at_ms = models.BigIntegerField()
    anchor_ms = models.PositiveIntegerField(null=True, blank=True)
    counting = models.BooleanField(default=False)
    shut = models.CharField(max_length=16, blank=True, default="")
    leaving = models.BooleanField(default=False)
    owed_ms = models.PositiveIntegerField(default=0)
    stepped_ms = models.PositiveIntegerField(default=0)
    bank_ms = models.PositiveIntegerField(default=0)
    late_ms = models.PositiveIntegerField(default=0)
    late_until_ms = models.BigIntegerField(default=0)
    opened = SpansField()
    pending = models.TextField(blank=True, default="")
    proved = models.BooleanField(default=False)
    question_nonce = models.CharField(max_length=32, blank=True, default="")  # empty: no question is open
    question_segment = models.PositiveIntegerField(default=0)
    question_age_ms = models.PositiveIntegerField(default=0)
    proof_failures = models.PositiveSmallIntegerField(default=0)
    proofs_passed = models.PositiveIntegerField(default=0)
    stopped = models.BooleanField(default=False)
    day = models.DateField(null=True, blank=True)
    day_counted_ms = models.PositiveIntegerField(default=0)
    chunk_from_ms = models.BigIntegerField(null=True, blank=True)
    chunk_until_ms = models.BigIntegerField(null=True, blank=True)
    chunk_watched = SpansField()
    chunk_counted = SpansField()
    chunk_beats = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("观看")
        verbose_name_plural = _("观看")
        # No index on a column that a beat writes: the row is then rewritten in its own page (HOT), thousands of times a
        # second.
        indexes = [models.Index(fields=["learner", "subject_uuid"], name="watch_session_of_subject")]
        constraints = [
            # Two sessions that earn at once would count two lessons in the same minute.
            models.UniqueConstraint(
                fields=["learner"], condition=Q(closed_at__isnull=True), name="watch_session_second_open"
            ),
            # The fencing number says which of two sessions is the later one.
            models.UniqueConstraint(fields=["learner", "token"], name="watch_session_token_twice"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, close_reason="") | Q(closed_at__isnull=False, close_reason__gt=""),
                name="watch_session_closed_without_reason",
            ),
            # What a closed session had not sealed would never reach the log.
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(chunk_from_ms__isnull=True),
                name="watch_session_closed_unsealed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class WatchChunk(models.Model):
    """A row for at most five minutes of watching on one day, sealed: written once, never changed (trigger in
    migration).

    `wall` is the server time that it took; `watched` the media that played, `counted` the part of it that was new then.
    A chunk with counted_ms = 0 is watching again: kept, because that server time is spent, and not in the log.
    """

    # pii: none
    session = models.ForeignKey(WatchSession, on_delete=models.PROTECT, related_name="chunks")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject_uuid = models.UUIDField()
    wall = DateTimeRangeField()
    watched = SpansField()
    counted = SpansField()
    watched_ms = models.PositiveIntegerField()
    counted_ms = models.PositiveIntegerField()
    beats = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("观看记录")
        verbose_name_plural = _("观看记录")
        # With the figure beside it: a learner's chunks lie scattered over years of rows, and are added up without a look at
        # them.
        indexes = [models.Index(fields=["learner", "subject_uuid"], include=["counted_ms"], name="watch_chunk_sum")]
        constraints = [
            # One person watches one thing at a time: the same server second never pays twice, whatever the code above
            # does. (A range of one id stands for equality: gist knows = on integers only by an extension that we do not
            # require.)
            ExclusionConstraint(
                name="watch_chunk_same_time_twice",
                expressions=[
                    (Func(F("learner"), F("learner"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("wall", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(counted_ms__lte=F("watched_ms")), name="watch_chunk_more_new_than_watched"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.subject_uuid}: {self.counted_ms} ms"


class KeyRelease(models.Model):
    """A row for each key that was given to a session: never changed (trigger in migration).

    A beat counts only where its session has one; the session's column `opened` holds the same as media.
    """

    # pii: none
    session = models.ForeignKey(WatchSession, on_delete=models.PROTECT, related_name="key_releases")
    stretch = models.PositiveIntegerField()
    released_at = models.DateTimeField()

    class Meta:
        verbose_name = _("密钥发放")
        verbose_name_plural = _("密钥发放")
        constraints = [
            # The first time is what counts; asking again is no second release.
            models.UniqueConstraint(fields=["session", "stretch"], name="key_release_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.stretch}"


class WatchRefusal(models.Model):
    """A row for each reason for which a session was refused time: what was claimed, how often, when.

    `spans` is the media that was claimed and earned nothing for this reason, merged; empty where a beat claimed none
    (a landing ahead). One row a session and reason, however often it happens: a flood of refusals stays small.
    """

    # pii: none
    session = models.ForeignKey(WatchSession, on_delete=models.PROTECT, related_name="refusals")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject_uuid = models.UUIDField()
    reason = models.CharField(max_length=20, choices=[(reason.value, reason.value) for reason in Reason])
    spans = SpansField()
    beats = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("未计时")
        verbose_name_plural = _("未计时")
        indexes = [models.Index(fields=["learner", "subject_uuid"], name="watch_refusal_of_subject")]
        constraints = [
            models.UniqueConstraint(fields=["session", "reason"], name="watch_refusal_reason_twice"),
            models.CheckConstraint(condition=Q(first_at__lte=F("last_at")), name="watch_refusal_ends_before_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.reason}"
