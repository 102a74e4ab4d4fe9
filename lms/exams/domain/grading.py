"""Is the test passed? All papers of one sitting are judged together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class BadScores(ValueError):
    """Scores that no sitting of these papers can have."""


class Verdict(StrEnum):
    """PASS; RETAKE: the one paper there is, or those that failed; RETAKE_ALL: every paper, the passed ones too."""

    PASS = "pass"  # noqa: S105 — a verdict, no password
    RETAKE = "retake"
    RETAKE_ALL = "retake_all"


@dataclass(frozen=True, slots=True)
class PaperRules:
    """The papers of a test. keep_passed: a passed paper need not be sat again; else a sitting counts as one."""

    subjects: tuple[str, ...]
    pass_mark: Fraction
    full_marks: Fraction = Fraction(100)
    keep_passed: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """What a sitting came to. failed: subjects below the mark or not sat; again: those to sit next time, in order."""

    verdict: Verdict
    failed: tuple[str, ...]
    again: tuple[str, ...]


def grade(scores: Mapping[str, Fraction | None], rules: PaperRules) -> Grade:
    """Return what one sitting came to. A score of None, or none at all, is a paper that was not sat: it is failed.

    The mark itself is a pass; nothing is rounded. Raises BadScores for a subject that is not of this test, or a score
    outside [0, full_marks].
    """
    for subject, score in scores.items():
        if subject not in rules.subjects:
            raise BadScores(f"“{subject}” is none of {', '.join(rules.subjects)}")
        if score is not None and not 0 <= score <= rules.full_marks:
            raise BadScores(f"{subject}: {score} lies outside 0 … {rules.full_marks}")
    failed = tuple(subject for subject in rules.subjects if _missed(scores.get(subject), rules.pass_mark))
    if not failed:
        return Grade(Verdict.PASS, (), ())
    if rules.keep_passed or len(rules.subjects) == 1:
        return Grade(Verdict.RETAKE, failed, failed)
    return Grade(Verdict.RETAKE_ALL, failed, rules.subjects)


@dataclass(frozen=True, slots=True)
class Standing:
    """After some sittings: is the test passed, how often was it sat, and what is to be sat next."""

    passed: bool
    attempts: int
    again: tuple[str, ...]


def standing(sittings: Sequence[Mapping[str, Fraction | None]], rules: PaperRules) -> Standing:
    """Return where a candidate stands after these sittings, the earliest first. What comes after a pass is not counted.

    With keep_passed a paper once passed stays so, and a later sitting may leave it out.
    """
    kept: dict[str, Fraction | None] = {}
    again = rules.subjects
    for attempt, scores in enumerate(sittings, start=1):
        found = grade({**kept, **scores}, rules)
        if found.verdict is Verdict.PASS:
            return Standing(True, attempt, ())
        if rules.keep_passed:
            kept |= {subject: score for subject, score in scores.items() if not _missed(score, rules.pass_mark)}
        again = grade(kept, rules).again if rules.keep_passed else found.again
    return Standing(False, len(sittings), again)


def _missed(score: Fraction | None, pass_mark: Fraction) -> bool:
    return score is None or score < pass_mark
