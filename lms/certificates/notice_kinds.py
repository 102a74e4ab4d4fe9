"""What this room tells people."""

from django.utils.translation import gettext_noop

from lms.notices.domain.channels import Channel
from lms.notices.kinds import NoticeKind, register

RENEWED = "certificates.renewed"
ISSUED = "certificates.issued"
REVOKED = "certificates.revoked"
REQUEST_REFUSED = "certificates.request_refused"
WAITING = "certificates.waiting"
WAITING_DRAFT = "certificates.waiting_draft"
RETRAIN = "certificates.retrain"
DOUBTED = "certificates.doubted"
DOUBTED_OFFICER = "certificates.doubted_officer"
EXPIRING = "certificates.expiring"
LATE = "certificates.late"
DIGEST = "certificates.digest"
PAPER_DECLINED = "certificates.paper_declined"

register(
    NoticeKind(
        RENEWED,
        title=gettext_noop("证书已延续"),
        text=gettext_noop("您的%(post)s证书 %(number)s 已更新，有效期至 %(until)s。"),
    ),
    NoticeKind(
        ISSUED,
        title=gettext_noop("电子证书已签发"),
        text=gettext_noop("您的%(post)s证书 %(number)s 已签发，有效期至 %(until)s。"),
    ),
    NoticeKind(
        REVOKED,
        title=gettext_noop("证书已注销"),
        text=gettext_noop("证书 %(number)s 已注销。原因：%(reason)s"),
    ),
    NoticeKind(
        REQUEST_REFUSED,
        title=gettext_noop("发证系统退回了申请"),
        text=gettext_noop("证书 %(number)s 的申请被退回，原因和办法见“我的证书”。"),
    ),
    NoticeKind(
        WAITING,
        title=gettext_noop("证书延续等待主管部门决定"),
        text=gettext_noop(
            "证书 %(number)s 的第 %(cycle)s 周期总学时已够，个别类别不足，已暂缓，由主管部门决定。您不必做什么。"
        ),
    ),
    NoticeKind(
        WAITING_DRAFT,
        title=gettext_noop("证书延续等待主管部门决定"),
        text=gettext_noop(
            "证书 %(number)s 的第 %(cycle)s 周期已达标。本地区的规则还是草案，不能自动延续，由主管部门决定。您不必做什么。"
        ),
    ),
    NoticeKind(
        DOUBTED,
        title=gettext_noop("已延续的周期学时被冲回"),
        text=gettext_noop(
            "证书 %(number)s 的第 %(cycle)s 周期有学时被冲回，已不足延续所需。证书暂时不变，主管部门已收到通知；"
            "原因和补救办法见“我的证书”。"
        ),
    ),
    NoticeKind(
        DOUBTED_OFFICER,
        title=gettext_noop("一项延续的学时依据不足"),
        text=gettext_noop(
            "%(name)s 的证书 %(number)s 已按第 %(cycle)s 周期延续，之后有学时被冲回，已不足要求。请核查。"
        ),
        channels=(Channel.IN_APP,),
    ),
    NoticeKind(
        RETRAIN,
        title=gettext_noop("须重新培训"),
        text=gettext_noop(
            "证书 %(number)s 的第 %(cycle)s 周期未达到要求，不能延续。请选择培训机构重新参加培训和测试。"
        ),
    ),
    NoticeKind(
        EXPIRING,
        title=gettext_noop("证书还有 %(days)s 天到期"),
        text=gettext_noop("您的%(post)s证书 %(number)s 将于 %(until)s 到期，还差 %(hours)s 学时。"),
    ),
    NoticeKind(
        LATE,
        title=gettext_noop("证书已过期"),
        text=gettext_noop("您的%(post)s证书 %(number)s 已于 %(until)s 到期。怎样办理，见“我的证书”。"),
    ),
    NoticeKind(
        PAPER_DECLINED,
        title=gettext_noop("旧证换发未核准"),
        text=gettext_noop("旧证 %(number)s 的换发申请未核准。原因：%(reason)s"),
    ),
    NoticeKind(
        DIGEST,
        title=gettext_noop("%(company)s：%(people)s 名员工的证书需要关注"),
        text=gettext_noop("%(soon)s 本证书将在 90 天内到期，%(late)s 本已过期：%(names)s。"),
        channels=(Channel.IN_APP, Channel.EMAIL),
    ),
)
