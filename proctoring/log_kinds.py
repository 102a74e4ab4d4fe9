"""What face checks write into the learning log: facts and times, never a face, a vector or a name."""

from analytics.learning_log.kinds import Kind, register

_WAYS = {
    "again": ("再次核验", "another try"),
    "other_action": ("换动作核验", "another action"),
    "phone": ("手机验证码和两道题", "code to the phone and two questions"),
    "supervisor": ("现场人员确认", "a supervisor on site"),
    "hand_over": ("用手机摄像头核验", "the camera of a phone"),
    "make_up": ("补核验", "made up by replaying"),
    "reviewer": ("审核员决定", "decision of a reviewer"),
}
_STATES = {
    "passed": ("通过", "passed"),
    "failed": ("未通过", "failed"),
    "missed": ("未应答", "missed"),
    "proved": ("以其他方式核验", "proved in another way"),
    "withdrawn": ("已撤回", "withdrawn"),
}
_REASONS = {
    "failed": ("核验未通过", "the check was failed"),
    "missed": ("核验未应答", "the check was missed"),
    "not_asked": ("页面没有接收核验", "the page took no check"),
    "went_on": ("核验未完成仍在播放", "played on without an answer"),
}
_OUTCOMES = {"release": ("计入", "count it"), "refuse": ("不予计入", "do not count it")}
_STANDINGS = {
    "final": ("决定", "decided"),
    "proposed": ("提出改判，待第二人复核", "proposed a reversal, a second reviewer is awaited"),
    "seconded": ("复核同意", "seconded"),
    "declined": ("复核不同意", "declined"),
}
_SESSION = {
    "session_uuid": "uuid of the face session",
    "counterpart_uuid": "uuid of the sitting beside it (a watch session); empty for none",
}
_STRETCH = {
    "from_at": "beginning of the wall time, UTC",
    "until_at": "end of the wall time, UTC, not included",
}
_HOLD = {"hold_uuid": "uuid of the hold", **_SESSION, **_STRETCH}

register(
    Kind(
        "proctoring.policy_set",
        zh="规则 {code} 的在场核验数值改为 {digest}",
        en="Presence under the rules {code} is now checked by {digest}",
        label_zh="在场核验规则",
        label_en="Presence rules set",
        fields={
            "code": "code of the rule set",
            "digest": "SHA-256 of the numbers (canonical JSON)",
            "numbers": "the numbers, by the names of proctoring.domain.policy.Policy",
        },
    ),
    Kind(
        "proctoring.consent_given",
        zh="{learner} 单独同意保存和比对面容（文本 {version}）",
        en="{learner} agreed, separately, that the face is kept and compared (text {version})",
        label_zh="同意人脸核验",
        label_en="Consent to face checks",
        fields={"version": "version of the words", "digest": "SHA-256 of the words"},
    ),
    Kind(
        "proctoring.consent_withdrawn",
        zh="{learner} 撤回同意，密钥已销毁，删除模板 {templates} 个、照片 {pictures} 张",
        en="{learner} withdrew: the key was destroyed, {templates} templates and {pictures} pictures erased",
        label_zh="撤回人脸核验",
        label_en="Consent withdrawn",
        fields={
            "version": "version of the words that had been agreed to",
            "templates": "how many templates were deleted",
            "pictures": "how many pictures were deleted",
        },
    ),
    Kind(
        "proctoring.face_enrolled",
        zh="{learner} 登记了面容，模板 {templates} 个（{model}）",
        en="{learner} enrolled: {templates} templates ({model})",
        label_zh="登记面容",
        label_en="Face enrolled",
        fields={
            "templates": "how many templates there are now",
            "model": "name and version of the embedder",
            "demo_grade": "true: low confidence, it can fail nobody by itself",
        },
    ),
)

register(
    Kind(
        "proctoring.session_opened",
        zh="{learner} 对 {subject} 的在场核验开始（{session_uuid}）",
        en="Presence of {learner} at {subject} is checked from now on ({session_uuid})",
        label_zh="在场核验开始",
        label_en="Presence session opened",
        fields={
            **_SESSION,
            "purpose": "lesson, live, exam or enrolment",
            "policy": "SHA-256 of the numbers by which it is checked (canonical JSON)",
            "plan_digest": "SHA-256 of the secret seed followed by the plan: commits the server to it",
            "opened_at": "beginning of the wall time that it decides about, UTC",
        },
        optional={"unasked_ms": "media counted in the sittings before it, since the last in which a check was asked"},
    ),
    Kind(
        "proctoring.check_asked",
        zh="请 {learner} 核验，第 {number} 次（{check_uuid}）",
        en="{learner} was asked for check {number} ({check_uuid})",
        label_zh="发起核验",
        label_en="Check asked",
        fields={
            **_SESSION,
            "check_uuid": "uuid of the check",
            "number": "number of the check in its session",
            "due_ms": "where the plan had it, in counted media since the session was opened",
        },
        optional={"hold_uuid": "the hold that it would release: asked for by the learner, not by the plan"},
    ),
    Kind(
        "proctoring.try_judged",
        zh="{learner} 的核验尝试 {number}：通过 {passed}，原因 {reasons}",
        en="Try {number} of {learner}: passed {passed}, reasons {reasons}",
        label_zh="核验结论",
        label_en="Try judged",
        fields={
            "check_uuid": "uuid of the check",
            "try_uuid": "uuid of the try",
            "number": "number of the try at this check",
            "passed": "true or false",
            "reasons": "codes of docs/protocols/proctoring.md, none when it was passed",
            "scores": "figures of the verdict in thousandths, by name",
            "flags": "hints, such as the name of a virtual camera; never a verdict",
            "model": "name and version of the embedder; empty: identity was not compared",
        },
    ),
    Kind(
        "proctoring.check_ended",
        zh="{learner} 的核验结束：{state}（{check_uuid}）",
        en="The check of {learner} ended: {state} ({check_uuid})",
        label_zh="核验结束",
        label_en="Check ended",
        fields={**_SESSION, "check_uuid": "uuid of the check", "state": "passed, failed, missed, proved or withdrawn"},
        words={"state": _STATES},
    ),
)

register(
    Kind(
        "proctoring.time_confirmed",
        zh="{learner} 在场已确认：{from_at} 至 {until_at}",
        en="{learner} was there: {from_at} to {until_at}",
        label_zh="在场确认",
        label_en="Presence confirmed",
        fields={**_SESSION, **_STRETCH, "because": "a check was passed, or none was due"},
        words={"because": {"passed": ("核验通过", "a check was passed"), "none_due": ("未到核验", "none was due")}},
    ),
    Kind(
        "proctoring.time_held",
        zh="{learner} 的时间暂扣：{from_at} 至 {until_at}，{reason}",
        en="Time of {learner} is held: {from_at} to {until_at}, {reason}",
        label_zh="时间暂扣",
        label_en="Time held",
        fields={**_HOLD, "reason": "failed, missed, not_asked or went_on"},
        words={"reason": _REASONS},
    ),
    Kind(
        "proctoring.time_released",
        zh="{learner} 的暂扣时间已解除：{from_at} 至 {until_at}，{way}",
        en="Held time of {learner} was released: {from_at} to {until_at}, {way}",
        label_zh="暂扣解除",
        label_en="Held time released",
        fields={**_HOLD, "way": "again, other_action, phone, supervisor, hand_over, make_up or reviewer"},
        words={"way": _WAYS},
    ),
    Kind(
        "proctoring.time_refused",
        zh="{learner} 的暂扣时间经人工决定不予计入：{from_at} 至 {until_at}",
        en="A person decided that held time of {learner} does not count: {from_at} to {until_at}",
        label_zh="暂扣不予计入",
        label_en="Held time refused",
        fields=_HOLD,
    ),
    Kind(
        "proctoring.hold_appealed",
        zh="{learner} 对暂扣 {hold_uuid} 提出申诉，{answer_due} 前答复",
        en="{learner} appealed against the hold {hold_uuid}; an answer is due by {answer_due}",
        label_zh="暂扣申诉",
        label_en="Hold appealed",
        fields={"hold_uuid": "uuid of the hold", "answer_due": "day by which it is answered, Asia/Shanghai"},
    ),
    Kind(
        "proctoring.hold_decided",
        zh="{actor} 对 {learner} 的暂扣 {hold_uuid}：{standing}，{outcome}",
        en="{actor} on the hold {hold_uuid} of {learner}: {standing}, {outcome}",
        label_zh="暂扣决定",
        label_en="Hold decided",
        fields={
            "hold_uuid": "uuid of the hold",
            "outcome": "release or refuse",
            "standing": "final, proposed, seconded or declined",
            "reason_commitment": "commitment to the reason's words, which stand beside the log",
        },
        words={"outcome": _OUTCOMES, "standing": _STANDINGS},
    ),
    Kind(
        "proctoring.picture_seen",
        zh="{actor} 查看了 {learner} 的核验画面 {picture_uuid}",
        en="{actor} looked at the picture {picture_uuid} of {learner}",
        label_zh="查看核验画面",
        label_en="Picture seen",
        fields={"picture_uuid": "uuid of the picture"},
    ),
    Kind(
        "proctoring.plan_opened",
        zh="{actor} 查看了核验计划 {session_uuid}",
        en="{actor} opened the plan of checks of {session_uuid}",
        label_zh="查看核验计划",
        label_en="Plan opened",
        fields={"session_uuid": "uuid of the face session"},
    ),
    Kind(
        "proctoring.case_opened",
        zh="两个账号的面容相近，待人工查看（{case_uuid}）",
        en="Two accounts have faces that are alike; a person will look ({case_uuid})",
        label_zh="疑似同一人脸",
        label_en="Alike faces",
        fields={
            "case_uuid": "uuid of the case",
            "other_id": "id of the other account",
            "score": "similarity in thousandths",
            "model": "name of the embedder",
        },
    ),
    Kind(
        "proctoring.case_closed",
        zh="{actor} 查看了相近的面容：{finding}（{case_uuid}）",
        en="{actor} looked at faces that are alike: {finding} ({case_uuid})",
        label_zh="疑似同一人脸已查看",
        label_en="Alike faces looked at",
        fields={"case_uuid": "uuid of the case", "finding": "different, same or twin"},
        words={
            "finding": {
                "different": ("不是同一人", "different persons"),
                "same": ("同一人", "the same person"),
                "twin": ("亲属或双胞胎", "relatives or twins"),
            }
        },
    ),
    Kind(
        "proctoring.faces_counted",
        zh="保存面容的人数达到 {persons}，备案线为 {filing_line}",
        en="Faces of {persons} persons are stored; filing is due at {filing_line}",
        label_zh="面容人数提醒",
        label_en="Number of faces",
        fields={"persons": "persons with stored faces", "filing_line": "number from which filing is due"},
    ),
    Kind(
        "proctoring.pictures_expired",
        zh="{pictures} 张核验画面到期，已删除（摄于 {oldest_at} 至 {newest_at}）",
        en="{pictures} pictures of checks, taken from {oldest_at} to {newest_at}, were deleted when their time was over",
        label_zh="核验画面到期删除",
        label_en="Pictures of checks deleted",
        fields={
            "pictures": "pictures that are gone; the verdicts stay",
            "oldest_at": "when the oldest of them was taken, UTC",
            "newest_at": "when the newest of them was taken, UTC",
        },
    ),
)
