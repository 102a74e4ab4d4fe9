"""What watching writes into the learning log."""

from analytics.learning_log.kinds import Kind, register

register(
    Kind(
        "player.session_opened",
        zh="{learner} 打开了 {subject}（观看 {session_uuid}）",
        en="{learner} opened {subject} (watch session {session_uuid})",
        label_zh="打开课时",
        label_en="Lesson opened",
        fields={
            "session_uuid": "uuid of the watch session",
            "subject_uuid": "uuid of what the watching counts for",
            "video_uuid": "uuid of the video",
            "token": "fencing number of the learner's lease: the highest one holds it",
        },
    ),
    Kind(
        "player.span_watched",
        zh="{learner} 观看 {subject}，新计 {counted_ms}（{wall_from} 至 {wall_until}）",
        en="{learner} watched {subject}: {counted_ms} newly counted ({wall_from} to {wall_until})",
        label_zh="观看计时",
        label_en="Watching counted",
        fields={
            "session_uuid": "uuid of the watch session",
            "subject_uuid": "uuid of what the watching counts for",
            "video_uuid": "uuid of the video",
            "spans": "media newly counted: list of [start_ms, end_ms), half-open, sorted, disjoint",
            "counted_ms": "total length of spans in milliseconds",
            "wall_from": "beginning of the server time it took, UTC",
            "wall_until": "end of the server time it took, UTC; at most five minutes later, same day in Shanghai",
            "beats": "how many beats proved it",
        },
    ),
    Kind(
        "player.session_closed",
        zh="{learner} 对 {subject} 的观看结束（观看 {session_uuid}，原因代码 {reason}）",
        en="Watching of {subject} by {learner} ended (watch session {session_uuid}, reason {reason})",
        label_zh="观看结束",
        label_en="Watching ended",
        fields={
            "session_uuid": "uuid of the watch session",
            "subject_uuid": "uuid of what the watching counted for",
            "reason": "taken_over, unheard or left",
        },
    ),
)
