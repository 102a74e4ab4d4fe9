"""What this room writes into the learning log. Names and document numbers stay out: who is who says the label."""

from analytics.domain.units import Unit
from analytics.learning_log.kinds import Kind, register

_DEEDS = {
    "first": ("首次发证", "first certificate"),
    "renewal": ("延续", "renewal"),
    "exchange": ("旧证换发", "exchange of an old one"),
}
_ASKED = {"deed": "first, renewal or exchange", "cycle": "number of the cycle, 0 where there is none"}
_REFUSALS = {
    "unreadable": ("申请读不懂", "the request cannot be read"),
    "unknown_number": ("没有这个编号", "there is no such number"),
    "other_holder": ("证书属于另一人", "the certificate is another person's"),
    "revoked": ("证书已注销", "the certificate was revoked"),
    "post_without_number": ("这个岗位不在全国编号之内", "the post has no national number"),
    "hours_short": ("核对的总学时不够", "the hours do not suffice"),
    "no_rules": ("没有适用的规则", "there are no rules for it"),
    "draft_rules": ("适用的规则还是草案", "the rules are a draft"),
    "cycle_settled": ("这个周期已经延续过", "the cycle was renewed already"),
    "issued_before": ("已有这个岗位的电子证书", "there is an electronic certificate already"),
    "series_exhausted": ("今年的编号已用完", "this year's numbers are used up"),
}
_CHANGES = {"revoke": ("注销", "revocation"), "correct": ("更正", "correction")}
_CHANGE = {
    "number": "number of the certificate",
    "change": "revoke or correct",
    "state": "proposed, done or declined",
    "reason": "why, in words",
}
_PAPER = {
    "region_code": "GB/T 2260 code of the region that exchanges",
    "old_post": "post as it stands on the paper certificate",
    "new_post": "post of content.domain.posts that is asked for",
    "state": "submitted, confirmed or declined",
}
_PAPER_STATES = {
    "submitted": ("待核查", "handed in"),
    "confirmed": ("已核准", "confirmed"),
    "declined": ("未核准", "declined"),
}
_PROPOSAL_STATES = {"proposed": ("待复核", "proposed"), "done": ("已执行", "done"), "declined": ("未同意", "declined")}

register(
    Kind(
        "certificates.version_issued",
        zh="发证系统签发证书 {number} 第 {version} 版（{version_kind}）",
        en="The issuer issued version {version} of certificate {number} ({version_kind})",
        fields={
            "number": "number of the certificate",
            "version": "which version of it, counted from 1",
            "version_kind": "first, registered, renewal, exchange or correction",
            "facts_sha256": "hash of what stands on it",
            "post_code": "post of content.domain.posts",
            "region_code": "GB/T 2260 code of the region that issued it",
        },
        words={
            "version_kind": {
                "first": ("首次发证", "first issue"),
                "registered": ("历史数据登记", "taken over from before"),
                "renewal": ("延续更新", "renewal"),
                "exchange": ("旧证换发", "exchange of an old one"),
                "correction": ("更正", "correction"),
            }
        },
        label_zh="签发证书",
        label_en="Certificate issued",
    ),
    Kind(
        "certificates.version_kept",
        zh="收到并保存 {learner} 的证书 {number} 第 {version} 版",
        en="Version {version} of certificate {number} of {learner} was received and kept",
        fields={
            "number": "number of the certificate",
            "version": "which version of it, counted from 1",
            "facts_sha256": "hash of what stands on it",
        },
        optional={"version_kind": "first, registered, renewal, exchange or correction"},
        label_zh="保存证书",
        label_en="Certificate kept",
    ),
    Kind(
        "certificates.revocation_kept",
        zh="收到 {learner} 的证书 {number} 的注销",
        en="The revocation of certificate {number} of {learner} was received",
        fields={"number": "number of the certificate"},
        label_zh="收到注销",
        label_en="Revocation received",
    ),
    Kind(
        "certificates.request_queued",
        zh="为 {learner} 向发证系统申请（{deed}，第 {cycle} 周期）",
        en="The issuer is asked for {learner} ({deed}, cycle {cycle})",
        fields=_ASKED,
        words={"deed": _DEEDS},
        label_zh="申请发证",
        label_en="Issuer asked",
    ),
    Kind(
        "certificates.request_held",
        zh="{learner} 的申请（{deed}，第 {cycle} 周期）：{state}",
        en="The request of {learner} ({deed}, cycle {cycle}): {state}",
        fields={**_ASKED, "state": "waiting_authority or retrain"},
        words={
            "deed": _DEEDS,
            "state": {
                "waiting_authority": ("等待主管部门决定", "waits for an authority"),
                "retrain": ("须重新培训", "training is due again"),
            },
        },
        label_zh="申请未发出",
        label_en="Request held",
    ),
    Kind(
        "certificates.request_refused",
        zh="发证系统退回了 {learner} 的申请（{deed}，第 {cycle} 周期）：{code}",
        en="The issuer refused the request of {learner} ({deed}, cycle {cycle}): {code}",
        fields={**_ASKED, "code": "why, of lms.certificates.domain.asking"},
        words={"deed": _DEEDS, "code": _REFUSALS},
        label_zh="申请被退回",
        label_en="Request refused",
    ),
    Kind(
        "certificates.waiting_decided",
        zh="{actor} 决定 {learner} 的{deed}（第 {cycle} 周期，规则为草案）：{outcome}。{reason}",
        en="{actor} decided the {deed} of {learner} (cycle {cycle}, draft rules): {outcome}. {reason}",
        fields={
            **_ASKED,
            "outcome": "renew or retrain",
            "reason": "why, in words",
            "rules": "code and version of the draft",
        },
        words={
            "deed": _DEEDS,
            "outcome": {"renew": ("准予延续", "renewed"), "retrain": ("须重新培训", "training is due again")},
        },
        label_zh="决定草案下的延续",
        label_en="Waiting renewal decided",
    ),
    Kind(
        "certificates.renewal_doubted",
        zh="{learner} 第 {cycle} 周期的学时被冲回，已办的{deed}依据不足",
        en="Hours of cycle {cycle} of {learner} were taken back: the {deed} has lost its ground",
        fields=_ASKED,
        words={"deed": _DEEDS},
        label_zh="延续依据不足",
        label_en="Renewal doubted",
    ),
    Kind(
        "certificates.doubt_settled",
        zh="{learner} 第 {cycle} 周期的学时已补足，已办的{deed}依据恢复",
        en="Hours of cycle {cycle} of {learner} were made good: the {deed} has its ground again",
        fields=_ASKED,
        words={"deed": _DEEDS},
        label_zh="延续依据恢复",
        label_en="Doubt settled",
    ),
    Kind(
        "certificates.change_proposed",
        zh="{actor} 提出证书 {number} 的{change}：{reason}",
        en="{actor} proposed a {change} of certificate {number}: {reason}",
        fields=_CHANGE,
        words={"change": _CHANGES, "state": _PROPOSAL_STATES},
        label_zh="提出注销或更正",
        label_en="Change proposed",
    ),
    Kind(
        "certificates.change_decided",
        zh="{actor} 复核证书 {number} 的{change}（{state}）：{reason}",
        en="{actor} decided the {change} of certificate {number} ({state}): {reason}",
        fields=_CHANGE,
        words={"change": _CHANGES, "state": _PROPOSAL_STATES},
        label_zh="复核注销或更正",
        label_en="Change decided",
    ),
    Kind(
        "certificates.exchange_submitted",
        zh="{learner} 申请旧证换发：{old_post} → {new_post}（{region_code}）",
        en="{learner} applied to exchange a paper certificate: {old_post} → {new_post} ({region_code})",
        fields=_PAPER,
        units={"new_post": Unit.POST},
        words={"state": _PAPER_STATES},
        label_zh="申请旧证换发",
        label_en="Exchange applied for",
    ),
    Kind(
        "certificates.exchange_decided",
        zh="{actor} 核查了 {learner} 的旧证换发（{old_post} → {new_post}）：{state}",
        en="{actor} decided the exchange of {learner} ({old_post} → {new_post}): {state}",
        fields=_PAPER,
        units={"new_post": Unit.POST},
        words={"state": _PAPER_STATES},
        label_zh="核查旧证换发",
        label_en="Exchange decided",
    ),
    Kind(
        "certificates.paper_signed",
        zh="证书 {number} 第 {version} 版的文件已签名",
        en="The paper of version {version} of certificate {number} was signed",
        fields={
            "number": "number of the certificate",
            "version": "which version of it, counted from 1",
            "file_sha256": "hash of the signed file",
        },
        label_zh="证书文件签名",
        label_en="Paper signed",
    ),
    Kind(
        "certificates.hours_proved",
        zh="{learner} 出具学时证明：{total_hours} / {required_hours} 学时",
        en="{learner} had {total_hours} of {required_hours} hours proved on paper",
        fields={
            "total_hours": "hours towards the cycle, exact, as text",
            "required_hours": "hours that the cycle asks for, as text",
            "file_sha256": "hash of the signed file",
        },
        label_zh="出具学时证明",
        label_en="Hours proved",
    ),
)
