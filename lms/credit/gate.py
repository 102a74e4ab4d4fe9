"""Holds an enrolment back where a region's rules want another step first."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from content.domain.outline import Outline
from lms.credit.domain.sequence import step_before
from lms.credit.domain.terms import LedgerCategory
from lms.credit.queries.decisions import decisions_of
from lms.credit.sentences import missing_text

_CATEGORY = {"general": LedgerCategory.ONLINE_GENERAL, "professional": LedgerCategory.ONLINE_PROFESSIONAL}


def earlier_step_first(learner_id: int, outline: Outline, at: datetime) -> str:
    """Return why a course waits, by every certificate that it would count for; one that lets it pass is enough. Three queries."""
    ledger = _CATEGORY.get(outline.category)
    held = [
        one
        for one in decisions_of(learner_id, timezone.localdate(at))
        if outline.post_code in (None, one.licence.post_code) and one.rules is not None and one.current is not None
    ]
    if ledger is None or not held:
        return ""
    short = [step_before(one.current, one.rules, ledger) for one in held if one.current and one.rules]
    first = short[0]
    if first is None or None in short:
        return ""
    return _(
        "按本地区规则，先完成%(name)s，再报名在线课程：%(name)s还差 %(missing)s。已经报名的可以继续学，已记的学时都保留。"
    ) % {
        "name": _(first.spoken),
        "missing": missing_text(first.missing),
    }
