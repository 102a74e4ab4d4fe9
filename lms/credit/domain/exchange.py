"""May an old paper certificate be exchanged for an electronic one? By the rules of a region, each refusal with its leaf."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from content.domain.posts import POSTS, Post
from lms.credit.domain.cycle import anniversary
from lms.credit.domain.provisions import a_day, a_number, a_truth, optional_provision, some_texts
from lms.credit.domain.rule_set import RuleSet, Value

SAFETY_OFFICER = "安全员"
CONFLICT = "conflict_national_deadline"
AGE_UNKNOWN = "age_unknown"


class Sex(StrEnum):
    """As the identity document has it; the age that a rule names may differ."""

    MALE = "M"
    FEMALE = "F"


class AgeReached(StrEnum):
    """From which day somebody has completed a year of life. The values are the words of the rule sets."""

    ON_BIRTHDAY = "生日当天"
    DAY_AFTER_BIRTHDAY = "生日次日"


class Answer(StrEnum):
    """What is said to an application. Where several things stand against it, the first of this order is said."""

    OK = "ok"
    DEADLINE = "deadline"
    AGE = "age"
    HEALTH = "health"
    BAD_RECORD = "bad_record"
    POST = "post"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody states when applying, on the day `applied_on`; an authority checks health and record afterwards.

    hours: of continuing education done for the exchange. sex, born_on: None = not stated. old_post, new_post: names or
    codes of posts, "" = the post stays what it was.
    """

    applied_on: date
    hours: Fraction
    sex: Sex | None = None
    born_on: date | None = None
    is_healthy: bool = True
    has_bad_record: bool = False
    old_post: str = ""
    new_post: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that stands against an application, and where the rule comes from: path of the leaf, its source, its words."""

    answer: Answer
    path: str
    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class ExchangeDecision:
    """answer: OK, or the first refusal. refusals: all of them, in the order of Answer. flags: marks that refuse nothing."""

    answer: Answer
    refusals: tuple[Refusal, ...]
    flags: tuple[str, ...]


def decide_exchange(application: Application, rules: RuleSet, national: RuleSet) -> ExchangeDecision:
    """Return what the rules of a region say to an application. A condition that they do not name is not asked for.

    national: the rules whose deadline a region may have set aside; then the application carries the mark CONFLICT.
    """
    refusals = tuple(refusal for condition in CONDITIONS for refusal in condition(application, rules))
    flags = []
    if _is_after_the_national_deadline_alone(application, rules, national):
        flags.append(CONFLICT)
    if _limit_of_age(application, rules) is not None and application.born_on is None:
        flags.append(AGE_UNKNOWN)
    return ExchangeDecision(refusals[0].answer if refusals else Answer.OK, refusals, tuple(flags))


def closes_on(rules: RuleSet) -> Value[date] | None:
    """Return the last day on which an application is taken; None = no end is set."""
    return optional_provision(rules, "exchange.deadline", a_day)


def day_of_age(born_on: date, years: int, rules: RuleSet) -> date:
    """Return the first day on which somebody counts as so many years old."""
    reached = optional_provision(rules, "exchange.age_reached_on", lambda value: AgeReached(str(value)))
    day = anniversary(born_on, years, leap_day=rules.cycle.leap_day.value)
    later = reached is not None and reached.value is AgeReached.DAY_AFTER_BIRTHDAY
    return day + timedelta(days=1) if later else day


def _in_time(application: Application, rules: RuleSet) -> Iterator[Refusal]:
    deadline = closes_on(rules)
    if deadline is not None and application.applied_on > deadline.value:
        yield _refusal(Answer.DEADLINE, "exchange.deadline", deadline)


def _young_enough(application: Application, rules: RuleSet) -> Iterator[Refusal]:
    limit = _limit_of_age(application, rules)
    if limit is None or application.born_on is None:
        return
    path, leaf = limit
    if application.applied_on >= day_of_age(application.born_on, int(leaf.value), rules):
        yield _refusal(Answer.AGE, path, leaf)


def _limit_of_age(application: Application, rules: RuleSet) -> tuple[str, Value[Fraction]] | None:
    if application.sex is None:
        return None
    path = "exchange.age_male_below" if application.sex is Sex.MALE else "exchange.age_female_below"
    leaf = optional_provision(rules, path, a_number)
    return None if leaf is None else (path, leaf)


def _healthy(application: Application, rules: RuleSet) -> Iterator[Refusal]:
    leaf = optional_provision(rules, "exchange.health_ok", a_truth)
    if leaf is not None and leaf.value and not application.is_healthy:
        yield _refusal(Answer.HEALTH, "exchange.health_ok", leaf)


def _without_bad_record(application: Application, rules: RuleSet) -> Iterator[Refusal]:
    leaf = optional_provision(rules, "exchange.no_bad_record", a_truth)
    if leaf is not None and leaf.value and application.has_bad_record:
        yield _refusal(Answer.BAD_RECORD, "exchange.no_bad_record", leaf)


def _to_a_post_that_can_be_issued(application: Application, rules: RuleSet) -> Iterator[Refusal]:
    """A safety officer has no number in the ministry's scheme, and may choose only among the posts that the rules name."""
    old, new = application.old_post, application.new_post or application.old_post
    if not old:
        return
    if _family(old) == SAFETY_OFFICER:
        leaf = optional_provision(rules, "exchange.safety_officer_maps_to", some_texts)
        if leaf is None:
            yield Refusal(Answer.POST, "exchange.safety_officer_maps_to", "", "")
        elif _family(new) not in leaf.value:
            yield _refusal(Answer.POST, "exchange.safety_officer_maps_to", leaf)
    elif _family(new) != _family(old):
        yield Refusal(Answer.POST, "exchange.old_certificate", "", "")


def _with_enough_hours(application: Application, rules: RuleSet) -> Iterator[Refusal]:
    leaf = optional_provision(rules, "exchange.hours", a_number)
    if leaf is not None and application.hours < leaf.value:
        yield _refusal(Answer.HOURS, "exchange.hours", leaf)


def _is_after_the_national_deadline_alone(application: Application, rules: RuleSet, national: RuleSet) -> bool:
    ours, theirs = closes_on(rules), closes_on(national)
    if theirs is None or application.applied_on <= theirs.value:
        return False
    return ours is None or application.applied_on <= ours.value


def _family(post: str) -> str:
    found = known_post(post)
    return found.family if found else post


def known_post(name: str) -> Post | None:
    """Return the post of this name, code, or place in the national or Chongqing's list; None for a family or a stranger."""
    return next(
        (item for item in POSTS if name in (item.name, item.code, item.chongqing_number, item.national_number)), None
    )


def _refusal(
    answer: Answer, path: str, leaf: Value[date] | Value[Fraction] | Value[bool] | Value[tuple[str, ...]]
) -> Refusal:
    return Refusal(answer, path, leaf.source, leaf.quote)


CONDITIONS: tuple[Callable[[Application, RuleSet], Iterator[Refusal]], ...] = (
    _in_time,
    _young_enough,
    _healthy,
    _without_bad_record,
    _to_a_post_that_can_be_issued,
    _with_enough_hours,
)
