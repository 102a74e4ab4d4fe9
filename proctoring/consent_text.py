"""The words to which a person agrees, by version. A version once shown never changes: a change of a word is a new version."""

import hashlib
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

VERSION = "2026-1"


@dataclass(frozen=True, slots=True)
class Part:
    """One heading and what stands under it."""

    heading: str | Promise
    words: str | Promise


PARTS: tuple[Part, ...] = (
    Part(
        _("用来做什么"),
        _("只用于确认学习时在场的是您本人：把摄像头当场拍到的画面与您登记的面容比对。不用于考勤、营销或任何其他目的。"),
    ),
    Part(
        _("为什么需要"),
        _(
            "继续教育的学时记在您本人名下。不同意也能学完全部课程、拿到同样的学时：改用手机验证码加两道题，或由现场人员确认。"
        ),
    ),
    Part(
        _("收集什么"),
        _(
            "登记时的照片和由照片算出的特征值；核验时的少量画面。全部用只属于您的密钥加密，您的单位、讲师和其他学员都看不到。"
        ),
    ),
    Part(
        _("保存多久"),
        _(
            "特征值和登记照片保存到您撤回同意或账号注销；核验画面到期自动删除，最长不超过规则写明的天数。核验结论不含面容，作为学习记录长期保存。"
        ),
    ),
    Part(
        _("对您的影响"),
        _(
            "核验没有通过时，只暂扣上一次通过之后的时间，不会作废；您可以换一种方式证明，也可以申诉。任何不予计入的决定都由人作出。"
        ),
    ),
    Part(
        _("怎样撤回"),
        _("随时可以在这个页面一键撤回。撤回立即销毁您的密钥，特征值和全部照片即刻删除，已经计入的学时不受影响。"),
    ),
)


def digest() -> str:
    """Return the SHA-256 of the words of this version in the language in which they were written."""
    with override("zh-hans"):
        text = "\n".join(f"{part.heading}\n{part.words}" for part in PARTS)
    return hashlib.sha256(f"{VERSION}\n{text}".encode()).hexdigest()
