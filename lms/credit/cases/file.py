"""A file of cases: read, run, and each case with what is amiss."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import yaml

from lms.credit.cases.accruals import accrual_case
from lms.credit.cases.compare import differences
from lms.credit.cases.cycles import cycle_case
from lms.credit.cases.exams import exam_case
from lms.credit.cases.exchanges import exchange_case
from lms.credit.cases.row import BadCase, Found, Row
from lms.credit.cases.workdays import workday_case
from lms.credit.domain.inheritance import UnknownParent
from lms.credit.domain.provisions import BadProvision, NoSuchProvision

# Each returns (expected, found) of one case.
Runner = Callable[[Row], tuple[Found, Found]]
SECTIONS: Mapping[str, Runner] = {
    "cycle_cases": cycle_case,
    "exchange_cases": exchange_case,
    "accrual_cases": accrual_case,
    "workday_cases": workday_case,
    "exam_cases": exam_case,
}


class BadCases(ValueError):
    """The text is no file of cases; the message is a sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case. problems: a sentence for each difference; none = it passed."""

    section: str
    name: str
    problems: tuple[str, ...]


def read_cases(text: str) -> dict[str, list[Row]]:
    """Return the cases by section, in the order of the file. Raises BadCases."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        place = f"，第 {where.line + 1} 行" if where else ""
        raise BadCases(f"这个文件不是有效的 YAML{place}：{getattr(error, 'problem', None) or error}。") from None
    except ValueError as error:  # a day such as 2025-02-30, which YAML takes for one
        raise BadCases(f"这个文件里有无效的值：{error}。") from None
    if not isinstance(data, Mapping) or not data:
        raise BadCases(f"文件里没有案例。可以有的部分：{', '.join(SECTIONS)}。")
    if unknown := [str(key) for key in data if key not in SECTIONS]:
        raise BadCases(f"不认识的部分：{', '.join(unknown)}。可以有的部分：{', '.join(SECTIONS)}。")
    return {section: _rows(section, rows) for section, rows in data.items()}


def run_cases(sections: Mapping[str, list[Row]]) -> Iterator[CaseResult]:
    """Run each case through the engine. One that cannot be run is a failed one, and says why."""
    for section, rows in sections.items():
        for number, row in enumerate(rows, start=1):
            yield CaseResult(section, row.text("id", f"{section} {number}"), _problems(SECTIONS[section], row))


def _rows(section: str, rows: object) -> list[Row]:
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise BadCases(f"{section} 应当是案例的列表。")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise BadCases(f"{section} 第 {number} 项不是案例。")
    return [Row({str(key): value for key, value in row.items()}) for row in rows]


def _problems(run: Runner, row: Row) -> tuple[str, ...]:
    try:
        expected, found = run(row)
    except (BadCase, UnknownParent, NoSuchProvision, BadProvision) as error:
        return (f"cannot be run: {error}",)
    return tuple(differences(expected, found))
