"""What the log writes about itself: each verification, each head that was sent out."""

from analytics.learning_log.kinds import Kind, register

VERIFIED = "audit.log_verified"
FAULT_FOUND = "audit.fault_found"
HEAD_SENT = "audit.head_sent"

register(
    Kind(
        VERIFIED,
        zh="日志核验通过：{records} 条记录、{heads} 个签名检查点",
        en="The log was verified: {records} records, {heads} signed heads",
        fields={
            "records": "records that were verified, with their places and hashes",
            "heads": "signed heads that were verified",
            "brought": "heads that had left the house and were compared",
            "size": "records in the tree",
            "took_ms": "how long it took, in milliseconds",
        },
        label_zh="日志核验通过",
        label_en="Log verified",
    ),
    Kind(
        FAULT_FOUND,
        zh="日志核验不通过：{fault}",
        en="The log failed verification: {fault}",
        fields={"fault": "the first thing that is wrong", "took_ms": "how long it took, in milliseconds"},
        label_zh="日志核验不通过",
        label_en="Log failed verification",
    ),
    Kind(
        HEAD_SENT,
        zh="{day} 的检查点（{size} 条记录）已寄给 {recipients} 个订阅者",
        en="The head of {day} ({size} records) was sent to {recipients} subscribers",
        fields={
            "day": "ISO day in Asia/Shanghai",
            "size": "records under the head",
            "root": "root of the tree, hexadecimal",
            "recipients": "how many subscribers it was sent to",
        },
        label_zh="寄出检查点",
        label_en="Head sent",
    ),
)
