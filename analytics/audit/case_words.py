"""The words of case files, the same on the pages and in the report."""

from django.utils.translation import gettext, gettext_noop

SUBJECTS = {
    "learner": gettext_noop("学员"),
    "licence": gettext_noop("证书"),
    "company": gettext_noop("企业"),
    "institution": gettext_noop("培训机构"),
    "course": gettext_noop("课程"),
    "lead": gettext_noop("线索"),
    "hour": gettext_noop("一笔学时"),
}
ENTRIES = {"note": gettext_noop("笔记"), "finding": gettext_noop("发现"), "conclusion": gettext_noop("结论")}
CONCLUSIONS = {
    "confirmed": gettext_noop("属实"),
    "partly": gettext_noop("部分属实"),
    "unfounded": gettext_noop("不属实"),
}


def subject_word(kind: str) -> str:
    """Return what kind of thing a case is about."""
    return gettext(SUBJECTS[kind]) if kind in SUBJECTS else kind


def entry_word(kind: str) -> str:
    """Return what was written."""
    return gettext(ENTRIES[kind]) if kind in ENTRIES else kind


def conclusion_word(kind: str) -> str:
    """Return how a case ended."""
    return gettext(CONCLUSIONS[kind]) if kind in CONCLUSIONS else kind
