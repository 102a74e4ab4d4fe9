"""What this room tells people."""

from django.utils.translation import gettext_noop

from lms.notices.domain.channels import Channel
from lms.notices.kinds import NoticeKind, register

SEAT_GIVEN, SEAT_TAKEN_BACK = "commerce.seat_given", "commerce.seat_taken_back"

register(
    NoticeKind(
        SEAT_GIVEN,
        title=gettext_noop("单位为您安排了学习"),
        text=gettext_noop("%(company)s 给您分配了“%(product)s”的席位，学习费用由单位支付。"),
        channels=(Channel.IN_APP,),
    ),
    NoticeKind(
        SEAT_TAKEN_BACK,
        title=gettext_noop("学习席位已收回"),
        text=gettext_noop(
            "%(company)s 收回了“%(product)s”的席位。由它开通、您还没有开始学的课程已经关闭；需要学习，可以自己报名，或联系单位。"
        ),
        channels=(Channel.IN_APP,),
    ),
)
