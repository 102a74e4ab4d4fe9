"""`python -m infra.bench [ROW …] [--short] [--json FILE] [--list] [--folder DIR]`.

Ends with 0 when every row that was asked for ran and none was missed or wrong; else with 1. A short run judges no speed.
"""

import argparse
import json
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from infra.bench.conditions import conditions
from infra.bench.findings import Finding, Verdict, not_run
from infra.bench.report import as_json, as_table
from infra.bench.rows import Bench, NotHere, Row, all_rows
from infra.embedded.programs import ROOT
from infra.embedded.trouble import Trouble


def main() -> int:
    rows = all_rows()
    asked = _arguments(rows)
    if asked.list:
        for row in rows.values():
            print(f"{row.name:16}{row.title}{' (only when named)' if row.on_request else ''}")
        return 0
    chosen = [rows[name] for name in asked.rows] or [row for row in rows.values() if not row.on_request]
    began = time.monotonic()
    bench = Bench(short=asked.short, folder=asked.folder.absolute(), say=lambda text: print(f"  {text}", flush=True))
    bench.folder.mkdir(parents=True, exist_ok=True)
    findings: list[Finding] = []
    try:
        for row in chosen:
            findings += _measured(row, bench)
        told = conditions(bench)
    finally:
        bench.close()
    print("\n".join(["", *(f"{name}: {value}" for name, value in told.items()), ""]))
    if asked.short:
        print("SHORT: this proves that the rows work, not how fast anything is.\n")
    print(as_table(findings))
    print(f"\n{time.monotonic() - began:.0f} s")
    if asked.json:
        asked.json.write_text(
            json.dumps(as_json(findings, told), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    return _code(findings, short=asked.short)


def _arguments(rows: dict[str, Row]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", choices=[[], *rows], help="rows to run; without any, all")
    parser.add_argument("--short", action="store_true", help="a smoke run: one round of each")
    parser.add_argument("--json", type=Path, help="write the findings there as well")
    parser.add_argument("--list", action="store_true", help="name the rows")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench", help="where data and peers are kept")
    return parser.parse_args()


def _measured(row: Row, bench: Bench) -> Sequence[Finding]:
    """Run one row; what goes wrong in it is its finding, so that the others still run."""
    print(f"── {row.name}: {row.title}", flush=True)
    try:
        return row.measure(bench)
    except NotHere as missing:
        return [not_run(row.name, str(missing))]
    except Trouble as trouble:
        return [Finding(path=row.name, wrong=(str(trouble),))]
    except Exception:  # noqa: BLE001 — a row that breaks is shown as wrong, with its trace
        return [Finding(path=row.name, wrong=(traceback.format_exc(limit=-4),))]
    finally:
        bench.tidy()


def _code(findings: Sequence[Finding], *, short: bool) -> int:
    bad = {Verdict.WRONG, Verdict.NOT_RUN} if short else {Verdict.WRONG, Verdict.NOT_RUN, Verdict.MISSED}
    return 1 if any(finding.verdict in bad for finding in findings) else 0


if __name__ == "__main__":
    sys.exit(main())
