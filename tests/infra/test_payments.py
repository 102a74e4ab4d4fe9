"""The simulator of the payment service is started where no account with the real one is named, and nowhere else."""

from pathlib import Path

import pytest

from infra.embedded import payments
from infra.embedded.folder import DataFolder


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    (tmp_path / "run").mkdir()
    return DataFolder(tmp_path)


@pytest.mark.parametrize("name", ["LMS_STRIPE_SECRET_KEY", "LMS_STRIPE_SECRET_KEY_FILE"])
def test_with_an_account_named_nothing_is_simulated(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "sk_live_of_the_operator")
    assert payments.environment(folder) == {}


def test_without_one_the_application_is_led_to_the_simulator(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LMS_STRIPE_SECRET_KEY", "LMS_STRIPE_SECRET_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    first, second = payments.environment(folder), payments.environment(folder)
    assert first["LMS_STRIPE_API_BASE"] == second["LMS_STRIPE_API_BASE"]  # pages that were opened lead somewhere
    assert first["LMS_STRIPE_WEBHOOK_SECRET"] != second["LMS_STRIPE_WEBHOOK_SECRET"]
    told = payments.command(folder, first, 8000)
    assert "http://127.0.0.1:8000/orders/stripe/" in told
    assert not [word for word in told if word in (first["LMS_STRIPE_WEBHOOK_SECRET"], first["LMS_STRIPE_SECRET_KEY"])]
