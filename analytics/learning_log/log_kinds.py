"""What the log writes about itself: each verification, each head that was sent out."""

from analytics.domain import retention
from analytics.domain.units import Unit
from analytics.learning_log.kinds import Kind, register

VERIFIED = "audit.log_verified"
FAULT_FOUND = "audit.fault_found"
HEAD_SENT = "audit.head_sent"
MONTH_ARCHIVED = "audit.month_archived"
MONTH_DISPOSED = "audit.month_disposed"
RECORDINGS_DISPOSED = "audit.recordings_disposed"

_MONTHS = {"before": ("分月保存以前", "the time before there were months")}
_TERMS = {
    ", ".join(retention.RECORDS.sources): ("五年", "five years"),
    ", ".join(retention.VIDEO.sources): ("三个月", "three months"),
}

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
        units={"fault": Unit.FAULT},
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
    Kind(
        MONTH_ARCHIVED,
        zh="{month} 的 {records} 条记录移出数据库，存入归档文件（指纹 {sha256}）",
        en="The {records} records of {month} left the tables for a file (fingerprint {sha256})",
        fields={
            "month": "ISO month in Asia/Shanghai, or before: what was filed before the table had months",
            "records": "records of the month",
            "until": "every record with a smaller number has left the tables",
            "archived": "records that have left the tables, all months together",
            "sha256": "of the file, hexadecimal",
            "size": "records under the signed head that the file's proofs lead to",
        },
        words={"month": _MONTHS},
        label_zh="月份归档",
        label_en="Month archived",
        keep=retention.FOR_GOOD.name,
    ),
    Kind(
        MONTH_DISPOSED,
        zh="{month} 的 {records} 条记录{rule}的保存期已满，已销毁，另有 {kept} 条继续保存",
        en="The term of {records} records of {month} ({rule}) was over: they were disposed of, {kept} are kept on",
        fields={
            "month": "as in audit.month_archived",
            "records": "records that are gone; their hashes stay in the tree",
            "kept": "records that stay in the file, because their kinds are kept for good",
            "sha256": "of the file as it was, hexadecimal",
            "rule": "the requirements by which the term is counted",
        },
        words={"month": _MONTHS, "rule": _TERMS},
        label_zh="到期销毁",
        label_en="Month disposed of",
        keep=retention.FOR_GOOD.name,
    ),
    Kind(
        RECORDINGS_DISPOSED,
        zh="{files} 个课堂与考试录像{rule}的保存期已满，已销毁；另有 {held} 个因标记保留",
        en="The term of {files} recordings of classes and tests ({rule}) was over: they were disposed of; {held} are held",
        fields={
            "files": "files that are gone",
            "size_bytes": "their size together",
            "oldest_at": "when the oldest of them was last written to, UTC",
            "newest_at": "when the newest of them was last written to, UTC",
            "list_sha256": "of the JSON list of [name, bytes, last written], in the order of names, hexadecimal",
            "held": "files whose term is over and that a mark keeps",
            "rule": "the requirements by which the term is counted",
        },
        words={"rule": _TERMS},
        label_zh="录像到期销毁",
        label_en="Recordings disposed of",
        keep=retention.FOR_GOOD.name,
    ),
)
