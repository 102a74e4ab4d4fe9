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
)
