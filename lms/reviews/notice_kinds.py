"""What this room tells people."""

from django.utils.translation import gettext_noop

from lms.notices.domain.channels import Channel
from lms.notices.kinds import NoticeKind, register

ACCEPTED, RETURNED, REJECTED = "reviews.claim_accepted", "reviews.claim_returned", "reviews.claim_rejected"
_WAYS = (Channel.IN_APP, Channel.EMAIL)

register(
    NoticeKind(
        ACCEPTED,
        title=gettext_noop("学时申报已认定"),
        text=gettext_noop("“%(title)s”认定 %(hours)s 学时。理由：%(reason)s"),
        channels=_WAYS,
    ),
    NoticeKind(
        RETURNED,
        title=gettext_noop("学时申报退回修改"),
        text=gettext_noop("“%(title)s”需要修改后再提交：%(reason)s"),
        channels=_WAYS,
    ),
    NoticeKind(
        REJECTED,
        title=gettext_noop("学时申报未通过"),
        text=gettext_noop("“%(title)s”未通过认定：%(reason)s"),
        channels=_WAYS,
    ),
)
