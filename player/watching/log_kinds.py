"""What watching writes into the learning log."""

from analytics.domain.units import Unit
from analytics.learning_log.kinds import Kind, register

_ENDINGS = {
    "taken_over": ("在别处继续学习", "continued in another place"),
    "unheard": ("长时间没有播放信号", "not heard of for long"),
    "left": ("已离开", "left"),
    "signed_out": ("已退出登录", "signed out"),
    "locked": ("电脑已锁定", "browser locked"),
}
_REASONS = {
    "seek_ahead": ("跳过了没有学到的部分", "skipped ahead"),
    "rate_too_fast": ("播放过快", "played too fast"),
    "ahead_of_counted": ("画面跑在了计时前面", "ahead of the server's clock"),
    "key_missing": ("没有解锁记录", "no key was released for it"),
    "wrong_stretch": ("播放位置对不上", "position and stretch disagree"),
    "hidden": ("画面不在眼前", "out of sight"),
    "unfocused": ("窗口没有被选中", "window without focus"),
    "idle": ("很久没有操作", "nobody moved for long"),
    "day_full": ("当天已记满", "the day's limit was reached"),
    "no_media_proof": ("没能核对视频内容", "the media was not proved"),
    "wrong_seq": ("播放信号有缺漏", "a beat was missing"),
    "wrong_mac": ("播放信号接不上", "beat not chained to the one before"),
    "forked": ("同一个播放信号有两种内容", "one beat with two contents"),
    "lease_lost": ("当时已在另一处继续学习", "continued in another place"),
    "session_closed": ("那次观看已经结束", "the sitting was over"),
}

register(
    Kind(
        "player.session_opened",
        zh="{learner} 打开了 {subject}",
        en="{learner} opened {subject}",
        label_zh="打开课时",
        label_en="Lesson opened",
        fields={
            "session_uuid": "uuid of the watch session",
            "subject_uuid": "uuid of what the watching counts for",
            "video_uuid": "uuid of the video",
            "token": "fencing number of the learner's lease: the highest one holds it",
        },
        optional={
            "policy": "SHA-256 of the numbers by which it counts (canonical JSON)",
            "native": "true: the browser cannot show the bytes of the media, so no proofs were asked",
            "device": "hash that stands for the signed-in browser: equal for equal ones, and it opens nothing",
            "hints": "what the browser said of being driven by a script: webdriver, headless, windowless; no verdict",
            "length_ms": "length of the video",
        },
        words={
            "hints": {
                "webdriver": ("由程序驱动", "driven by a program"),
                "headless": ("没有界面", "without a screen"),
                "windowless": ("没有窗口", "without a window"),
            }
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
        optional={
            "length_ms": "length of the video",
            "covered_ms": "how much of it the learner has covered by now, in all sessions",
        },
    ),
    Kind(
        "player.session_closed",
        zh="{learner} 对 {subject} 的观看结束（{reason}）",
        en="Watching of {subject} by {learner} ended ({reason})",
        label_zh="观看结束",
        label_en="Watching ended",
        fields={
            "session_uuid": "uuid of the watch session",
            "subject_uuid": "uuid of what the watching counted for",
            "reason": "taken_over, unheard, left, signed_out or locked",
        },
        words={"reason": _ENDINGS},
        optional={
            "opened": "media whose keys were released to the session: list of [start_ms, end_ms)",
            "proofs_passed": "how many questions about the media were answered rightly",
            "last_seq": "number of its last beat",
            "last_mac": "end of the chain of its beats (HMAC-SHA256, hexadecimal)",
            "length_ms": "length of the video",
            "covered_ms": "how much of it the learner has covered by now, in all sessions",
        },
    ),
)

register(
    Kind(
        "player.watching_refused",
        zh="{learner} 观看 {subject} 时有 {refused_ms} 未计（{reason}，{beats} 次，{first_at} 至 {last_at}）",
        en="{refused_ms} of {subject} watched by {learner} did not count ({reason}, {beats} times, {first_at} to {last_at})",
        label_zh="未计时",
        label_en="Watching not counted",
        fields={
            "session_uuid": "uuid of the watch session",
            "subject_uuid": "uuid of what the watching would have counted for",
            "reason": "why: see docs/protocols/watching.md section 3",
            "spans": "media claimed and not counted for this reason: list of [start_ms, end_ms), merged; may be empty",
            "refused_ms": "total length of spans in milliseconds",
            "beats": "how many beats were refused for this reason",
            "first_at": "when the first of them was judged, UTC",
            "last_at": "when the last of them was judged, UTC",
        },
        words={"reason": _REASONS},
    ),
    Kind(
        "player.policy_set",
        zh="设定了{code}的计时数值（指纹 {digest}）",
        en="The numbers by which watching counts under {code} were set (fingerprint {digest})",
        label_zh="设定计时规则",
        label_en="Counting rules set",
        fields={
            "code": "rule set",
            "digest": "SHA-256 of the numbers (canonical JSON)",
            "numbers": "the numbers, by name; see player.domain.policy",
        },
        units={"code": Unit.RULES},
    ),
)
