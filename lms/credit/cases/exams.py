"""exam_cases: scores of one sitting, what a venue needs, or an institution's stars."""

from collections.abc import Mapping
from fractions import Fraction

from lms.credit.cases.row import BadCase, Found, Row, as_amount, as_whole
from lms.credit.cases.rules import rules_of
from lms.credit.domain.provisions import (
    a_count,
    a_number,
    a_truth,
    optional_provision,
    provision,
    some_numbers,
    some_texts,
)
from lms.credit.domain.rule_set import RuleSet
from lms.exams.domain.grading import BadScores, Grade, PaperRules, Verdict, grade
from lms.exams.domain.venue import BadVenue, invigilators, spare_computers
from lms.organisations.domain.stars import BadStars, StarRules, mean_of, rate

FULL_MARKS = Fraction(100)
ALL_AGAIN = "fail_retake_both"
AGAIN = "fail_retake"
# A case may say less than the engine does.
WORDS: Mapping[str, str] = {"fail": AGAIN, "fail_retake_all": ALL_AGAIN, "retake_both": ALL_AGAIN}
SUBJECT_ENDING = "科目"


def exam_case(row: Row) -> tuple[Found, Found]:
    """Return what a case expects of an exam, and what the rules say. Raises BadCase."""
    rules = rules_of(row)
    try:
        if row.has("scores"):
            return _expected_verdict(row), _verdict(row, rules)
        return row.table("expect"), _figures(row, rules)
    except (BadScores, BadVenue, BadStars) as error:
        raise BadCase(str(error)) from None


def _expected_verdict(row: Row) -> Found:
    expect = row.take("expect")
    if isinstance(expect, Mapping):
        return row.table("expect")
    return {"verdict": WORDS.get(str(expect), expect)}


def _verdict(row: Row, rules: RuleSet) -> Found:
    papers = papers_of(rules)
    names = {subject.removesuffix(SUBJECT_ENDING): subject for subject in papers.subjects}
    scores = {
        names.get(subject.removesuffix(SUBJECT_ENDING), subject): None if score is None else as_amount(score, subject)
        for subject, score in row.table("scores").items()
    }
    found = grade(scores, papers)
    return {"verdict": _word(found), "failed": list(found.failed), "retake": list(found.again)}


def _word(found: Grade) -> str:
    return {Verdict.PASS: "pass", Verdict.RETAKE: AGAIN, Verdict.RETAKE_ALL: ALL_AGAIN}[found.verdict]


def papers_of(rules: RuleSet) -> PaperRules:
    """Return the papers that a region's rules ask for. Raises NoSuchProvision where they name no papers or no mark."""
    full = optional_provision(rules, "exam.full_marks_each", a_number)
    keep = optional_provision(rules, "exam.keep_passed_subject", a_truth)
    return PaperRules(
        subjects=provision(rules, "exam.subjects", some_texts).value,
        pass_mark=provision(rules, "exam.pass_mark", a_number).value,
        full_marks=full.value if full else FULL_MARKS,
        keep_passed=bool(keep and keep.value),
    )


def stars_of(rules: RuleSet) -> StarRules:
    """Return how a region turns marks into stars. Raises NoSuchProvision, BadStars."""
    return StarRules(
        provision(rules, "stars.weight_learners", a_number).value,
        provision(rules, "stars.weight_authority", a_number).value,
        provision(rules, "stars.bands", some_numbers).value,
    )


def _figures(row: Row, rules: RuleSet) -> Found:
    found: dict[str, object] = {}
    if row.has("candidates") or row.has("rooms"):
        rooms = row.take("candidates" if row.has("candidates") else "rooms")
        found["invigilators"] = invigilators(
            [as_whole(room, "candidates") for room in (rooms if isinstance(rooms, list) else [rooms])],
            group=provision(rules, "venue.invigilator_group", a_count).value,
            for_each_group=provision(rules, "venue.invigilators_per_group", a_count).value,
        )
    if row.has("clients"):
        ratio = provision(rules, "venue.spare_ratio", a_number).value
        spare = spare_computers(row.whole("clients"), ratio=ratio)
        enough = row.whole("clients") >= provision(rules, "venue.exam_clients_min", a_count).value
        stands = enough and (not row.has("spare") or row.whole("spare") >= spare)
        found |= {"spare": spare, "enough": enough} | dict.fromkeys(("ok", "accept", "accepted"), stands)
    if row.has("star"):
        marks = row.table("star")
        rating = rate(_mark(marks, "learner"), _mark(marks, "authority"), stars_of(rules))
        found |= {"score": rating.score, "stars": rating.stars}
    if not found:
        raise BadCase("a case of an exam gives scores, candidates, rooms, clients or star")
    return found


def _mark(marks: Mapping[str, object], who: str) -> Fraction:
    given = marks.get(who)
    if given is None:
        raise BadCase(f"star.{who}: missing")
    rows = given if isinstance(given, list) else [given]
    return mean_of([as_amount(mark, f"star.{who}") for mark in rows])
