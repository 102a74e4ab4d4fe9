"""The secrets of an installation are made once, and never replaced under data that needs them."""

import base64
import stat
from pathlib import Path

import pytest

from infra.embedded import keys
from infra.embedded.trouble import Trouble


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in keys.KINDS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def test_keys_are_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    files = keys.environment(folder, data_exists=False)
    texts = {name: Path(file).read_text(encoding="utf-8") for name, file in files.items()}

    assert set(files) == {f"{name}_FILE" for name in keys.KINDS}
    assert len(set(texts.values())) == len(keys.KINDS)
    assert len(base64.urlsafe_b64decode(texts["LMS_FIELD_KEY_FILE"])) == 32
    assert {stat.S_IMODE(Path(file).stat().st_mode) for file in files.values()} == {0o600}

    assert keys.environment(folder, data_exists=True) == files
    assert {name: Path(file).read_text(encoding="utf-8") for name, file in files.items()} == texts


@pytest.mark.parametrize("damage", ["removed", "emptied"])
def test_a_lost_key_is_not_replaced_under_a_database(tmp_path: Path, damage: str) -> None:
    files = keys.environment(tmp_path / "keys", data_exists=False)
    lost = Path(files["LMS_FIELD_KEY_FILE"])
    if damage == "removed":
        lost.unlink()
    else:
        lost.write_text("", encoding="utf-8")

    with pytest.raises(Trouble, match="lms_field_key"):
        keys.environment(tmp_path / "keys", data_exists=True)


def test_a_key_that_the_operator_has_set_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_SECRET_KEY", "the operator's own")
    assert "LMS_SECRET_KEY_FILE" not in keys.environment(tmp_path / "keys", data_exists=False)
