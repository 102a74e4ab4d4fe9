"""The table that people read, and the file that machines read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.adversary.verdict import HONEST, HOUSE, Line, Row, rows

HEAD = f"{'bot':<29}{'family':<8}{'runs':>5}{'seconds':>9}{'credited':>10}{'entitled':>10}{'leaked':>8}  "


def order(row: Row) -> int:
    """Bots by family, then the honest, the house itself last."""
    return {HONEST: 100, HOUSE: 101}.get(row.family) or int(row.family.removeprefix("A"))


def table(lines: Sequence[Line], not_built: Mapping[str, str]) -> Iterable[str]:
    """Yield the lines of the table: seconds run, credited, entitled, leaked, all in seconds."""
    found = sorted(rows(lines), key=order)
    yield HEAD
    for row in found:
        yield (
            f"{row.bot:<29}{row.family:<8}{row.runs:>5}{row.seconds:>9.0f}{row.credited_ms / 1000:>10.1f}"
            f"{row.entitled_ms / 1000:>10.1f}{row.leaked_ms / 1000:>8.1f}  {_remark(row)}"
        )
    for family, why in not_built.items():
        yield f"{'—':<29}{family:<8}{'':>42}  not built yet: {why}"
    yield ""
    yield from _sums(found)
    for row in found:
        for fault in dict.fromkeys(row.faults):
            yield f"FAILED {row.bot}: {fault} ({row.faults.count(fault)} of {row.runs} runs)"


def _remark(row: Row) -> str:
    if row.faults:
        return "FAILED, see below"
    if row.leaked_ms:
        return f"limit: {row.limit}" if row.limit else "LEAKED"
    if row.flagged:
        return f"flagged {row.flagged} of {row.opened}"
    if row.family == HONEST:
        return f"lost {row.lost_ms / 1000:.1f} s in {row.breaks} breaks"
    return ""


def _sums(found: Sequence[Row]) -> Iterable[str]:
    bots = [row for row in found if row.family not in {HONEST, HOUSE}]
    honest = [row for row in found if row.family == HONEST]
    leaked = sum(row.leaked_ms for row in bots if not row.limit)
    limited = [row for row in bots if row.limit]
    attacks, hours = sum(row.runs for row in bots), sum(row.seconds for row in bots) / 3600
    yield f"{attacks} attacks by {len(bots)} bots in {hours:.1f} bot hours: leaked {leaked / 1000:.1f} s"
    if limited:
        yield (
            f"of these, {len(limited)} bots at a known limit: {sum(row.leaked_ms for row in limited) / 1000:.1f} s that were not "
            "watched, none faster than the clock"
        )
    if honest:
        yield (
            f"{sum(row.runs for row in honest)} honest sessions: credited {sum(row.credited_ms for row in honest) / 1000:.0f} of "
            f"{sum(row.entitled_ms for row in honest) / 1000:.0f} s, {sum(row.breaks for row in honest)} breaks, "
            f"{sum(bool(row.faults) for row in honest)} kinds in trouble"
        )


def is_good(lines: Iterable[Line]) -> bool:
    return all(row.is_good for row in rows(lines))


def write(path: Path, lines: Sequence[Line], not_built: Mapping[str, str], peers: Sequence[Mapping[str, Any]]) -> None:
    """Write the result as JSON: the sums by bot, what is not built, the peers, and every run."""
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "good": is_good(lines),
        "rows": [
            {name: getattr(row, name) for name in row.__slots__ if name != "faults"} | {"faults": len(row.faults)}
            for row in sorted(rows(lines), key=order)
        ],
        "not_built": dict(not_built),
        "peers": list(peers),
        "runs": [line.to_json() for line in lines],
    }
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
