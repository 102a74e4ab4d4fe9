"""What this room tells people."""

from django.utils.translation import gettext_noop

from lms.notices.domain.channels import Channel
from lms.notices.kinds import NoticeKind, register

INVITED = "enterprise.invited"
JOINED = "enterprise.joined"
ASKED_TO_MOVE = "enterprise.asked_to_move"

register(
    NoticeKind(
        INVITED,
        title=gettext_noop("请设置您的学习账号"),
        text=gettext_noop(
            "【筑学】%(company)s 为您开通了继续教育账号。请在 %(until)s 前打开 %(link)s ，用证件号码后六位核对身份并设置密码。"
        ),
        channels=(Channel.SMS, Channel.EMAIL),
        secret=True,
    ),
    NoticeKind(
        JOINED,
        title=gettext_noop("您已登记为企业员工"),
        text=gettext_noop("%(company)s 已把您登记为本单位员工，可以看到您的学时。如果不对，请联系该单位或平台管理员。"),
    ),
    NoticeKind(
        ASKED_TO_MOVE,
        title=gettext_noop("有企业请您转入"),
        text=gettext_noop("%(company)s 的名单里有您，而您登记在另一家企业。是否转入，由您本人决定。"),
    ),
)
REMINDER = "enterprise.reminder"
OVERDUE_REMINDER = "enterprise.overdue_reminder"
MONTHLY = "enterprise.monthly"

register(
    NoticeKind(
        REMINDER,
        title=gettext_noop("%(company)s提醒您学习"),
        text=gettext_noop("本周期还差 %(hours)s 学时，%(until)s 前学完才算。"),
    ),
    NoticeKind(
        OVERDUE_REMINDER,
        title=gettext_noop("%(company)s提醒您处理证书"),
        text=gettext_noop("您有一个周期没有学够。怎样办理，见“我的学时”。"),
    ),
    NoticeKind(
        MONTHLY,
        title=gettext_noop("%(company)s：%(month)s 继续教育月报"),
        text=gettext_noop(
            "在册 %(people)s 人：上期未学够 %(overdue)s 人，60 天内到期且未学够 %(soon)s 人，"
            "未学够 %(behind)s 人，已达标 %(met)s 人。"
        ),
        channels=(Channel.IN_APP, Channel.EMAIL),
    ),
)
