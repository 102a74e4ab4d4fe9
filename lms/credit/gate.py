"""Holds an enrolment back where a region's rules want another step first."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from content.domain.outline import Outline
from lms.credit.domain.decision import Requirement
from lms.credit.domain.sequence import step_before
from lms.credit.domain.terms import LedgerCategory
from lms.credit.queries.decisions import LicenceDecision, decisions_of
from lms.credit.sentences import missing_text

_CATEGORY = {"general": LedgerCategory.ONLINE_GENERAL, "professional": LedgerCategory.ONLINE_PROFESSIONAL}


def earlier_step_first(learner_id: int, outline: Outline, at: datetime) -> str:
    """Return why a course waits, by every certificate that it would count for; one that lets it pass is enough. Three queries."""
    ledger = _CATEGORY.get(outline.category)
    if ledger is None:
        return ""
    step = step_in_the_way(decisions_of(learner_id, timezone.localdate(at)), ledger, outline.post_code)
    return "" if step is None else why_it_waits(step)


def step_in_the_way(
    held: Iterable[LicenceDecision], ledger: LedgerCategory, post_code: str | None
) -> Requirement | None:
    """Return the step that a person must fill first by all certificates that a course would count for; None = go on."""
    short = [
        step_before(one.current, one.rules, ledger)
        for one in held
        if post_code in (None, one.licence.post_code) and one.rules is not None and one.current is not None
    ]
    return None if not short or None in short else short[0]


def why_it_waits(step: Requirement) -> str:
    """Return what is said to a person whose enrolment is held back."""
    return _(
        "按本地区规则，先完成%(name)s，再报名在线课程：%(name)s还差 %(missing)s。已经报名的可以继续学，已记的学时都保留。"
    ) % {
        "name": _(step.spoken),
        "missing": missing_text(step.missing),
    }
