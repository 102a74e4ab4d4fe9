"""Face checks in words. The rules give codes; here they become sentences, in the words of whoever reads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from proctoring.queries.evidence import Event

Text = str | Promise

REFUSALS: Mapping[str, Text] = {
    "over": _("这次核验已经结束，请回到课时页面。"),
    "no_consent": _("您还没有同意人脸核验，可以改用手机验证码。"),
    "not_enrolled": _("您还没有登记面容，可以改用手机验证码。"),
    "no_tries": _("这次核验的次数已用完，请换一种方式。"),
    "busy": _("正在核验的人较多，请稍候。"),
}

# Why a try was not passed: for the learner, and for whoever reviews it.
REASONS: Mapping[str, Text] = {
    "no_face": _("画面里没有看到人脸"),
    "many_faces": _("画面里不止一个人"),
    "too_few_frames": _("画面太少，网络可能太慢"),
    "lost": _("人较多，有些画面没有来得及看；这一次不算，请再试"),
    "actions_missing": _("动作没有做完"),
    "actions_order": _("动作的次序不对"),
    "too_late": _("动作做得太晚"),
    "flat": _("画面像是平面的照片"),
    "frozen": _("画面没有变化"),
    "looped": _("画面在重复"),
    "cut": _("画面中途跳变"),
    "timing": _("画面的时间对不上"),
    "no_noise": _("画面没有摄像头应有的噪点"),
    "other_person": _("与登记的面容不像"),
    "person_changed": _("中途换了人"),
    "replayed": _("与以前的一次核验相同"),
    "mirrored": _("画面左右相反"),
    "no_reflection": _("脸上没有映出屏幕的颜色"),
    "dark": _("光线太暗"),
    "bright": _("光线太亮"),
    "blurred": _("画面不清晰"),
    "small": _("离摄像头太远"),
    "weak_match": _("相似度低（低可信，演示级，不作为不通过的依据）"),
}

HOLD_REASONS: Mapping[str, Text] = {
    "failed": _("核验没有通过"),
    "missed": _("核验没有应答"),
    "not_asked": _("页面没有接收核验"),
    "went_on": _("核验没有完成"),
}

# What a sitting was of, where it is no lesson with a name of its own.
PURPOSES: Mapping[str, Text] = {"lesson": _("课时"), "live": _("直播"), "exam": _("考试")}

WAYS: Mapping[str, Text] = {
    "again": _("再次核验"),
    "other_action": _("换动作核验"),
    "phone": _("手机验证码和两道题"),
    "supervisor": _("现场人员确认"),
    "hand_over": _("用手机摄像头核验"),
    "make_up": _("补核验"),
    "reviewer": _("审核员决定"),
}

FLAGS: Mapping[str, Text] = {
    "virtual_camera": _("可能是虚拟摄像头"),
    "no_label": _("浏览器没有给出摄像头名称"),
    "odd_size": _("画面尺寸少见"),
}

# What happened around held time; the learner and the reviewer read the same.
EVENTS: Mapping[str, Text] = {
    "begins": _("这段时间开始"),
    "asked": _("请学员核验"),
    "release_asked": _("学员要求再核验一次"),
    "passed": _("核验通过"),
    "not_passed": _("核验没有通过"),
    "unfinished": _("核验开始了，没有做完"),
    "held_failed": _("时间暂扣：核验没有通过"),
    "held_missed": _("时间暂扣：核验没有应答"),
    "held_not_asked": _("时间暂扣：页面没有接收核验"),
    "held_went_on": _("时间暂扣：核验没有完成"),
    "appealed": _("学员申诉"),
    "seen": _("审核员查看了核验画面"),
    "released": _("暂扣解除，时间计入"),
    "decided_release": _("审核员决定：计入"),
    "decided_refuse": _("审核员决定：不予计入"),
    "proposed": _("审核员提出改为计入，待第二人复核"),
    "seconded": _("第二位审核员同意，改为计入"),
    "declined": _("第二位审核员不同意，维持不予计入"),
}

# The figures of a try that tell a reviewer something, in the order in which they are read; the others stay in the log.
SCORES: Mapping[str, Text] = {
    "likeness": _("与登记的面容的相似度"),
    "done": _("做完的动作"),
    "frames": _("画面张数"),
    "brightness": _("脸的亮度（0 至 255）"),
    "sharpness": _("清晰度"),
    "eye_px": _("两眼距离（像素）"),
    "residual": _("转头时的立体感（平面照片接近 0）"),
    "changed": _("前后是否同一张脸（越大越不像）"),
    "still_ms": _("最长的静止（毫秒）"),
    "grain": _("画面噪点"),
    "gap_ms": _("最长的间断（毫秒）"),
    "light_alike": _("脸上的光与屏幕颜色的吻合度"),
}

# Why no decision is open to who looks.
NOT_YOURS: Mapping[str, Text] = {
    "own": _("这是您自己的时间，要由另一位审核员决定。"),
    "took_part": _("您已参与这一条的决定，复核要由另一位审核员来做。"),
}

LIGHTS: Mapping[str, Text] = {"dark": _("暗"), "middle": _("适中"), "bright": _("亮")}

DEVICES: Mapping[str, Text] = {
    "camera": _("电脑摄像头"),
    "phone": _("手机摄像头"),
    "no_label": _("没有名称的摄像头"),
    "virtual_camera": _("可能是虚拟摄像头"),
}

DECISION_REFUSALS: Mapping[str, Text] = {
    "no_reason": _("没有写入：缺少理由。请写明理由，学员和复核的人都会看到。"),
    "own_hold": _("没有写入：不能审核自己的时间，请留给同事。"),
    "over": _("没有写入：这一条刚刚已经有了决定，见下面的经过。"),
    "same_person": _("没有写入：这一条要由另一位审核员处理，请留给同事。"),
    "nothing_proposed": _("没有写入：没有待复核的改判，可能同事刚刚处理过。"),
}

SHOWN: Mapping[str, Text] = {
    "waiting": _("待处理"),
    "appealed": _("有申诉"),
    "proposed": _("待第二人复核"),
    "decided": _("已决定"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, in words. note: what somebody wrote; times: how often."""

    at: datetime
    words: Text
    reasons: tuple[Text, ...]
    hints: tuple[Text, ...]
    note: str
    times: int


def told(events: Iterable[Event]) -> tuple[Told, ...]:
    """Return what happened around held time in words, in the order given."""
    return tuple(
        Told(
            at=one.at,
            words=EVENTS[one.code],
            reasons=tuple(REASONS.get(code, code) for code in one.reasons),
            hints=tuple(FLAGS.get(code, code) for code in one.flags),
            note=one.note,
            times=one.number,
        )
        for one in events
    )
