"""Which column of somebody's list of staff holds what: by the many headings that people write, wherever the head stands."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_HEAD_ROWS = 30  # a head further down is none: a letter-head, a title and a remark take a few rows
NEEDED = ("name", "document")
# In the order in which the mapping step asks for them.
FIELDS = ("name", "document", "kind", "phone", "email", "post", "number", "issued_on", "region", "joined_on")
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "员工姓名", "人员姓名", "职工姓名", "学员姓名", "name", "full name"),
    "document": (
        "证件号码", "证件号", "身份证号", "身份证号码", "身份证", "公民身份号码", "公民身份证号码", "居民身份证号码",
        "身份证件号码", "id number", "id card", "id no",
    ),
    "kind": ("证件类型", "证件种类", "证件类别", "id type", "document type"),
    "phone": ("手机号", "手机", "手机号码", "电话", "联系电话", "联系方式", "移动电话", "本人手机", "phone", "mobile"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "邮件地址", "email", "e-mail"),
    "post": ("岗位", "岗位名称", "证书岗位", "持证岗位", "岗位类别", "专业岗位", "工种", "post"),
    "number": ("证书编号", "证书号", "证书号码", "岗位证书编号", "岗位证书号", "certificate no", "certificate number"),
    "issued_on": ("发证日期", "发证时间", "取证日期", "取证时间", "颁发日期", "证书日期", "issued on", "issue date"),
    "region": ("发证地区", "发证省份", "发证地", "证书所在地", "省份", "region"),
    "joined_on": ("入职日期", "入职时间", "到岗日期", "参加工作日期", "进场日期", "joined on", "start date"),
}  # fmt: skip
# Parts of headings that decide when no heading fits whole: the longest first, so that 证书编号 is not taken for 编号.
_PARTS: tuple[tuple[str, str], ...] = (
    ("身份证", "document"),
    ("证件号", "document"),
    ("证件类", "kind"),
    ("证书编号", "number"),
    ("证书号", "number"),
    ("发证日", "issued_on"),
    ("取证日", "issued_on"),
    ("发证地", "region"),
    ("入职", "joined_on"),
    ("手机", "phone"),
    ("联系电话", "phone"),
    ("邮箱", "email"),
    ("岗位", "post"),
    ("姓名", "name"),
)
_NOISE = re.compile(r"[\s*＊:：_\-./]|\(.*?\)|【.*?】|\[.*?\]")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the head of a sheet stands, and its headings from column A on. first, last: rows as people count them, from 1."""

    first: int
    last: int
    headings: tuple[str, ...]


def heading_key(text: str) -> str:
    """Return a heading in the form in which headings are compared and remembered.

    >>> heading_key(" 身份证号（18 位）* "), heading_key("Full Name")
    ('身份证号', 'fullname')
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())


def field_of(heading: str) -> str | None:
    """Return the field that a heading names, None for one that names none.

    >>> field_of("职工姓名"), field_of("证书编号（新）"), field_of("备注")
    ('name', 'number', None)
    """
    key = heading_key(heading)
    return _EXACT.get(key) or next((field for part, field in _PARTS if part in key), None)


def recognise(headings: Sequence[str], remembered: Mapping[str, str] | None = None) -> dict[str, int]:
    """Return the column (from 0) of each field that the headings name; the first column wins.

    remembered: field → heading, as somebody of the company chose before: goes before every guess.
    Whole headings go before parts of headings, so that 姓名 is not taken from 法人姓名.
    """
    keys = [heading_key(heading) for heading in headings]
    found: dict[str, int] = {}
    for field, heading in (remembered or {}).items():
        if field in FIELDS and heading_key(heading) in keys:
            found[field] = keys.index(heading_key(heading))
    for guess in (_EXACT.get, _by_part):
        for at, key in enumerate(keys):
            named = guess(key)
            if named is not None and named not in found and at not in found.values():
                found[named] = at
    return found


def find_head(rows: Sequence[tuple[int, Sequence[str]]], remembered: Mapping[str, str] | None = None) -> Head | None:
    """Return the head among the first rows of a sheet, as (number, texts); None when none of them names two fields.

    A head may be of two rows (证书 above 编号 and 发证日期): taken as such only when it names more than any row alone.
    """
    first = [(number, tuple(text.strip() for text in row)) for number, row in rows[:MOST_HEAD_ROWS]]
    heads = [Head(number, number, row) for number, row in first]
    heads += [
        Head(number, below, _joined(upper, lower))
        for (number, upper), (below, lower) in pairwise(first)
        if below == number + 1
    ]
    scores = [len(recognise(head.headings, remembered)) for head in heads]
    if max(scores, default=0) <= 1:
        return None
    return heads[scores.index(max(scores))]


def column_choices(headings: Sequence[str]) -> list[tuple[int, str]]:
    """Return the columns that have a heading, for the mapping step: (index from 0, heading)."""
    return [(at, heading) for at, heading in enumerate(headings) if heading]


def _joined(above: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    """The headings of a head of two rows. A cell that was merged across columns names those to its right as well."""
    width = max(len(above), len(below))
    joined: list[str] = []
    group = ""
    for at in range(width):
        upper = above[at] if at < len(above) else ""
        lower = below[at] if at < len(below) else ""
        group = upper or group
        if lower and field_of(lower) is None and group:
            joined.append(group + lower)
        else:
            joined.append(lower or upper)
    return tuple(joined)


def _by_part(key: str) -> str | None:
    return next((field for part, field in _PARTS if part in key), None)


_EXACT = {heading_key(heading): field for field, headings in _HEADINGS.items() for heading in headings}
