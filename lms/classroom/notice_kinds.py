"""What this room tells people."""

from django.utils.translation import gettext_noop

from lms.notices.domain.channels import Channel
from lms.notices.kinds import NoticeKind, register

HELD_COUNTS, HELD_REFUSED = "classroom.held_counts", "classroom.held_refused"
_WAYS = (Channel.IN_APP, Channel.EMAIL)

register(
    NoticeKind(
        HELD_COUNTS,
        title=gettext_noop("暂扣解除，时间计入"),
        text=gettext_noop("“%(title)s”中暂扣的时间，经审核员决定计入。理由：%(reason)s"),
        channels=_WAYS,
    ),
    NoticeKind(
        HELD_REFUSED,
        title=gettext_noop("暂扣的时间不予计入"),
        text=gettext_noop(
            "“%(title)s”中暂扣的时间，经审核员决定不予计入。理由：%(reason)s 不同意可以申诉，由另一位审核员处理。"
        ),
        channels=_WAYS,
    ),
)
