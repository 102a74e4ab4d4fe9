"""exchange_cases: an application on a day → ok, or the first thing that stands against it; flags beside it."""

from collections.abc import Mapping

from lms.credit.cases.row import BadCase, Found, Row
from lms.credit.cases.rules import rules_of
from lms.credit.domain.exchange import Answer, Application, Sex, decide_exchange
from lms.credit.domain.parsing import parse
from lms.credit.rule_sets import shipped

# A case may name what stands against an application more fully than the engine does: the first of these that it contains.
STEMS: tuple[tuple[str, Answer], ...] = (
    ("health", Answer.HEALTH),
    ("record", Answer.BAD_RECORD),
    ("hour", Answer.HOURS),
    ("deadline", Answer.DEADLINE),
    ("closed", Answer.DEADLINE),
    ("post", Answer.POST),
    ("map", Answer.POST),
    ("age", Answer.AGE),
)
SEXES: Mapping[str, Sex] = {"M": Sex.MALE, "F": Sex.FEMALE, "男": Sex.MALE, "女": Sex.FEMALE}


def exchange_case(row: Row) -> tuple[Found, Found]:
    """Return what a case expects of an application, and what the rules say. Raises BadCase."""
    decision = decide_exchange(_application(row), rules_of(row), parse(shipped("national")))
    expected: dict[str, object] = {"answer": _answer(row.text("expect")).value}
    if row.has("flags"):
        expected["flags"] = row.rows("flags")
    return expected, {"answer": decision.answer.value, "flags": list(decision.flags)}


def _answer(word: str) -> Answer:
    if word in set(Answer):
        return Answer(word)
    found = next((answer for stem, answer in STEMS if stem in word), None)
    if found is None:
        raise BadCase(f"expect: “{word}” is none of {', '.join(Answer)}")
    return found


def _application(row: Row) -> Application:
    sex = row.text("sex", "")
    if sex and sex not in SEXES:
        raise BadCase(f"sex: “{sex}” is none of {', '.join(SEXES)}")
    return Application(
        applied_on=row.day("apply"),
        hours=row.amount("hours"),
        sex=SEXES.get(sex),
        born_on=row.optional_day("birth"),
        is_healthy=row.truth("health_ok", row.truth("healthy", row.truth("health", not row.truth("unhealthy", False)))),
        has_bad_record=row.truth("bad_record", not row.truth("no_bad_record", True)),
        old_post=row.text("old", ""),
        new_post=row.text("new", ""),
    )
