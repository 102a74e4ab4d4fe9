"""Why time did not count, in words for the learner. The rule gives codes; here they become sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from player.domain.reasons import Reason

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """A reason in words. what: what happened, in a few words; why: the rule behind it; now: what to do."""

    what: Text
    why: Text
    now: Text


REASONS: Mapping[Reason, Words] = {
    Reason.HIDDEN: Words(
        _("画面不在眼前"),
        _("页面在后台、被切走，或用画中画播放时，画面在播也不计时。"),
        _("看的时候让视频留在眼前，缺的部分重看一遍即可。"),
    ),
    Reason.UNFOCUSED: Words(
        _("窗口没有被选中"),
        _("您适用的规则要求学习时选中这个窗口，在别的窗口里操作时不计时。"),
        _("看的时候不要切到别的窗口，缺的部分重看一遍即可。"),
    ),
    Reason.IDLE: Words(
        _("很久没有操作"),
        _("您适用的规则要求人在电脑前：较长时间没有动鼠标、碰屏幕或按键时不计时。"),
        _("看的时候隔一会儿动一下鼠标或碰一下屏幕，缺的部分重看一遍即可。"),
    ),
    Reason.DAY_FULL: Words(
        _("当天已记满"),
        _("您适用的规则限定了一天最多新记多少时间，超过的部分不计时。"),
        _("第二天 0 点以后，再看缺的部分。"),
    ),
    Reason.KEY_MISSING: Words(
        _("没有解锁记录"),
        _("每一段都要先由服务器解锁才能播放；这次观看没有这一段的解锁记录。断线期间最多补记已解锁的部分。"),
        _("网络稳定后，从缺的部分接着看。"),
    ),
    Reason.WRONG_STRETCH: Words(
        _("播放位置对不上"),
        _("播放器报的位置和它报的分段不一致，服务器没有认可。"),
        _("刷新页面后重看缺的部分；如果反复出现，请换用新版 Chrome、Edge 或 Firefox。"),
    ),
    Reason.RATE_TOO_FAST: Words(
        _("播放超过了 1 倍速"),
        _("按规则以正常速度观看才计时，调快播放时不计。"),
        _("恢复原速或关掉倍速插件，缺的部分重看一遍即可。"),
    ),
    Reason.SEEK_AHEAD: Words(
        _("跳过了没有学到的部分"),
        _("没有学到的部分不能跳过，拖到那里不计时，播放器会回到学到的位置。"),
        _("从缺的部分接着看；看过的可以随时回看。"),
    ),
    Reason.AHEAD_OF_COUNTED: Words(
        _("画面跑在了计时前面"),
        _("播放的内容比实际经过的时间多，服务器只认自己的时钟。断线期间最多补记已解锁的部分。"),
        _("从缺的部分接着看。"),
    ),
    Reason.NO_MEDIA_PROOF: Words(
        _("没能核对视频内容"),
        _("服务器会抽查播放器是否真的在播放这段视频；接连几次没有答对，或直到结束都没有答过，这部分不计时。"),
        _("关掉改动网页的插件，重新打开这一课再看缺的部分；如果反复出现，请换用新版 Chrome、Edge 或 Firefox。"),
    ),
    Reason.WRONG_SEQ: Words(
        _("播放信号有缺漏"),
        _("播放信号要一个接一个；中间缺了，后面的先不收，补上以后照常计时。"),
        _("网络恢复后播放器会自动补传，不用操作。"),
    ),
    Reason.WRONG_MAC: Words(
        _("播放信号接不上"),
        _("每个播放信号都带着与上一个相连的校验码，接不上的服务器不认可。"),
        _("重新打开这一课，从缺的部分接着看。"),
    ),
    Reason.FORKED: Words(
        _("同一个播放信号有两种内容"),
        _("同一个序号收到了两种内容，服务器只认先到的一个。"),
        _("关掉改动网页的插件，重新打开这一课，从缺的部分接着看。"),
    ),
    Reason.LEASE_LOST: Words(
        _("当时已在另一处继续学习"),
        _("同一时间只有一处计时，以最后打开的一处为准。"),
        _("在最后打开的那一处接着看缺的部分。"),
    ),
    Reason.SESSION_CLOSED: Words(
        _("那次观看已经结束"),
        _("观看结束以后才发出的播放信号不计时。"),
        _("重新打开这一课，从缺的部分接着看。"),
    ),
}

# Why a sitting ended, by the values of player.watching's CloseReason.
ENDINGS: Mapping[str, Text] = {
    "": _("还开着"),
    "taken_over": _("在别处继续学习"),
    "unheard": _("长时间没有播放信号"),
    "left": _("已离开"),
    "signed_out": _("已退出登录"),
    "locked": _("电脑已锁定"),
}
