"""What credit writes into the learning log."""

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

register(
    Kind(
        "credit.hours_awarded",
        zh="{learner} 的学时记入 {seconds} 秒（{category}，{activity_day}）",
        en="{learner} was credited {seconds} s ({category}, {activity_day})",
        fields=_ENTRY,
        optional={
            "records": "ids of the log records it was summed from",
            "log_record_id": "newest log record that the sum had seen",
        },
        label_zh="记入学时",
        label_en="Hours awarded",
    ),
    Kind(
        "credit.hours_reversed",
        zh="{learner} 的学时冲回 {seconds} 秒（{category}，{activity_day}）：{reason}",
        en="{seconds} s of {learner} were reversed ({category}, {activity_day}): {reason}",
        fields={**_ENTRY, "reversed_uuid": "uuid of the entry that is taken back", "reason": "why, in words"},
        label_zh="冲回学时",
        label_en="Hours reversed",
    ),
    Kind(
        "credit.rule_set_loaded",
        zh="载入规则 {code} {version}（{status}）",
        en="The rule set {code} {version} was loaded ({status})",
        fields={
            "code": "code of the rule set",
            "version": "its version",
            "status": "in_force, draft or fictional",
            "leaves": "how many values it has",
            "assumed": "how many of them are assumptions of ours",
        },
        label_zh="载入规则",
        label_en="Rule set loaded",
    ),
)
