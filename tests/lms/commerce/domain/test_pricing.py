import pytest

from lms.commerce.domain.pricing import DEAREST_ORDER, MOST_SEATS_A_LINE, Line, needs_second_person, total_of
from lms.commerce.domain.refusals import BadOrder


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "nothing_ordered"),
        ([Line(0, 100)], "quantity"),
        ([Line(-1, 100)], "quantity"),
        ([Line(MOST_SEATS_A_LINE + 1, 1)], "quantity"),
        ([Line(1, 101, ceiling_minor=100)], "above_ceiling"),
        ([Line(MOST_SEATS_A_LINE, DEAREST_ORDER)], "too_dear"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(lines: list[Line], code: str) -> None:
    with pytest.raises(BadOrder) as refusal:
        total_of(lines)
    assert refusal.value.code == code


def test_lines_add_up_exactly() -> None:
    assert total_of([Line(3, 33), Line(1, 1, ceiling_minor=1)]) == 100


@pytest.mark.parametrize(("amount", "needed"), [(499, False), (500, False), (501, True)])
def test_above_the_limit_it_takes_two(amount: int, needed: bool) -> None:
    assert needs_second_person(amount, 500) is needed
