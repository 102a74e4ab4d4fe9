"""Properties of a decision: what may never happen, whatever the evidence."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lms.credit.domain.decision import Decision, Evidence, Holding
from lms.credit.domain.hours import decide
from lms.credit.domain.terms import EvidenceState, LedgerCategory, State, Status
from tests.lms.credit.domain.cases import rule_set

ISSUED = date(2024, 5, 10)
TODAY = date(2026, 4, 1)
HOLDING = Holding(issued_on=ISSUED, post_code="site_civil")
RULES = {code: rule_set(code) for code in ("national", "chongqing", "jiangxi", "demo")}
HOUR = 2700

evidence = st.builds(
    Evidence,
    activity_day=st.dates(min_value=ISSUED - timedelta(days=40), max_value=TODAY + timedelta(days=40)),
    category=st.sampled_from(LedgerCategory),
    seconds=st.integers(1, 40 * HOUR),
    state=st.sampled_from([*EvidenceState, *[EvidenceState.VALID] * 6]),
    post_code=st.sampled_from([None, "site_civil", "labor"]),
    watched=st.booleans(),
    order=st.integers(1, 1000),
)
unwatched = st.builds(
    lambda item: Evidence(item.activity_day, item.category, item.seconds, item.state, item.post_code), evidence
)
codes = st.sampled_from(list(RULES))


def decided(rows: list[Evidence], code: str) -> Decision:
    return decide(rows, RULES[code], HOLDING, TODAY)


@given(rows=st.lists(evidence, max_size=12, unique_by=lambda item: item.order), code=codes, data=st.data())
def test_the_order_of_evidence_changes_nothing(rows: list[Evidence], code: str, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert decided(rows, code) == decided(list(shuffled), code)


@given(rows=st.lists(unwatched, max_size=10), more=unwatched, code=codes)
def test_more_evidence_never_lowers_anything(rows: list[Evidence], more: Evidence, code: str) -> None:
    before, after = decided(rows, code), decided([*rows, more], code)
    assert after.total >= before.total
    assert after.towards >= before.towards
    assert all(new.earned >= old.earned for new, old in zip(after.categories, before.categories, strict=True))
    assert all(new.missing <= old.missing for new, old in zip(after.categories, before.categories, strict=True))


@given(rows=st.lists(evidence, max_size=12), code=codes)
def test_sums_agree(rows: list[Evidence], code: str) -> None:
    found = decided(rows, code)
    assert sum((hours for _, hours in found.earned), Fraction(0)) == found.total
    assert sum((year.hours for year in found.years), Fraction(0)) == found.total
    assert found.towards + sum(found.missing.values(), Fraction(0)) == found.required or found.towards == 0
    assert found.satisfied == (not found.missing)


@given(rows=st.lists(evidence, max_size=12), code=codes)
def test_a_category_is_met_only_by_its_own_hours(rows: list[Evidence], code: str) -> None:
    earned = dict(decided(rows, code).earned)
    for item in decided(rows, code).categories:
        own = sum((earned.get(ledger, Fraction(0)) for ledger in item.counts), Fraction(0))
        assert item.earned == own
        assert item.missing == max(Fraction(0), item.required - own)


@given(rows=st.lists(st.builds(lambda item: item, evidence.filter(lambda item: item.watched)), max_size=12))
def test_no_day_of_watching_counts_more_than_its_limit(rows: list[Evidence]) -> None:
    mine = [item for item in rows if item.state is EvidenceState.VALID and item.post_code != "labor"]
    days = {item.activity_day for item in mine if ISSUED <= item.activity_day <= TODAY}
    assert decided(rows, "chongqing").total <= 8 * len(days)


def watched(
    day: date, hours: int, *, order: int, category: LedgerCategory = LedgerCategory.ONLINE_GENERAL, source: str = ""
) -> Evidence:
    return Evidence(day, category, hours * HOUR, watched=True, order=order, source=source)


def test_what_was_watched_first_stays_counted_when_the_day_is_full() -> None:
    day = date(2025, 3, 3)
    rows = [watched(day, 3, order=2, category=LedgerCategory.ONLINE_PROFESSIONAL), watched(day, 7, order=1)]
    found = decided(rows, "chongqing")
    assert dict(found.earned) == {LedgerCategory.ONLINE_GENERAL: 7, LedgerCategory.ONLINE_PROFESSIONAL: 1}
    assert [(reason["day"], reason["hours"]) for reason in found.reasons if reason.code == "over_daily_limit"] == [
        (day, 2)
    ]


def test_the_limit_of_a_day_is_a_persons_and_not_a_certificates() -> None:
    day = date(2025, 3, 3)
    other = Evidence(day, LedgerCategory.ONLINE_PROFESSIONAL, 6 * HOUR, post_code="labor", watched=True, order=1)
    found = decided([other, watched(day, 5, order=2)], "chongqing")
    assert found.total == 2


def test_a_correction_frees_the_time_it_took_of_the_day() -> None:
    day = date(2025, 3, 3)
    rows = [
        watched(day, 5, order=1, source="a"),
        watched(day, 5, order=2, source="b"),
        watched(day, -5, order=3, source="a"),
    ]
    assert decided(rows, "chongqing").total == 5


def test_face_to_face_has_no_daily_limit() -> None:
    assert decided([Evidence(date(2025, 3, 3), LedgerCategory.F2F, 9 * HOUR)], "chongqing").total == 9


def test_general_hours_count_for_every_post_and_professional_ones_for_theirs() -> None:
    rows = [
        Evidence(date(2025, 3, 3), LedgerCategory.ONLINE_GENERAL, 10 * HOUR),
        Evidence(date(2025, 3, 4), LedgerCategory.ONLINE_PROFESSIONAL, 5 * HOUR, post_code="site_civil"),
        Evidence(date(2025, 3, 5), LedgerCategory.ONLINE_PROFESSIONAL, 7 * HOUR, post_code="labor"),
    ]
    assert decided(rows, "chongqing").total == 15
    labor = decide(rows, RULES["chongqing"], Holding(ISSUED, "labor"), TODAY)
    assert labor.total == 17


def test_waiting_evidence_stands_beside_the_hours() -> None:
    found = decided(
        [Evidence(date(2025, 3, 3), LedgerCategory.LIVE, 8 * HOUR, EvidenceState.TEST_PENDING)], "chongqing"
    )
    f2f = next(item for item in found.categories if item.code == "f2f_live")
    assert (f2f.earned, f2f.waiting, f2f.missing) == (Fraction(0), Fraction(8), Fraction(8))
    assert "evidence_test_pending" in {reason.code for reason in found.reasons}


def test_a_candidate_has_no_cycle_and_keeps_what_he_studied() -> None:
    found = decide(
        [Evidence(date(2025, 3, 3), LedgerCategory.ONLINE_GENERAL, 3 * HOUR)], RULES["national"], Holding(None), TODAY
    )
    assert found.state is State.NOT_STARTED
    assert found.window is None
    assert found.total == 3
    assert not found.satisfied
    assert [reason.code for reason in found.reasons] == ["not_certified"]


def test_without_a_number_the_running_cycle_is_judged() -> None:
    found = decided([], "chongqing")
    assert found.window is not None
    assert found.window.number == 1
    assert decide([], RULES["chongqing"], HOLDING, date(2026, 5, 10)).window != found.window


def test_a_decision_names_its_rules_and_explains_itself() -> None:
    found = decided([Evidence(date(2024, 5, 9), LedgerCategory.ONLINE_GENERAL, HOUR)], "chongqing")
    assert (found.rule_code, found.rule_version, found.rule_status) == (
        "chongqing",
        RULES["chongqing"].version,
        Status.IN_FORCE,
    )
    assert [reason["missing"] for reason in found.reasons if reason.code == "category_short"] == [20, 12, 8, 24]
    assert [reason["hours"] for reason in found.reasons if reason.code == "before_first_cycle"] == [1]


def test_days_left_are_those_after_today_and_end_at_nothing() -> None:
    assert decide([], RULES["chongqing"], HOLDING, date(2026, 5, 8)).days_left == 1
    assert decide([], RULES["chongqing"], HOLDING, date(2026, 5, 9)).days_left == 0
    assert decide([], RULES["chongqing"], HOLDING, date(2026, 5, 10), cycle=1).days_left == 0
