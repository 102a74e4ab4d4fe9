"""What the benchmark harness makes of its samples: ratios, verdicts, the table. A missed bar must never read as passed."""

import json
from itertools import cycle

import pytest

from infra.bench.__main__ import _code
from infra.bench.findings import Bar, Finding, Samples, Verdict, not_run, ratio
from infra.bench.measure import interleaved, percentile
from infra.bench.report import as_json, as_table, number
from infra.bench.rows import NotHere, all_rows
from infra.bench.segments import OURS, adapted
from infra.embedded.programs import ROOT
from infra.embedded.trouble import Trouble


def finding(ours: tuple[float, ...], limit: tuple[float, ...], *bars: Bar, wrong: tuple[str, ...] = ()) -> Finding:
    return Finding("a path", "things/s", Samples("ours", ours), Samples("limit", limit), bars=bars, wrong=wrong)


def test_a_ratio_is_of_medians_and_its_spread_is_of_rounds() -> None:
    found = ratio(Samples("a", (10, 50, 20)), Samples("b", (10, 100, 10)))
    assert found is not None
    assert (found.value, found.least, found.most) == (2.0, 0.5, 2.0)


def test_rounds_that_do_not_match_make_no_ratio() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio(Samples("a", (1, 2)), Samples("b", (1,)))


@pytest.mark.parametrize(("value", "equal"), [(1.0, True), (1.09, True), (0.91, True), (1.11, False), (0.89, False)])
def test_differences_under_a_tenth_are_told_as_equal(value: float, equal: bool) -> None:
    found = ratio(Samples("a", (value,)), Samples("b", (1.0,)))
    assert found is not None
    assert found.is_equal is equal


@pytest.mark.parametrize(
    ("bar", "value", "verdict"),
    [
        (Bar("ours/limit", at_least=0.4, aim=0.6), 0.39, Verdict.MISSED),
        (Bar("ours/limit", at_least=0.4, aim=0.6), 0.4, Verdict.BAR),
        (Bar("ours/limit", at_least=0.4, aim=0.6), 0.6, Verdict.AIM),
        (Bar("ours/limit", at_most=1.05), 1.06, Verdict.MISSED),
        (Bar("ours/limit", at_most=1.05), 1.05, Verdict.BAR),
        (Bar("ours/limit", at_most=1.05, aim=1.02), 1.01, Verdict.AIM),
    ],
)
def test_a_bar_judges_strictly(bar: Bar, value: float, verdict: Verdict) -> None:
    assert bar.judge(value) is verdict


def test_a_bar_is_a_least_or_a_most() -> None:
    with pytest.raises(ValueError, match="either"):
        Bar("ours", at_least=1, at_most=2)
    with pytest.raises(ValueError, match="either"):
        Bar("ours")


def test_the_worst_bar_decides() -> None:
    passed, missed = Bar("ours/limit", at_least=0.4), Bar("ours", at_most=3)
    assert finding((5,), (10,), passed).verdict is Verdict.BAR
    assert finding((5,), (10,), passed, missed).verdict is Verdict.MISSED


def test_one_wrong_row_takes_the_speed_away() -> None:
    fast = finding((100,), (10,), Bar("ours/limit", at_least=0.4), wrong=("a beat was lost",))
    assert fast.verdict is Verdict.WRONG


def test_a_bar_without_its_figure_is_not_run() -> None:
    assert finding((100,), (10,), Bar("ours/peer", at_least=12)).verdict is Verdict.NOT_RUN
    assert not_run("segments", "nginx is not installed").verdict is Verdict.NOT_RUN


def test_a_bar_inside_the_spread_is_said_so() -> None:
    doubtful = finding((3, 5, 6), (10, 10, 10), Bar("ours/limit", at_least=0.4))
    assert doubtful.doubts == ("the bar ours/limit ≥ 0.4 lies within the spread of the rounds",)
    assert finding((5, 5, 6), (10, 10, 10), Bar("ours/limit", at_least=0.4)).doubts == ()


def test_samples_are_numbers() -> None:
    with pytest.raises(ValueError, match="not numbers"):
        Samples("ours", (1.0, float("nan")))
    with pytest.raises(ValueError, match="no samples"):
        Samples("ours", ())


def test_ways_are_called_in_turn_and_the_warm_up_is_dropped() -> None:
    order: list[str] = []
    values = cycle([1.0, 2.0])

    def way(name: str) -> float:
        order.append(name)
        return next(values)

    taken = interleaved({"a": lambda: way("a"), "b": lambda: way("b")}, rounds=2, warm_up=1)
    assert order == ["a", "b"] * 3
    assert (taken["a"].values, taken["b"].values) == ((1.0, 1.0), (2.0, 2.0))


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)])
def test_percentile(percent: float, value: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], percent) == value


@pytest.mark.parametrize(("value", "text"), [(0.01234, "0.0123"), (1.5, "1.5"), (37123.4, "37,123"), (0, "0")])
def test_figures_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_the_table_holds_every_finding_and_what_is_wrong_with_it() -> None:
    findings = [
        finding((5, 6, 7), (10, 10, 10), Bar("ours/limit", at_least=0.4, aim=0.9)),
        not_run("segments", "nginx is not installed: apt-get install nginx-light"),
    ]
    text = as_table(findings)
    first, missing = text.splitlines()[2:4]
    assert "6 (5–7)" in first
    assert "0.6 (0.5–0.7)" in first
    assert "passed (ours/limit ≥ 0.4)" in first
    assert "not run" in missing
    assert "apt-get install nginx-light" in text


def test_the_json_has_the_agreed_keys() -> None:
    told = as_json([finding((5, 6, 7), (10, 10, 10), Bar("ours/limit", at_least=0.4, aim=0.9))], {"machine": "2 cores"})
    (only,) = json.loads(json.dumps(told))["findings"]
    assert {"path", "limit", "ours", "peer", "ours/limit", "ours/peer", "spread"} <= only.keys()
    assert (only["limit"], only["ours"], only["peer"], only["ours/limit"], only["ours/peer"]) == (
        10,
        6,
        None,
        0.6,
        None,
    )
    assert only["spread"] == {"limit": [10, 10], "ours": [5, 7], "ours/limit": [0.5, 0.7]}
    assert (only["bar"], only["aim"], only["verdict"], only["n"]) == (["ours/limit ≥ 0.4"], [0.9], "passed", 3)


@pytest.mark.parametrize(
    ("found", "full", "short"),
    [
        (finding((5,), (10,), Bar("ours/limit", at_least=0.4)), 0, 0),
        (finding((3,), (10,), Bar("ours/limit", at_least=0.4)), 1, 0),
        (finding((5,), (10,), wrong=("lost",)), 1, 1),
        (not_run("segments", "no nginx"), 1, 1),
    ],
)
def test_only_a_run_in_which_all_is_well_ends_with_nought(found: Finding, full: int, short: int) -> None:
    assert (_code([found], short=False), _code([found], short=True)) == (full, short)


def test_every_row_is_known_by_its_name() -> None:
    rows = all_rows()
    assert [name for name, row in rows.items() if row.name != name] == []
    assert {
        "transcode",
        "segments",
        "keys",
        "writer",
        "totals",
        "socket_memory",
        "beats",
        "open_loop",
        "storm",
    } <= rows.keys()


def test_every_row_stands_on_the_page_that_explains_them() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert [name for name in all_rows() if f"`{name}`" not in page] == []


def test_our_nginx_is_measured_as_it_is_but_for_addresses_folders_and_tls() -> None:
    text = adapted(OURS.read_text(encoding="utf-8"), ROOT / "var", 8443)
    assert "listen 127.0.0.1:8443;" in text
    assert "ssl" not in text
    for kept in ('location ~ "^/media/videos/', "add_header X-Content-Type-Options nosniff always;", "gzip on;"):
        assert kept in text


def test_an_nginx_file_that_the_row_does_not_know_is_refused() -> None:
    with pytest.raises((Trouble, ValueError)):
        adapted("server { listen 8000; }", ROOT / "var", 8443)


def test_a_missing_tool_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.bench.load.wrk import Wrk

    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NotHere, match="apt-get install wrk"):
        Wrk.find()
