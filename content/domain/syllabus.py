"""A syllabus as it is handed in, before it becomes rows; and what is wrong with it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from content.domain.posts import is_post
from content.domain.refusals import Reason, gettext_noop

COMMON = "common"
GROUPS = ("law", "std", "tech", "ethics")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyllabusDraft:
    """A version as handed in. filed_on: the day of filing; None keeps it a draft. fictional: marked 演示 wherever shown."""

    code: str
    title: str
    year: int
    filed_on: date | None = None
    note: str = ""
    fictional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDraft:
    """A topic as handed in; its place in the sequence is its place in the syllabus.

    post_code: None = common to all posts (通用知识). group: law, std, tech or ethics. hours: 学时.
    """

    code: str
    group: str
    title: str
    hours: Decimal | int
    post_code: str | None = None

    @property
    def section(self) -> str:
        """The part of the syllabus it belongs to: "common" or "professional"."""
        return "professional" if self.post_code else COMMON


def faults_of(topics: Sequence[TopicDraft]) -> tuple[Reason, ...]:
    """Return everything wrong with these topics, in their order; empty = fit to be imported."""
    if not topics:
        return (Reason(gettext_noop("大纲里没有课题。请至少给出一个。")),)
    return (*_repeated(topics), *(fault for topic in topics for fault in _faults_of_one(topic)))


def _repeated(topics: Iterable[TopicDraft]) -> list[Reason]:
    counts = Counter(topic.code for topic in topics)
    return [
        Reason(
            gettext_noop("课题代码 %(code)s 出现了 %(times)s 次。请让每个代码只出现一次。"),
            {"code": code, "times": times},
        )
        for code, times in counts.items()
        if times > 1
    ]


def _faults_of_one(topic: TopicDraft) -> list[Reason]:
    faults = []
    if not topic.code.strip() or not topic.title.strip():
        faults.append(Reason(gettext_noop("课题 %(code)s 缺少代码或题目。请补全。"), {"code": topic.code or "?"}))
    if topic.group not in GROUPS:
        faults.append(
            Reason(
                gettext_noop("课题 %(code)s 的类别 %(group)s 不在 law、std、tech、ethics 之内。请改正。"),
                {"code": topic.code, "group": topic.group},
            )
        )
    if topic.post_code is not None and not is_post(topic.post_code):
        faults.append(
            Reason(
                gettext_noop("课题 %(code)s 的岗位 %(post)s 不在岗位表内。请改正。"),
                {"code": topic.code, "post": topic.post_code},
            )
        )
    if Decimal(topic.hours) <= 0:
        faults.append(Reason(gettext_noop("课题 %(code)s 的学时必须大于零。请改正。"), {"code": topic.code}))
    return faults
