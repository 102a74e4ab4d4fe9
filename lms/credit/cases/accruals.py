"""accrual_cases: seconds become hours. Each kind runs the code that the player and the ledger run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from lms.credit.cases.beats import credited_seconds
from lms.credit.cases.row import BadCase, Found, Row, as_amount, as_whole
from lms.credit.cases.rules import rules_of
from lms.credit.domain import accrual
from lms.credit.domain.decision import Evidence, Holding
from lms.credit.domain.held import Check, Resolution, trust
from lms.credit.domain.hours import decide
from lms.credit.domain.parsing import parse
from lms.credit.domain.rule_set import ASSUMED, CategoryRules, RuleSet, Value
from lms.credit.domain.terms import LedgerCategory
from lms.credit.rule_sets import shipped
from player.domain.spans import EmptySpan, Span, total_ms

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE_MS = 60_000
DAY_MINUTES = 24 * 60
CHECKED = {"pass": True, "passed": True, "fail": False, "failed": False, "miss": False, "missed": False}
RESOLUTIONS: Mapping[str, Resolution] = {
    **{resolution.value: resolution for resolution in Resolution},
    **dict.fromkeys(("alt_verified", "verified", "released", "pass", "passed", "accepted"), Resolution.CONFIRMED),
    **dict.fromkeys(
        ("rejected", "alt_rejected", "alt_failed", "alt_refused", "not_verified", "fail", "failed"), Resolution.REFUSED
    ),
    **dict.fromkeys(("none", "pending"), Resolution.OPEN),
}
NO_FLAG = "none"


def accrual_case(row: Row) -> tuple[Found, Found]:
    """Return what a case expects of some seconds, and what the engine makes of them. Raises BadCase."""
    kind = row.text("kind")
    if kind not in KINDS:
        raise BadCase(f"kind: “{kind}” is none of {', '.join(KINDS)}")
    expected = row.table("expect")
    found = KINDS[kind](row)
    if kind == "increment":
        expected = _same_flag(expected, found)
    return expected, found


def _rules(row: Row) -> RuleSet:
    return rules_of(row) if row.has("rs") else parse(shipped("national"))


def _credit(row: Row) -> Found:
    seconds = sum((as_amount(part, "secs") for part in _listed(row, "secs")), Fraction(0))
    hours = accrual.hours(seconds, seconds_per_hour=_rules(row).accrual.seconds_per_hour)
    return {"hours": hours, "shown": accrual.shown(hours), "secs": seconds}


def _daily_cap(row: Row) -> Found:
    rules = _rules(row)
    cap = rules.accrual.daily_online_hours.value
    if "cap_hours" in row.data:
        cap = row.amount("cap_hours") if row.has("cap_hours") else None
    seconds = sum((as_amount(part, "secs") for part in _listed(row, "secs")), Fraction(0))
    limit = None if cap is None else cap * rules.accrual.seconds_per_hour
    counted, over = accrual.within_daily_limit(seconds, limit_seconds=limit)
    return {"credited_secs": counted, "over_cap_secs": over}


def _midnight(row: Row) -> Found:
    try:
        days = accrual.split_at_midnight(row.moment("start"), row.moment("end"), zone=ZONE)
    except ValueError as error:
        raise BadCase(f"end: {error}") from None
    return {day.isoformat(): seconds for day, seconds in days.items()}


def _increment(row: Row) -> Found:
    found = credited_seconds(
        elapsed=row.whole("elapsed"),
        moved=row.whole("pos_delta"),
        largest_gap=row.whole("max_gap"),
        rest_of_lesson=row.whole("rest") if row.has("rest") else None,
    )
    return {"credited": found.seconds, "flag": found.flag or NO_FLAG}


def _same_flag(expected: Found, found: Found) -> Found:
    """The format names no flag but `none`: any other word says that there is one."""
    if expected.get("flag") in (None, NO_FLAG) or found["flag"] == NO_FLAG:
        return expected
    return {**expected, "flag": found["flag"]}


def _union(row: Row) -> Found:
    try:
        spans = [_span(pair) for pair in row.rows("spans")]
    except EmptySpan as error:
        raise BadCase(f"spans: {error}") from None
    covered = total_ms(spans)
    overlap = sum(span.length_ms for span in spans) - covered
    return {"minutes": Fraction(covered, MINUTE_MS), "overlap": Fraction(overlap, MINUTE_MS)}


def _span(pair: object) -> Span:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:  # noqa: PLR2004 — from and to
        raise BadCase(f"spans: expected [from, to], found “{pair}”")
    start, end = _minutes(pair[0]), _minutes(pair[1])
    if end < start:  # past midnight
        end += DAY_MINUTES
    return Span(int(start * MINUTE_MS), int(end * MINUTE_MS))


def _minutes(value: object) -> Fraction:
    if isinstance(value, int):  # YAML takes 10:30 without quotes for a number of base 60
        return Fraction(value)
    parts = [as_amount(part, "spans") for part in str(value).split(":")]
    return sum((part * Fraction(60) ** (1 - place) for place, part in enumerate(parts)), Fraction(0))


def _face(row: Row) -> Found:
    later = row.text("later", Resolution.OPEN)
    if later not in RESOLUTIONS:
        raise BadCase(f"later: “{later}” is none of {', '.join(RESOLUTIONS)}")
    checks = [_check(pair) for pair in row.rows("checks")]
    found = trust(row.whole("watched_min"), checks, RESOLUTIONS[later])
    return {"credited_min": found.credited, "held_min": found.held, "refused_min": found.refused}


def _check(pair: object) -> Check:
    if not isinstance(pair, Sequence) or len(pair) != 2 or str(pair[1]) not in CHECKED:  # noqa: PLR2004 — minute and result
        raise BadCase(f"checks: expected [minute, pass or fail], found “{pair}”")
    return Check(as_whole(pair[0], "checks"), CHECKED[str(pair[1])])


def _multi_post(row: Row) -> Found:
    """General hours count for every post of a person, professional ones for their own: the engine's own decision."""
    rules = _with_minima(total=row.amount("need_total"), professional=row.amount("need_prof"))
    per_hour = rules.accrual.seconds_per_hour
    certified, learned, today = date(2024, 1, 1), date(2025, 2, 1), date(2025, 12, 1)
    posts = row.table("prof")
    evidence = [Evidence(learned, LedgerCategory.ONLINE_GENERAL, row.amount("shared_general") * per_hour)]
    evidence += [
        Evidence(learned, LedgerCategory.ONLINE_PROFESSIONAL, as_amount(hours, post) * per_hour, post_code=post)
        for post, hours in posts.items()
    ]
    return {post: decide(evidence, rules, Holding(certified, post_code=post), today).missing_sum for post in posts}


def _with_minima(*, total: Fraction, professional: Fraction) -> RuleSet:
    national = parse(shipped("national"))
    category = CategoryRules(
        code="professional",
        name="professional",
        spoken="professional",
        minimum=Value(professional, ASSUMED),
        counts=Value((LedgerCategory.ONLINE_PROFESSIONAL,), ASSUMED),
    )
    return replace(national, hours=replace(national.hours, total=Value(total, ASSUMED), categories=(category,)))


def _listed(row: Row, key: str) -> Sequence[object]:
    value = row.take(key)
    return value if isinstance(value, list) else [value]


KINDS: Mapping[str, Callable[[Row], Found]] = {
    "credit": _credit,
    "daily_cap": _daily_cap,
    "midnight": _midnight,
    "increment": _increment,
    "union": _union,
    "face": _face,
    "multi_post": _multi_post,
}
