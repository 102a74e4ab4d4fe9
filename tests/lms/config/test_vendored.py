"""What came from outside is what the table says."""

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENDOR = ROOT / "lms/static/vendor"


def rows() -> dict[Path, str]:
    table = (VENDOR / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", table, re.MULTILINE)
    return {(ROOT / name if name.startswith("tests/") else VENDOR / name).resolve(): digest for name, digest in found}


def test_each_vendored_file_is_listed_with_its_digest() -> None:
    listed = rows()
    assert {path for path in VENDOR.iterdir() if path.suffix in {".js", ".css"}} <= set(listed)
    for path, digest in listed.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, path.name


def test_no_vendored_file_asks_for_a_source_map_that_is_not_there() -> None:
    for path in rows():
        assert "sourceMappingURL" not in path.read_text(encoding="utf-8"), path.name
