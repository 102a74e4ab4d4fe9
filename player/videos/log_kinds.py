"""What the videos write into the learning log."""

from analytics.learning_log.kinds import Kind, register

LANGUAGES = {
    "zh-Hans": ("简体中文", "Simplified Chinese"),
    "zh-Hant": ("繁体中文", "Traditional Chinese"),
    "en": ("英文", "English"),
    "bo": ("藏文", "Tibetan"),
    "ug": ("维吾尔文", "Uyghur"),
}

register(
    Kind(
        "player.video_uploaded",
        zh="上传了视频 {subject}（{source_bytes} 字节）",
        en="Video {subject} was uploaded ({source_bytes} bytes)",
        label_zh="上传视频",
        label_en="Video uploaded",
        fields={
            "video_uuid": "uuid of the video",
            "source_bytes": "length of the file in bytes",
            "source_sha256": "SHA-256 of the file, hexadecimal",
        },
    ),
    Kind(
        "player.video_published",
        zh="视频 {subject} 转码完成，可以播放（时长 {duration_ms}）",
        en="Video {subject} was published ({duration_ms})",
        label_zh="发布视频",
        label_en="Video published",
        fields={
            "video_uuid": "uuid of the video",
            "attempt": "number of the run that made it, from 1",
            "duration_ms": "length in milliseconds",
            "heights": "heights of its sizes in pixels, ascending",
        },
    ),
    Kind(
        "player.video_failed",
        zh="视频 {subject} 未能处理（原因代码 {reason}）",
        en="Video {subject} could not be processed (reason {reason})",
        label_zh="视频处理失败",
        label_en="Video failed",
        fields={
            "video_uuid": "uuid of the video",
            "attempt": "number of the run that failed, from 1",
            "reason": "code of player.videos.models.FailureCode",
        },
    ),
    Kind(
        "player.video_retried",
        zh="重新处理视频 {subject}",
        en="Video {subject} was put into the queue again",
        label_zh="重新处理视频",
        label_en="Video retried",
        fields={"video_uuid": "uuid of the video"},
    ),
    Kind(
        "player.captions_saved",
        zh="保存了视频 {subject} 的{language}字幕（第 {version} 版，{cue_count} 条）",
        en="Captions of video {subject} in {language} were saved (version {version}, {cue_count} cues)",
        label_zh="保存字幕",
        label_en="Captions saved",
        fields={
            "video_uuid": "uuid of the video",
            "language": "language of the captions, BCP 47",
            "version": "number of the version in that language, from 1",
            "cue_count": "how many captions there are",
            "text_sha256": "SHA-256 of the WebVTT text, hexadecimal",
        },
        words={"language": LANGUAGES},
    ),
    Kind(
        "player.captions_removed",
        zh="移除了视频 {subject} 的{language}字幕",
        en="Captions of video {subject} in {language} were removed",
        label_zh="移除字幕",
        label_en="Captions removed",
        fields={
            "video_uuid": "uuid of the video",
            "language": "language of the captions, BCP 47",
            "version": "number of the version that says so, from 1",
        },
        words={"language": LANGUAGES},
    ),
    Kind(
        "player.chapters_saved",
        zh="保存了视频 {subject} 的章节（{chapter_count} 个）",
        en="The chapters of video {subject} were saved ({chapter_count})",
        label_zh="保存章节",
        label_en="Chapters saved",
        fields={
            "video_uuid": "uuid of the video",
            "chapter_count": "how many chapters there are",
            "starts_ms": "where each begins, in milliseconds, ascending",
            "titles": "their titles, in the same order",
        },
    ),
    Kind(
        "player.media_keys_resealed",
        zh="{count} 个视频密钥改用了新的主密钥 {key_id}",
        en="{count} keys of videos were sealed under the new media key {key_id}",
        label_zh="更换视频主密钥",
        label_en="Media key changed",
        fields={"count": "how many keys were sealed anew", "key_id": "fingerprint of the new key, hexadecimal"},
    ),
)
