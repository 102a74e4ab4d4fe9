"""What a verification found wrong, in Chinese. Records hold the English words of the moment.

A fault that nobody put down here is told as it was recorded.
"""

import re

_HEADS = (
    (r"the signed head of (\d+)", r"\1 条记录的签名检查点"),
    (r"the head of (\d+) that left the house", r"外存的 \1 条记录的检查点"),
    (r"the head of (\d+)", r"\1 条记录的检查点"),
    (r"a head that left the house", r"外存的检查点"),
)
_SIGNATURES = (
    (r"forged signature: the log's key has not signed this head", "签名是伪造的：不是日志的密钥签的"),
    (r"forged cosignature: (.+) has not cosigned this head", r"见证签名是伪造的：不是 \1 签的"),
    (r"no signature by a known key of the log", "没有日志已知密钥的签名"),
    (r"the cosignature is not by this witness", "见证签名不是这个见证人的"),
    (r"there is no such head", "没有这个检查点"),
    (r"its signed note tells another size or root", "签名文本中的条数或树根不同"),
    (r"the head of (.+) is signed by the key of (.+)", r"\1 的检查点由 \2 的密钥签名"),
    (r".+", "签名文本的写法不对"),
)
_FAULTS = (
    (
        r"record #(\d+) at position (\d+) was altered: its bytes do not give the leaf hash that was kept",
        r"第 \1 号记录（第 \2 位）被改动：内容算不出入库时保存的指纹",
    ),
    (
        r"record #(\d+) at position (\d+) was altered: the column (\w+) says other than the sealed bytes",
        r"第 \1 号记录（第 \2 位）被改动：字段 \3 与封存内容不同",
    ),
    (r"record #(\d+) at position (\d+) is gone: the row was deleted", r"第 \1 号记录（第 \2 位）被删除"),
    (
        r"swapped pair: the records at positions (\d+) and (\d+) stand for each other",
        r"第 \1 位和第 \2 位的两条记录被对调",
    ),
    (r"position (\d+) is missing", r"第 \1 位的记录不见了"),
    (r"tile (\d+)/(\d+): its stored root is not that of its hashes", r"第 \1 层第 \2 块保存的树根与其中的指纹不符"),
    (
        r"removed tail: (.+) covers records that are gone; (\d+) are left",
        r"末尾的记录被删除：{0}所包含的记录已不在，只剩 \2 条",
    ),
    (r"forked head: (.+) has another root", r"日志被换成另一本：{0}的树根不同"),
    (
        r"record #(\d+) has no place in the tree and waits for none: it was put in by hand",
        r"第 \1 号记录在树里没有位置，也不在等待：是绕过系统写入的",
    ),
    (
        r"(\d+) records with numbers below (\d+) are gone, and the log's own records tell of (\d+) that left for files",
        r"第 \2 号以前少了 \1 条记录，而日志里记载移出的只有 \3 条",
    ),
    (
        r"the tree of the first (\d+) records is not that of (.+): a record was rewritten, put in, taken out or moved"
        r" at a position from (\d+) on",
        r"前 \1 条记录的树与{1}不符：第 \3 位以后有记录被改写、加入、抽走或移动",
    ),
)
_COSIGNED = re.compile(r"the cosignature of (.+) on the head of (\d+): (.+)")
_NAMED = re.compile(r"(the (?:signed )?head of \d+(?: that left the house)?|a head that left the house): (.+)")


def in_chinese(fault: str) -> str:
    """Return a fault in Chinese; as it is, when nobody put it down here.

    >>> in_chinese("swapped pair: the records at positions 3 and 9 stand for each other")
    '第 3 位和第 9 位的两条记录被对调'
    """
    for pattern, told in _FAULTS:
        if found := re.fullmatch(pattern, fault):
            heads = (_said(group, _HEADS) for group in found.groups())
            return found.expand(told).format(*heads)
    if found := _COSIGNED.fullmatch(fault):
        return f"见证人 {found[1]} 对 {found[2]} 条记录的检查点的签名：{_said(found[3], _SIGNATURES)}"
    if found := _NAMED.fullmatch(fault):
        return f"{_said(found[1], _HEADS)}：{_said(found[2], _SIGNATURES)}"
    return fault


def _said(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for pattern, told in table:
        if found := re.fullmatch(pattern, text):
            return found.expand(told)
    return text
