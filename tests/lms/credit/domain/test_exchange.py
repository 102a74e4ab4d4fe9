"""Exchange of old certificates: the table of cases says what; here, why and by which leaf."""

from datetime import date
from fractions import Fraction

import pytest

from lms.credit.domain.exchange import Answer, Application, Sex, closes_on, decide_exchange
from lms.credit.domain.provisions import BadProvision, NoSuchProvision, a_number, a_truth, provision
from tests.lms.credit.domain.cases import rule_set

NATIONAL, JIANGXI = rule_set("national"), rule_set("jiangxi")


def application(**stated: object) -> Application:
    given: dict[str, object] = {
        "applied_on": date(2021, 5, 1),
        "hours": Fraction(32),
        "sex": Sex.MALE,
        "born_on": date(1980, 1, 1),
        **stated,
    }
    return Application(**given)  # type: ignore[arg-type]  # the names of the dataclass, given by the tests below


def test_everything_that_stands_against_it_is_said_with_its_source() -> None:
    found = decide_exchange(
        application(hours=Fraction(0), is_healthy=False, has_bad_record=True, old_post="safety", new_post="document"),
        JIANGXI,
        NATIONAL,
    )
    assert found.answer is Answer.HEALTH
    assert [refusal.answer.value for refusal in found.refusals] == ["health", "bad_record", "post", "hours"]
    assert {refusal.source for refusal in found.refusals} == {"jiangxi_2020_1"}
    assert found.refusals[-1].path == "exchange.hours"


def test_an_age_that_nobody_stated_is_marked_not_guessed() -> None:
    found = decide_exchange(application(born_on=None), JIANGXI, NATIONAL)
    assert (found.answer, found.flags) == (Answer.OK, ("age_unknown",))
    assert decide_exchange(application(born_on=None), NATIONAL, NATIONAL).flags == ()


@pytest.mark.parametrize(("code", "last_day"), [("national", date(2021, 9, 30)), ("jiangxi", date(2021, 12, 31))])
def test_the_service_knows_its_last_day_and_whose_word_it_is(code: str, last_day: date) -> None:
    leaf = closes_on(rule_set(code))
    assert leaf is not None
    assert leaf.value == last_day
    assert not leaf.assumed


def test_a_provision_that_cannot_be_computed_with_is_named() -> None:
    with pytest.raises(NoSuchProvision, match=r"jiangxi does not say exchange\.fee"):
        provision(JIANGXI, "exchange.fee", a_number)
    with pytest.raises(BadProvision, match=r"jiangxi, exchange\.after_deadline"):
        provision(JIANGXI, "exchange.after_deadline", a_truth)
