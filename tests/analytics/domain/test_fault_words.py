"""What a verification found, told to those who read Chinese."""

import ast
import re
from pathlib import Path

import pytest

from analytics.domain.fault_words import in_chinese

CHINESE = re.compile(r"[\u4e00-\u9fff]")
QUERIES = Path("analytics/learning_log/queries")
CHECKED = ("whole.py", "chunks.py")
HEAD = "the head of 7 that left the house"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            "record #12 at position 3 was altered: its bytes do not give the leaf hash that was kept",
            "第 12 号记录（第 3 位）被改动：内容算不出入库时保存的指纹",
        ),
        ("removed tail: the signed head of 9 covers records that are gone; 5 are left",
         "末尾的记录被删除：9 条记录的签名检查点所包含的记录已不在，只剩 5 条"),
        (f"forked head: {HEAD} has another root", "日志被换成另一本：外存的 7 条记录的检查点的树根不同"),
        (
            "the tree of the first 9 records is not that of the signed head of 9: a record was rewritten, put in, taken out"
            " or moved at a position from 4 on",
            "前 9 条记录的树与9 条记录的签名检查点不符：第 4 位以后有记录被改写、加入、抽走或移动",
        ),
        (
            "the cosignature of witness.example on the head of 7: forged cosignature: witness.example has not cosigned this"
            " head",
            "见证人 witness.example 对 7 条记录的检查点的签名：见证签名是伪造的：不是 witness.example 签的",
        ),
        ("the head of 7: no signature by a known key of the log", "7 条记录的检查点：没有日志已知密钥的签名"),
        ("something that nobody wrote down", "something that nobody wrote down"),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_chinese(fault: str, told: str) -> None:
    assert in_chinese(fault) == told


def _faults() -> list[str]:
    """Every sentence in which the verifier names what is wrong, with samples in its places."""
    samples = {
        "checkpoint": HEAD,
        "_signed": HEAD,
        "roots": HEAD,
        "_left": HEAD,
        "fault": "kind",
        "named": HEAD,
        "bad": "x",
    }
    found = []
    for name in CHECKED:
        for node in ast.walk(ast.parse((QUERIES / name).read_text())):
            if not isinstance(node, ast.JoinedStr):
                continue
            parts = [
                str(part.value)
                if isinstance(part, ast.Constant)
                else next(
                    (
                        text
                        for key, text in samples.items()
                        if key in ast.unparse(part) and ".size" not in ast.unparse(part)
                    ),
                    "4",
                )
                for part in node.values
            ]
            found.append("".join(parts))
    return found


def test_every_fault_of_the_verifier_is_put_down() -> None:
    faults = [
        text
        for text in _faults()
        if re.match(r"(record #|swapped|position|tile|removed|forked|the tree of|\d+ records)", text)
    ]
    assert len(faults) >= 10, faults
    unsaid = [text for text in faults if not CHINESE.search(in_chinese(text)) and not text.endswith("was altered")]
    assert not unsaid
