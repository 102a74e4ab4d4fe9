"""What the videos write into the learning log."""

from analytics.learning_log.kinds import Kind, register

LANGUAGES = {
    "zh-Hans": ("简体中文", "Simplified Chinese"),
    "zh-Hant": ("繁体中文", "Traditional Chinese"),
    "en": ("英文", "English"),
    "bo": ("藏文", "Tibetan"),
    "ug": ("维吾尔文", "Uyghur"),
}
FAILURES = {
    "empty": ("空文件", "the file is empty"),
    "too_large": ("文件过大", "the file is too large"),
    "not_video": ("不是视频文件", "it is no video"),
    "broken": ("文件已损坏", "the file is damaged"),
    "no_picture": ("没有画面", "it has no picture"),
    "unknown_codec": ("编码无法识别", "its coding is unknown"),
    "too_many_streams": ("轨道过多", "it has too many tracks"),
    "picture_too_large": ("画面尺寸过大", "the picture is too large"),
    "picture_too_small": ("画面尺寸过小", "the picture is too small"),
    "frame_rate": ("帧率异常", "its frame rate is out of range"),
    "too_long": ("时长过长", "it is too long"),
    "too_short": ("时长过短", "it is too short"),
    "too_costly": ("处理超出限额", "processing it took too much"),
    "no_space": ("服务器空间不足", "the server is out of space"),
    "interrupted": ("处理多次中断", "processing was interrupted again and again"),
    "internal": ("系统错误", "the system failed"),
}

register(
    Kind(
        "player.video_uploaded",
        zh="上传了视频 {subject}（{source_bytes}）",
        en="Video {subject} was uploaded ({source_bytes})",
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
        zh="视频 {subject} 未能处理：{reason}",
        en="Video {subject} could not be processed: {reason}",
        label_zh="视频处理失败",
        label_en="Video failed",
        fields={
            "video_uuid": "uuid of the video",
            "attempt": "number of the run that failed, from 1",
            "reason": "code of player.videos.models.FailureCode",
        },
        words={"reason": FAILURES},
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
        zh="{count} 个视频密钥改用了新的主密钥（指纹 {key_id}）",
        en="{count} keys of videos were sealed under the new media key (fingerprint {key_id})",
        label_zh="更换视频主密钥",
        label_en="Media key changed",
        fields={"count": "how many keys were sealed anew", "key_id": "fingerprint of the new key, hexadecimal"},
    ),
)
