"""cycle_cases: evidence of a cycle → total, what is short, status, years, flags, window.

rec = [day, category, hours, word …]: a word is a state of the evidence, `make_up`, `late`, or the day it was reported.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from lms.credit.cases.row import BadCase, Found, Row, as_amount, as_day
from lms.credit.cases.rules import rules_of
from lms.credit.domain.decision import Decision, Evidence, Holding
from lms.credit.domain.exchange import known_post
from lms.credit.domain.hours import decide
from lms.credit.domain.terms import EvidenceState, LedgerCategory

# Words of the cases that stand for several ledger categories; any one of them will do.
LOOSE_CATEGORIES: Mapping[str, LedgerCategory] = {
    "online": LedgerCategory.ONLINE_PROFESSIONAL,
    "any": LedgerCategory.SELF_STUDY,
    "f2f_live": LedgerCategory.F2F,
    # As the national text names its sources, and as Chongqing and Jiangxi name their categories.
    "enterprise_technical_training": LedgerCategory.SELF_STUDY,
    "academic_exchange": LedgerCategory.SELF_STUDY,
    "library_course": LedgerCategory.ONLINE_PROFESSIONAL,
    "通用知识": LedgerCategory.ONLINE_GENERAL,
    "专业知识": LedgerCategory.ONLINE_PROFESSIONAL,
    "网络培训": LedgerCategory.ONLINE_PROFESSIONAL,
    "在线学习": LedgerCategory.ONLINE_PROFESSIONAL,
    "面授培训": LedgerCategory.F2F,
    "在线直播": LedgerCategory.LIVE,
    "自主学习": LedgerCategory.SELF_STUDY,
    "企业培训": LedgerCategory.ENTERPRISE,
}
STATES: Mapping[str, EvidenceState] = {
    **{state.value: state for state in EvidenceState},
    "test_passed": EvidenceState.VALID,
    "accepted": EvidenceState.VALID,
    "test_failed": EvidenceState.REJECTED,
    "pending": EvidenceState.PENDING_REVIEW,
    "held": EvidenceState.PROVISIONAL,
}
MAKE_UP = re.compile(r"^make[_-]?up(_(for_)?(y\d+|\d{4}))?$")
LATE = frozenset({"late", "late_upload"})
REPORTED = re.compile(r"^(?:uploaded|reported|recorded|late)?[_: ]*(\d{4}-\d{2}-\d{2})$")
ANY_POST = "site_civil"
EXCHANGED = ("exchanged", "exchange", "exchanged_on", "exchange_date")


def cycle_case(row: Row) -> tuple[Found, Found]:
    """Return what a case expects of a cycle, and what the engine says. Raises BadCase."""
    rules = rules_of(row)
    evidence = [_evidence(rec, rules.accrual.seconds_per_hour) for rec in row.rows("rec")]
    cycle = row.whole("cycle") if row.has("cycle") else None
    if cycle is not None and cycle < 1:
        raise BadCase("cycle: cycles are counted from 1")
    return row.table("expect"), _found(decide(evidence, rules, _holding(row), row.day("as_of"), cycle=cycle))


def _holding(row: Row) -> Holding:
    post = known_post(row.text("post", ANY_POST))
    return Holding(
        issued_on=row.day("issue"),
        post_code=post.code if post else row.text("post"),
        works_in_post=row.truth("worked_in_post", True),
        in_national_list=post is not None and post.is_national,
        exchanged_on=_exchanged_on(row),
    )


def _exchanged_on(row: Row) -> date | None:
    """A day of its own, or a word that the day of issue was one of exchange."""
    told = next((row.data[name] for name in EXCHANGED if row.has(name)), None)
    if told is None and any(row.text(name, "") in ("exchange", "换证") for name in ("kind", "via", "origin")):
        told = True
    return row.day("issue") if told is True else as_day(told, "exchanged") if told else None


def _evidence(rec: object, seconds_per_hour: int) -> Evidence:
    if not isinstance(rec, Sequence) or isinstance(rec, str) or len(rec) < 3:  # noqa: PLR2004 — day, category, hours
        raise BadCase(f"rec: expected [day, category, hours, …], found “{rec}”")
    day, category, hours, *words = rec
    ledger = LOOSE_CATEGORIES.get(str(category))
    if ledger is None:
        if str(category) not in set(LedgerCategory):
            raise BadCase(f"rec: there is no category “{category}”")
        ledger = LedgerCategory(str(category))
    state, made_up, recorded_on = _words(words)
    return Evidence(
        as_day(day, "rec"),
        ledger,
        as_amount(hours, "rec") * seconds_per_hour,
        state,
        made_up=made_up,
        recorded_on=recorded_on,
    )


def _words(words: Sequence[object]) -> tuple[EvidenceState, bool, date | None]:
    state, made_up, recorded_on = EvidenceState.VALID, False, None
    for word in words:
        if isinstance(word, date):
            recorded_on = as_day(word, "rec")
        elif str(word) in STATES:
            state = STATES[str(word)]
        elif MAKE_UP.match(str(word)):
            made_up = True
        elif str(word) in LATE:
            recorded_on = date.max
        elif told := REPORTED.match(str(word)):
            recorded_on = as_day(told[1], "rec")
        else:
            raise BadCase(f"rec: “{word}” is no state of evidence; known are {', '.join(STATES)}, make_up, late")
    return state, made_up, recorded_on


def _found(decision: Decision) -> Found:
    found: dict[str, object] = {
        "total": decision.total,
        "short": decision.missing,
        "status": decision.state.value,
        "flags": list(decision.flags),
        "years": [year.hours for year in decision.years],
    }
    if decision.window is not None:
        found["window"] = [decision.window.start, decision.window.last_day]
    return found
