"""Findings as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence

from infra.bench.findings import Finding, Ratio, Samples

COLUMNS = ("path", "limit", "ours", "peer", "ours/limit", "ours/peer", "n", "verdict")


def as_json(findings: Sequence[Finding], conditions: Mapping[str, object]) -> dict[str, object]:
    return {"conditions": dict(conditions), "findings": [_object(finding) for finding in findings]}


def _object(finding: Finding) -> dict[str, object]:
    sides = {"limit": finding.limit, "ours": finding.ours, "peer": finding.peer}
    ratios = {"ours/limit": finding.ratio_to_limit, "ours/peer": finding.ratio_to_peer}
    return {
        "path": finding.path,
        "unit": finding.unit,
        **{name: samples.median if samples else None for name, samples in sides.items()},
        **{name: found.value if found else None for name, found in ratios.items()},
        "spread": {
            **{name: list(samples.spread) for name, samples in sides.items() if samples},
            **{name: [found.least, found.most] for name, found in ratios.items() if found},
        },
        "what": {name: samples.what for name, samples in sides.items() if samples},
        "bar": [str(bar) for bar in finding.bars],
        "aim": [bar.aim for bar in finding.bars],
        "n": finding.n,
        "verdict": finding.verdict.value,
        "wrong": list(finding.wrong),
        "not_run": finding.not_run,
        "notes": [*finding.notes, *finding.doubts],
    }


def as_table(findings: Sequence[Finding]) -> str:
    """Return a Markdown table, with what must be known below it."""
    rows = [COLUMNS, *(_cells(finding) for finding in findings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join([*lines, "", *_remarks(findings)])


def _cells(finding: Finding) -> tuple[str, ...]:
    path = f"{finding.path}, {finding.unit}" if finding.unit else finding.path
    return (
        path,
        _samples(finding.limit),
        _samples(finding.ours),
        _samples(finding.peer),
        _ratio(finding.ratio_to_limit),
        _ratio(finding.ratio_to_peer),
        str(finding.n or ""),
        " ".join([finding.verdict, *(f"({bar})" for bar in finding.bars)]),
    )


def _remarks(findings: Sequence[Finding]) -> list[str]:
    lines = []
    for finding in findings:
        sides = (("limit", finding.limit), ("ours", finding.ours), ("peer", finding.peer))
        lines.append(f"{finding.path}")
        lines += [f"  * WRONG: {text}" for text in finding.wrong]
        lines += [f"  * not run: {finding.not_run}"] if finding.not_run else []
        lines += [f"  * {name}: {samples.what}" for name, samples in sides if samples]
        lines += [f"  * {text}" for text in (*finding.notes, *finding.doubts)]
    return lines


def _samples(samples: Samples | None) -> str:
    if samples is None:
        return ""
    least, most = samples.spread
    return number(samples.median) if least == most else f"{number(samples.median)} ({number(least)}–{number(most)})"


def _ratio(found: Ratio | None) -> str:
    if found is None:
        return ""
    equal = " equal" if found.is_equal else ""
    return f"{found.value:.3g} ({found.least:.3g}–{found.most:.3g}){equal}"


def number(value: float) -> str:
    """Return three figures that matter, without exponents.

    >>> [number(value) for value in (0.01234, 1.5, 37123.4)]
    ['0.0123', '1.5', '37,123']
    """
    if value == 0 or abs(value) >= 100:  # noqa: PLR2004 — three figures
        return f"{value:,.0f}"
    return f"{value:.3g}"
