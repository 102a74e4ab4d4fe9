import pytest
from django.core.cache import cache

from lms.accounts.limits import count_within


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def test_each_name_is_counted_by_itself() -> None:
    assert [count_within("a", seconds=60) for _ in range(3)] == [1, 2, 3]
    assert count_within("b", seconds=60) == 1


def test_what_ran_out_is_counted_anew() -> None:
    count_within("a", seconds=60)
    cache.delete("a")
    assert count_within("a", seconds=60) == 1
