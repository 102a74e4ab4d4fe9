"""What face checks write into the learning log: facts and times, never a face, a vector or a name."""

from analytics.domain.units import Unit
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
_PASSED = {"true": ("通过", "passed"), "false": ("未通过", "not passed")}
_PURPOSES = {
    "lesson": ("课时", "lesson"),
    "live": ("直播", "live class"),
    "exam": ("考试", "test"),
    "enrolment": ("登记面容", "enrolment of the face"),
}
_TRY_REASONS = {
    "no_face": ("画面里没有看到人脸", "no face was seen"),
    "many_faces": ("画面里不止一个人", "more than one face was seen"),
    "too_few_frames": ("画面太少", "too few pictures came"),
    "lost": ("人较多，有些画面没有来得及看", "the system was busy and could not look at all pictures"),
    "actions_missing": ("动作没有做完", "actions were missing"),
    "actions_order": ("动作的次序不对", "actions came in another order"),
    "too_late": ("动作做得太晚", "actions came too late"),
    "flat": ("画面像是平面的照片", "it looked like a flat photograph"),
    "frozen": ("画面没有变化", "the picture did not change"),
    "looped": ("画面在重复", "the pictures repeated themselves"),
    "cut": ("画面中途跳变", "the picture jumped midway"),
    "timing": ("画面的时间对不上", "the times of the pictures disagree"),
    "no_noise": ("画面没有摄像头应有的噪点", "the noise of a camera was missing"),
    "other_person": ("与登记的面容不像", "not like the enrolled face"),
    "person_changed": ("中途换了人", "the person changed midway"),
    "replayed": ("与以前的一次核验相同", "the same as an earlier check"),
    "mirrored": ("画面左右相反", "the picture was mirrored"),
    "no_reflection": ("脸上没有映出屏幕的颜色", "the screen's colours were not seen on the face"),
    "dark": ("光线太暗", "too dark"),
    "bright": ("光线太亮", "too bright"),
    "blurred": ("画面不清晰", "blurred"),
    "small": ("离摄像头太远", "too far from the camera"),
    "weak_match": ("相似度低（低可信，不作为不通过的依据）", "weak likeness (low confidence, no ground for failing)"),
}
_FLAGS = {
    "virtual_camera": ("可能是虚拟摄像头", "perhaps a virtual camera"),
    "no_label": ("浏览器没有给出摄像头名称", "the browser named no camera"),
    "odd_size": ("画面尺寸少见", "an unusual size of picture"),
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
        zh="设定了{code}的在场核验数值（指纹 {digest}）",
        en="The numbers by which presence is checked under {code} were set (fingerprint {digest})",
        label_zh="在场核验规则",
        label_en="Presence rules set",
        fields={
            "code": "code of the rule set",
            "digest": "SHA-256 of the numbers (canonical JSON)",
            "numbers": "the numbers, by the names of proctoring.domain.policy.Policy",
        },
        units={"code": Unit.RULES},
    ),
    Kind(
        "proctoring.consent_given",
        zh="{learner} 单独同意保存和比对面容（同意书 {version} 版）",
        en="{learner} agreed, separately, that the face is kept and compared (version {version} of the words)",
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
        zh="{learner} 登记了面容，模板 {templates} 个（比对模型 {model}）",
        en="{learner} enrolled the face: {templates} templates (model {model})",
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
        zh="{learner} 对 {subject} 的在场核验开始",
        en="Presence of {learner} at {subject} is checked from now on",
        label_zh="在场核验开始",
        label_en="Presence session opened",
        fields={
            **_SESSION,
            "purpose": "lesson, live, exam or enrolment",
            "policy": "SHA-256 of the numbers by which it is checked (canonical JSON)",
            "plan_digest": "SHA-256 of the secret seed followed by the plan: commits the server to it",
            "opened_at": "beginning of the wall time that it decides about, UTC",
        },
        words={"purpose": _PURPOSES},
        optional={"unasked_ms": "media counted in the sittings before it, since the last in which a check was asked"},
    ),
    Kind(
        "proctoring.check_asked",
        zh="请 {learner} 核验，第 {number} 次",
        en="{learner} was asked for check {number}",
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
        zh="{learner} 第 {number} 次尝试核验：{passed}，原因：{reasons}",
        en="Try {number} of {learner}: {passed}, reasons: {reasons}",
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
        words={"passed": _PASSED, "reasons": _TRY_REASONS, "flags": _FLAGS},
    ),
    Kind(
        "proctoring.check_ended",
        zh="{learner} 的核验结束：{state}",
        en="The check of {learner} ended: {state}",
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
        zh="{learner} 对暂扣的时间提出申诉，{answer_due} 前答复",
        en="{learner} appealed against time held; an answer is due by {answer_due}",
        label_zh="暂扣申诉",
        label_en="Hold appealed",
        fields={"hold_uuid": "uuid of the hold", "answer_due": "day by which it is answered, Asia/Shanghai"},
    ),
    Kind(
        "proctoring.hold_decided",
        zh="{actor} 对 {learner} 暂扣的时间：{standing}，{outcome}",
        en="{actor} on time of {learner} that was held: {standing}, {outcome}",
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
        zh="{actor} 查看了 {learner} 的一张核验画面",
        en="{actor} looked at a picture of {learner} from a check",
        label_zh="查看核验画面",
        label_en="Picture seen",
        fields={"picture_uuid": "uuid of the picture"},
    ),
    Kind(
        "proctoring.plan_opened",
        zh="{actor} 查看了一次在场核验的计划",
        en="{actor} opened the plan of the checks of a sitting",
        label_zh="查看核验计划",
        label_en="Plan opened",
        fields={"session_uuid": "uuid of the face session"},
    ),
    Kind(
        "proctoring.case_opened",
        zh="{learner} 与另一个账号的面容相近，待人工查看",
        en="The faces of {learner} and of another account are alike; a person will look",
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
        zh="{actor} 查看了相近的面容：{finding}",
        en="{actor} looked at faces that are alike: {finding}",
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
