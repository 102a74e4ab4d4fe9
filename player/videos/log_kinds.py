"""What the videos write into the learning log."""

from analytics.learning_log.kinds import Kind, register

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
)
