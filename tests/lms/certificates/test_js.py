"""Reading a QR code in a page, by `node --test`: with the Ed25519 of the runtime, and by the library that stands in for it."""

import json
import shutil
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright._impl._driver import compute_driver_executable

from lms.certificates.domain.token import CONTEXT, Claim, issue
from tests.architecture.tree import ROOT


def test_a_code_is_read_with_and_without_ed25519_of_the_browser(tmp_path: Path) -> None:
    key, stranger = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
    claim = Claim("演示-1", "王小明", "土建施工员", "2026-05-09", "", 2)
    signed = {
        "key": {"raw": key.public_key().public_bytes_raw().hex(), "context": CONTEXT.decode()},
        "text": issue(claim, key),
        "other": issue(claim, stranger),
    }
    for folder in ("certificates", "vendor", "tests"):
        (tmp_path / folder).mkdir()
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    shutil.copy(ROOT / "lms/certificates/static/certificates/token.js", tmp_path / "certificates")
    shutil.copy(next((ROOT / "lms/static/vendor").glob("noble-ed25519-*.js")), tmp_path / "vendor")
    shutil.copy(Path(__file__).parent / "js/token.test.js", tmp_path / "tests")
    (tmp_path / "tests/signed.json").write_text(json.dumps(signed), encoding="utf-8")
    done = subprocess.run(
        [str(compute_driver_executable()[0]), "--test", "tests/token.test.js"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
