"""What credit writes into the learning log."""

from analytics.domain.units import Unit
from analytics.learning_log.kinds import Kind, register

_ENTRY = {
    "entry_uuid": "uuid of the ledger entry",
    "category": "ledger category (lms.credit.domain.terms)",
    "seconds": "exact seconds, signed",
    "activity_day": "ISO day in Asia/Shanghai on which it was done",
    "state": "evidence state (lms.credit.domain.terms)",
    "source_kind": "video, live, f2f, claim, enterprise or imported",
    "source_ref": "uuid or number of the source, or empty",
    "post_code": "the post it counts for; empty = every post of the learner",
}

_CATEGORIES = {
    "online_general": ("网络 · 通用", "online, general"),
    "online_professional": ("网络 · 专业", "online, professional"),
    "f2f": ("面授", "classroom"),
    "live": ("直播", "live"),
    "self_study": ("自主学习", "self-study"),
    "enterprise": ("企业培训", "employer training"),
}
_WORDS = {
    "category": _CATEGORIES,
    "source_kind": {
        "video": ("观看视频", "video"),
        "live": ("直播", "live class"),
        "f2f": ("面授", "classroom"),
        "claim": ("申报", "claim"),
        "enterprise": ("企业培训", "employer training"),
        "imported": ("旧数据", "taken over from before"),
    },
}

register(
    Kind(
        "credit.hours_awarded",
        zh="{learner} 记入学习时间 {seconds}（{category}，{activity_day}）",
        en="{learner} was credited {seconds} of study ({category}, {activity_day})",
        fields=_ENTRY,
        optional={
            "records": "ids of the log records it was summed from",
            "log_record_id": "newest log record that the sum had seen",
        },
        words=_WORDS,
        label_zh="记入学时",
        label_en="Hours awarded",
    ),
    Kind(
        "credit.hours_reversed",
        zh="{learner} 冲回学习时间 {seconds}（{category}，{activity_day}）：{reason}",
        en="{seconds} of study of {learner} were taken back ({category}, {activity_day}): {reason}",
        fields={**_ENTRY, "reversed_uuid": "uuid of the entry that is taken back", "reason": "why, in words"},
        words=_WORDS,
        units={"seconds": Unit.SECONDS_EITHER_WAY},
        label_zh="冲回学时",
        label_en="Hours reversed",
    ),
    Kind(
        "credit.rule_set_loaded",
        zh="载入{code} {version} 版（{status}）",
        en="Version {version} of {code} was loaded ({status})",
        fields={
            "code": "code of the rule set",
            "version": "its version",
            "status": "in_force, draft or fictional",
            "leaves": "how many values it has",
            "assumed": "how many of them are assumptions of ours",
        },
        words={
            "status": {
                "in_force": ("现行", "in force"),
                "draft": ("草案", "draft"),
                "fictional": ("演示（虚构）", "demo, fictional"),
            }
        },
        units={"code": Unit.RULES},
        label_zh="载入规则",
        label_en="Rule set loaded",
    ),
    Kind(
        "credit.balances_compared",
        zh="余额与台账核对：{balances} 项，不符 {mismatches} 项，重算 {rebuilt} 项",
        en="{balances} balances were compared with the ledger: {mismatches} differed, {rebuilt} were made anew",
        fields={
            "balances": "how many were compared",
            "mismatches": "how many differed from the ledger; each has a record of its own",
            "rebuilt": "how many were missing, or judged by other rules or facts than now",
        },
        label_zh="余额核对",
        label_en="Balances compared",
    ),
    Kind(
        "credit.balance_mismatched",
        zh="{learner} 第 {cycle} 周期的余额 {stored_hours} 学时与台账 {computed_hours} 学时不符，已重算",
        en="The balance of {learner} for cycle {cycle}, {stored_hours} h, differed from the ledger, {computed_hours} h; rebuilt",
        fields={
            "cycle": "number of the cycle, 0 before certification",
            "stored_hours": "exact hours that the balance had",
            "computed_hours": "exact hours by the ledger; equal when only a part differs",
        },
        label_zh="余额不符",
        label_en="Balance mismatched",
    ),
    Kind(
        "credit.rule_draft_opened",
        zh="起草{code}的新版本，依据 {base} 版：{reason}",
        en="A draft of {code} was begun from version {base}: {reason}",
        fields={"code": "code of the rule set", "base": "version it began from", "reason": "why, in words"},
        units={"code": Unit.RULES},
        label_zh="起草规则",
        label_en="Rule draft opened",
    ),
    Kind(
        "credit.rule_leaf_edited",
        zh="{code}的草稿：“{path}”由 {before} 改为 {after}（出处：{source}）",
        en="Draft of {code}: “{path}” was changed from {before} to {after} (source: {source})",
        fields={
            "code": "code of the rule set",
            "path": "which value",
            "before": "the value before",
            "after": "the value since",
            "source": "code of its source, or assumed",
        },
        words={"source": {"assumed": ("假定", "assumed"), "fiction": ("演示（虚构）", "demo, fictional")}},
        units={"code": Unit.RULES, **dict.fromkeys(("path", "before", "after"), Unit.RULE_VALUE)},
        label_zh="修改规则草稿",
        label_en="Rule draft edited",
    ),
    Kind(
        "credit.rule_draft_proposed",
        zh="{code}的草稿提交复核：改动 {leaves} 项，试算有 {changed_cycles} 个周期的状态改变",
        en="The draft of {code} was proposed: {leaves} values changed, {changed_cycles} cycles would change their state",
        fields={
            "code": "code of the rule set",
            "leaves": "how many values differ from the base",
            "changed_cycles": "how many cycles would change their state, by the trial",
        },
        units={"code": Unit.RULES},
        label_zh="规则提交复核",
        label_en="Rule draft proposed",
    ),
    Kind(
        "credit.rule_draft_returned",
        zh="{code}的草稿退回：{reason}",
        en="The draft of {code} was sent back: {reason}",
        fields={"code": "code of the rule set", "reason": "why, in words"},
        units={"code": Unit.RULES},
        label_zh="退回规则草稿",
        label_en="Rule draft returned",
    ),
    Kind(
        "credit.rule_draft_withdrawn",
        zh="撤回{code}的草稿（依据 {base} 版）",
        en="The draft of {code}, begun from version {base}, was withdrawn",
        fields={"code": "code of the rule set", "base": "version it began from"},
        units={"code": Unit.RULES},
        label_zh="撤回规则草稿",
        label_en="Rule draft withdrawn",
    ),
    Kind(
        "credit.rule_set_published",
        zh="发布{code} {version} 版，自 {effective_from} 起施行",
        en="Version {version} of {code} was published, effective from {effective_from}",
        fields={
            "code": "code of the rule set",
            "version": "the new version",
            "effective_from": "ISO day, the first one",
        },
        units={"code": Unit.RULES},
        label_zh="发布规则",
        label_en="Rules published",
    ),
    Kind(
        "credit.hold_resolved",
        zh="主管部门决定了 {learner} 第 {cycle} 周期：{outcome}（{reason}）",
        en="The authority decided cycle {cycle} of {learner}: {outcome} ({reason})",
        fields={
            "licence_uuid": "uuid of the certificate",
            "cycle": "number of the cycle",
            "outcome": "renew or retrain",
            "reason": "why, in words",
            "rules": "code and version of the rules by which it was on hold",
        },
        words={
            "outcome": {"renew": ("准予延续", "may be renewed"), "retrain": ("须重新培训", "training is due again")}
        },
        label_zh="暂缓周期的决定",
        label_en="Hold resolved",
    ),
)
