"""The verifier that goes into every pack: our own modules put into one file, for a reader who has nothing but Python."""

import ast
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from analytics.domain import ed25519, evidence, hours_again, merkle, note

PARTS: Sequence[ModuleType] = (merkle, ed25519, note, hours_again, evidence)
HEADING = '''#!/usr/bin/env python3
"""核验一份证据包 / verify an evidence pack: python3 verify.py PACK.zip [--key KEY] [--checkpoint FILE]

只需要 Python 3.10 以上，不需要联网。Needs Python 3.10 or later, no other program, no network.
"""

'''
END = """

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


def verifier_source() -> str:
    """Return the one file. Its parts are the modules as they stand, without what they import from each other."""
    return HEADING + "\n\n".join(_without_own_imports(_source(part)) for part in PARTS) + END


def _source(part: ModuleType) -> str:
    assert part.__file__ is not None  # noqa: S101 — a module of ours is a file
    return Path(part.__file__).read_text(encoding="utf-8")


def _without_own_imports(source: str) -> str:
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analytics."):
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines).strip() + "\n"
