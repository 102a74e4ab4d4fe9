"""Tables of what stands beside a video as text: captions in several languages, and chapters."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_token() -> str:
    """Return a name that nobody has used or can guess: 128 bits."""
    return secrets.token_hex(16)


class Language(models.TextChoices):
    """The languages of captions (BCP 47), each by its own name: a reader must know it again. The first is the default."""

    ZH_HANS = "zh-Hans", "简体中文"
    ZH_HANT = "zh-Hant", "繁體中文"
    EN = "en", "English"
    BO = "bo", "བོད་ཡིག"
    UG = "ug", "ئۇيغۇرچە"


class CaptionVersion(models.Model):
    """A row for one version of a video's captions in one language; the highest number counts. Rows are never changed.

    `text` is WebVTT as `player.domain.webvtt.write` writes it; an empty one says that the captions were removed.
    `token` names its public address: whoever has it may read the text, as with the segments of the video.
    """

    # pii: none, but who saved it, by id
    video = models.ForeignKey("player.Video", on_delete=models.CASCADE, related_name="caption_versions")
    language = models.CharField(_("语言"), max_length=12, choices=Language.choices)
    number = models.PositiveIntegerField(_("版本"))
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    text = models.TextField(_("字幕"), blank=True)
    cue_count = models.PositiveIntegerField(_("条数"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("字幕")
        verbose_name_plural = _("字幕")
        ordering = ["video_id", "language", "-number"]
        constraints = [
            # Two editors who save at once would each believe that theirs counts.
            models.UniqueConstraint(fields=["video", "language", "number"], name="caption_same_version_twice"),
            models.CheckConstraint(condition=models.Q(number__gt=0), name="caption_version_below_1"),
            models.CheckConstraint(condition=models.Q(language__in=Language.values), name="caption_unknown_language"),
            models.CheckConstraint(
                condition=models.Q(text="", cue_count=0) | (~models.Q(text="") & models.Q(cue_count__gt=0)),
                name="caption_count_without_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.video_id} {self.language} {self.number}"


class Chapter(models.Model):
    """A row for one chapter of a video; it lasts until the next one begins."""

    # pii: none
    video = models.ForeignKey("player.Video", on_delete=models.CASCADE, related_name="chapters")
    start_ms = models.PositiveIntegerField(_("开始"))
    title = models.CharField(_("标题"), max_length=100)

    class Meta:
        verbose_name = _("章节")
        verbose_name_plural = _("章节")
        ordering = ["video_id", "start_ms"]
        constraints = [
            models.UniqueConstraint(fields=["video", "start_ms"], name="chapter_same_start_twice"),
            models.CheckConstraint(condition=~models.Q(title=""), name="chapter_without_title"),
        ]

    def __str__(self) -> str:
        return self.title
