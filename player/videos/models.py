"""Tables of videos: what was uploaded, how far it is, and the streams that came of it."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _


def private_storage() -> Storage:
    """Return the storage that is never served. A function, so that no migration names a folder of one installation."""
    return storages["private"]


def source_name(video: "Video", original_name: str) -> str:
    """Return where an upload is kept: named by us, because `original_name` is the uploader's word and may be a trap."""
    return f"videos/{video.uuid}/{uuid4().hex}"


class State(models.TextChoices):
    """What happens to a video; each move is one conditional update, so that two workers never hold one video."""

    UPLOADED = "uploaded", _("排队中")
    PROBING = "probing", _("检查中")
    TRANSCODING = "transcoding", _("转码中")
    READY = "ready", _("可以播放")
    FAILED = "failed", _("未能处理")


class FailureCode(models.TextChoices):
    """Why a video failed. The sentences that people read are in `player.videos.reasons`."""

    EMPTY = "empty", _("空文件")
    TOO_LARGE = "too_large", _("文件过大")
    NOT_VIDEO = "not_video", _("不是视频文件")
    BROKEN = "broken", _("文件已损坏")
    NO_PICTURE = "no_picture", _("没有画面")
    UNKNOWN_CODEC = "unknown_codec", _("编码无法识别")
    TOO_MANY_STREAMS = "too_many_streams", _("轨道过多")
    PICTURE_TOO_LARGE = "picture_too_large", _("画面尺寸过大")
    PICTURE_TOO_SMALL = "picture_too_small", _("画面尺寸过小")
    FRAME_RATE = "frame_rate", _("帧率异常")
    TOO_LONG = "too_long", _("时长过长")
    TOO_SHORT = "too_short", _("时长过短")
    TOO_COSTLY = "too_costly", _("处理超出限额")
    NO_SPACE = "no_space", _("服务器空间不足")
    INTERRUPTED = "interrupted", _("处理多次中断")
    INTERNAL = "internal", _("系统错误")


class Video(models.Model):
    """A row for one uploaded file and what became of it.

    Cases by state: uploaded = waits for a worker; probing, transcoding = a worker holds it (`attempt` names which
    run, and `progress_at` is its sign of life); ready = `folder` is published and can be watched; failed =
    `failure_code` says why. `width` and `height` are those of the picture as shown (turned and square-pixelled),
    `duration_ms` that of the published streams. Thumbnail i shows the picture at i × `sprite_interval_ms`, in
    `sprite_width` × `sprite_height` pixels, on sheets of 10 × 10, row by row.
    """

    # pii: none, but who uploaded it, by id
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    title = models.CharField(_("标题"), max_length=200)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.UPLOADED)
    progress_percent = models.PositiveSmallIntegerField(_("进度"), default=0)
    progress_at = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    interruptions = models.PositiveSmallIntegerField(
        default=0
    )  # workers that died on it since a person last asked for it
    failure_code = models.CharField(_("原因"), max_length=20, choices=FailureCode.choices, blank=True, default="")
    # Empty once a refused file has been removed: it could never become a video.
    source = models.FileField(_("视频文件"), storage=private_storage, upload_to=source_name, max_length=200, blank=True)
    source_bytes = models.PositiveBigIntegerField(_("文件大小"), default=0)
    source_sha256 = models.CharField(max_length=64, blank=True, default="")
    duration_ms = models.PositiveIntegerField(_("时长"), null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    # Below MEDIA_ROOT/videos/. `draft_folder` is being written; it becomes `folder` in one update, or is removed.
    folder = models.CharField(max_length=40, blank=True, default="")
    draft_folder = models.CharField(max_length=40, blank=True, default="")
    master_key_encrypted = models.BinaryField(null=True, blank=True)
    # Thumbnails for the seek bar; None for a video that was made before there were any.
    sprite_interval_ms = models.PositiveIntegerField(null=True, blank=True)
    sprite_count = models.PositiveIntegerField(null=True, blank=True)
    sprite_width = models.PositiveIntegerField(null=True, blank=True)
    sprite_height = models.PositiveIntegerField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("上传人"),
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("视频")
        verbose_name_plural = _("视频")
        ordering = ["-uploaded_at", "-id"]
        indexes = [
            # The sweep looks each minute for the few that are unfinished among all that are ready.
            models.Index(
                fields=["progress_at"],
                condition=models.Q(state__in=["uploaded", "probing", "transcoding"]),
                name="video_unfinished",
            ),
        ]
        constraints = [
            # A lesson on a video without streams or key would be a black page that counts nothing.
            models.CheckConstraint(
                condition=~models.Q(state="ready")
                | (
                    ~models.Q(folder="")
                    & models.Q(
                        master_key_encrypted__isnull=False, duration_ms__isnull=False, published_at__isnull=False
                    )
                ),
                name="video_ready_without_streams",
            ),
            # Whoever uploaded it must be told why, and only then.
            models.CheckConstraint(
                condition=models.Q(state="failed", failure_code__gt="")
                | (~models.Q(state="failed") & models.Q(failure_code="")),
                name="video_failed_without_reason",
            ),
            models.CheckConstraint(condition=models.Q(progress_percent__lte=100), name="video_progress_over_100"),
            # A page would divide by nothing, or show a sheet whose pictures it cannot find.
            models.CheckConstraint(
                condition=models.Q(
                    sprite_interval_ms__isnull=True,
                    sprite_count__isnull=True,
                    sprite_width__isnull=True,
                    sprite_height__isnull=True,
                )
                | models.Q(sprite_interval_ms__gt=0, sprite_count__gt=0, sprite_width__gt=0, sprite_height__gt=0),
                name="video_sprite_half_known",
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="video_unknown_state"),
        ]

    def __str__(self) -> str:
        return self.title


class Rendition(models.Model):
    """A row for one way in which a ready video can be watched: a size, or the slides.

    `code` names it: the height in digits, or "slides" for the smallest size at a picture a second. `bandwidth` is the
    highest of its segments in bits per second (RFC 8216 section 4.3.4.2, BANDWIDTH); `codecs` is RFC 6381 text.
    `segment_ms` are the lengths of its segments in order; segment i is the file `<code>/<i, five digits>.ts` in the
    video's folder. All of a video are cut at the same times; only the last segment may end a little apart.
    """

    # pii: none
    video = models.ForeignKey(
        Video, on_delete=models.CASCADE, related_name="renditions"
    )  # a size has no meaning without its video
    code = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bandwidth = models.PositiveIntegerField()
    codecs = models.CharField(max_length=60)
    segment_ms = ArrayField(models.PositiveIntegerField())

    class Meta:
        verbose_name = _("画质")
        verbose_name_plural = _("画质")
        ordering = ["video_id", "bandwidth"]
        constraints = [
            # Its playlist is asked for by code, and its IVs are made of it.
            models.UniqueConstraint(fields=["video", "code"], name="rendition_same_code_twice"),
            models.CheckConstraint(condition=~models.Q(code=""), name="rendition_without_code"),
            models.CheckConstraint(condition=models.Q(segment_ms__len__gt=0), name="rendition_without_segments"),
        ]

    def __str__(self) -> str:
        return f"{self.video_id} {self.code}"
