"""exchange_cases: an application on a day → ok, or the first thing that stands against it; flags beside it."""

from collections.abc import Mapping

from lms.credit.cases.row import BadCase, Found, Row
from lms.credit.cases.rules import rules_of
from lms.credit.domain.exchange import Answer, Application, Sex, decide_exchange
from lms.credit.domain.parsing import parse
from lms.credit.rule_sets import shipped

# A case may name what stands against an application more fully than the engine does.
WORDS: Mapping[str, Answer] = {
    **{answer.value: answer for answer in Answer},
    **dict.fromkeys(("unhealthy", "not_healthy", "health_not_ok"), Answer.HEALTH),
    **dict.fromkeys(("hours_short", "short_hours", "hours_below", "too_few_hours"), Answer.HOURS),
    **dict.fromkeys(("post_not_allowed", "post_not_mapped", "mapping"), Answer.POST),
    **dict.fromkeys(("closed", "after_deadline"), Answer.DEADLINE),
}
SEXES: Mapping[str, Sex] = {"M": Sex.MALE, "F": Sex.FEMALE, "男": Sex.MALE, "女": Sex.FEMALE}


def exchange_case(row: Row) -> tuple[Found, Found]:
    """Return what a case expects of an application, and what the rules say. Raises BadCase."""
    decision = decide_exchange(_application(row), rules_of(row), parse(shipped("national")))
    answer = row.text("expect")
    if answer not in WORDS:
        raise BadCase(f"expect: “{answer}” is none of {', '.join(Answer)}")
    expected: dict[str, object] = {"answer": WORDS[answer].value}
    if row.has("flags"):
        expected["flags"] = row.rows("flags")
    return expected, {"answer": decision.answer.value, "flags": list(decision.flags)}


def _application(row: Row) -> Application:
    sex = row.text("sex", "")
    if sex and sex not in SEXES:
        raise BadCase(f"sex: “{sex}” is none of {', '.join(SEXES)}")
    return Application(
        applied_on=row.day("apply"),
        hours=row.amount("hours"),
        sex=SEXES.get(sex),
        born_on=row.optional_day("birth"),
        is_healthy=row.truth("health_ok", row.truth("healthy", row.truth("health", True))),
        has_bad_record=row.truth("bad_record", False),
        old_post=row.text("old", ""),
        new_post=row.text("new", ""),
    )
