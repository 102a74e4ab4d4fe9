"""The closing line of several runs of pytest is one line in pytest's own form."""

import pytest

from infra.totals import closing_line


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (["...\n5 passed in 2.00s\n"], "=== 5 passed in 2.00s ==="),
        (
            ["== 3 passed, 2 deselected in 1.50s ==\n", "1 failed, 4 passed, 1 skipped in 61.25s (0:01:01)\n"],
            "=== 1 failed, 7 passed, 1 skipped in 62.75s ===",
        ),
        (["2 passed, 1 warning, 2 errors in 0.10s"], "=== 2 passed, 1 warning, 2 errors in 0.10s ==="),
        (
            ["1886 passed, 359 warnings, 36 subtests passed in 123.28s (0:02:03)\n", "16 passed in 1.00s\n"],
            "=== 1902 passed, 359 warnings, 36 subtests passed in 124.28s ===",
        ),
        (["7 deselected in 0.10s"], "=== no tests ran in 0.10s ==="),
        (["ImportError while loading conftest"], "=== no tests ran in 0.00s ==="),
        (["a test printed: 9 passed in 9.00s of it\n3 passed in 1.00s\n"], "=== 3 passed in 1.00s ==="),
    ],
)
def test_runs_are_summed_up(texts: list[str], line: str) -> None:
    assert closing_line(texts) == line
